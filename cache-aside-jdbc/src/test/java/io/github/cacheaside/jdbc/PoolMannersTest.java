package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.outbox.Outbox;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No connection is held while the store is asked, or another's load is waited for. */
class PoolMannersTest {
  private static final String BY_ID = "SELECT name FROM planet WHERE id = ?";

  private static final Executor EXECUTOR = task -> new Thread(task, "loader").start();

  private final InMemoryCacheStore memory = new InMemoryCacheStore();

  /** For each operation of the store the most connections that were open meanwhile. */
  private final Map<String, Integer> held = new ConcurrentHashMap<>();

  private DatabaseServer schema;
  private HikariDataSource pool;
  private SpyingDataSource spy;
  private CacheStore store;

  @BeforeEach
  void seed() throws SQLException {
    schema = Door.H2.schema("manners");
    pool = Door.H2.pool(schema, 1);
    Databases.execute(
        pool,
        "CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth')");
    spy = new SpyingDataSource(pool);
    store =
        (CacheStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CacheStore.class},
                (proxy, method, arguments) -> {
                  if (method.getReturnType() == CompletionStage.class) { // it goes to the store
                    held.merge(method.getName(), spy.open.get(), Math::max);
                  }
                  try {
                    return method.invoke(memory, arguments);
                  } catch (InvocationTargetException e) {
                    throw Objects.requireNonNull(e.getCause());
                  }
                });
  }

  @AfterEach
  void close() {
    pool.close();
    schema.close();
  }

  private CacheAside<Long, String> planets() {
    return CacheAside.builder(store, "planet", Serializer.utf8())
        .build(JdbcLoader.of(spy, BY_ID, String.class));
  }

  private static void rename(Connection connection) throws SQLException {
    try (Statement update = connection.createStatement()) {
      update.executeUpdate("UPDATE planet SET name = 'Terra' WHERE id = 3");
    }
  }

  @Test
  void loadersAndQueries_holdNoneWhileTheStoreIsAsked() {
    CacheAside<Long, String> planets = planets();
    SqlCache sql = SqlCache.builder(store, spy).build();
    planets.get(3L);
    planets.getAll(List.of(3L, 4L));
    sql.query(BY_ID, 3);
    sql.invalidate(BY_ID, 3);
    assertThat(held).isNotEmpty();
    assertThat(held.values()).containsOnly(0);
  }

  @Test
  void writersHoldTheirs_forTheFenceAlone() throws SQLException {
    CacheAside<Long, String> planets = planets();
    planets.get(3L);
    JdbcWriter.of(spy).write(planets, 3L, PoolMannersTest::rename);
    assertThat(held.values()).containsOnly(0);

    JdbcWriter.of(spy).fenced().write(planets, 3L, PoolMannersTest::rename);
    held.values().removeIf(open -> open == 0);
    assertThat(held.values()).as("%s", held).containsExactly(1);
    assertThat(planets.get(3L)).contains("Terra");
  }

  @Test
  void theOutboxHoldsNone_whileItInvalidates() throws SQLException {
    CacheAside<Long, String> planets = planets();
    try (Outbox outbox =
        Outbox.builder(spy).cache(planets, Long.class).delay(Duration.ZERO).buildPassive()) {
      outbox.createTable();
      try (Connection connection = spy.getConnection()) {
        connection.setAutoCommit(false);
        outbox.invalidate(connection, planets, List.of(3L));
        connection.commit();
        connection.setAutoCommit(true);
      }
      held.clear();
      assertThat(outbox.drain()).isEqualTo(1);
    }
    assertThat(held).isNotEmpty();
    assertThat(held.values()).containsOnly(0);
  }

  @Test
  void whoWaitsForAnothersLoad_takesNoConnection() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CacheAside<Long, String> elsewhere =
        CacheAside.builder(store, "planet", Serializer.utf8())
            .build(
                id -> {
                  loading.countDown();
                  mayEnd.await();
                  return "Earth";
                });
    CompletableFuture<Object> first = CompletableFuture.supplyAsync(() -> elsewhere.get(3L));
    loading.await();
    CacheAside<Long, String> here = planets();
    CompletableFuture<Object> second = CompletableFuture.supplyAsync(() -> here.get(3L));
    await().until(() -> here.health().flights() == 1);
    assertThat(spy.count("getConnection")).isZero();
    mayEnd.countDown();
    assertThat(first.get()).isEqualTo(second.get());
    assertThat(spy.count("getConnection")).isZero();
  }

  /** The seconds that the driver was told. */
  private int timeoutOf(SqlCacheBuilder builder, AtomicInteger seconds) {
    builder.build().query(BY_ID, 3);
    return seconds.get();
  }

  @Test
  void queriesEndWithTheirCallersPatience() {
    AtomicInteger seconds = new AtomicInteger();
    DataSource watched = Timeouts.on(pool, seconds);
    assertThat(timeoutOf(SqlCache.builder(new InMemoryCacheStore(), watched), seconds))
        .isEqualTo(10);
    assertThat(
            timeoutOf(
                SqlCache.builder(new InMemoryCacheStore(), watched)
                    .options(cache -> cache.executor(EXECUTOR))
                    .loadTimeout(Duration.ofMillis(90_001)),
                seconds))
        .isEqualTo(91);
    assertThat(
            timeoutOf(
                SqlCache.builder(new InMemoryCacheStore(), watched)
                    .options(cache -> cache.executor(EXECUTOR))
                    .loadTimeout(Duration.ofSeconds(60))
                    .queryTimeout(Duration.ofSeconds(5)),
                seconds))
        .isEqualTo(5);
  }

  @Test
  void aLoadThatHasNoConnection_keepsNoCaller() throws Exception {
    AtomicInteger seconds = new AtomicInteger();
    SqlCache sql =
        SqlCache.builder(new InMemoryCacheStore(), Timeouts.on(pool, seconds))
            .options(cache -> cache.executor(EXECUTOR))
            .loadTimeout(Duration.ofMillis(50))
            .build();
    try (Connection connection = pool.getConnection()) { // the only one: the load can't begin
      assertThatThrownBy(() -> sql.query(BY_ID, 3)).isInstanceOf(CacheLoadException.class);
      assertThat(connection.isClosed()).isFalse();
    }
    await().until(() -> seconds.get() == 1);
  }

  /** Notes the first time-out that each statement is given. */
  private static final class Timeouts {
    static DataSource on(DataSource real, AtomicInteger seconds) {
      return proxy(
          DataSource.class,
          real,
          connection ->
              proxy(
                  Connection.class,
                  connection,
                  statement ->
                      statement instanceof java.sql.PreparedStatement prepared
                          ? noting(prepared, seconds)
                          : statement));
    }

    private static Object noting(java.sql.PreparedStatement real, AtomicInteger seconds) {
      AtomicInteger times = new AtomicInteger();
      return Proxy.newProxyInstance(
          PoolMannersTest.class.getClassLoader(),
          new Class<?>[] {java.sql.PreparedStatement.class},
          (proxy, method, arguments) -> {
            if (method.getName().equals("setQueryTimeout") && times.incrementAndGet() == 1) {
              seconds.set((Integer) arguments[0]);
            }
            return method.invoke(real, arguments);
          });
    }

    private static <T> T proxy(
        Class<T> type, Object real, java.util.function.UnaryOperator<Object> wrap) {
      return type.cast(
          Proxy.newProxyInstance(
              PoolMannersTest.class.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                Object answer = method.invoke(real, arguments);
                boolean wanted =
                    answer instanceof Connection || answer instanceof java.sql.PreparedStatement;
                return wanted ? wrap.apply(answer) : answer;
              }));
    }
  }
}
