package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.AsyncCacheAside;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Reads;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.WriteNotInvalidatedException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Databases.Driver;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.WithServers;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;

@WithServers
class JdbcWriterTest {
  record Planet(long id, String name) {}

  private static final Planet EARTH = new Planet(3, "Earth");
  private static final String ALL = "SELECT * FROM planet";

  private HikariDataSource pool;
  private RedisCacheStore store;
  private SpyingDataSource spy;
  private JdbcWriter writer;
  private CacheAside<Long, Planet> planets;
  private SqlCache sql;

  @BeforeEach
  void fillCaches(DatabaseServer db, RedisServer redis) throws SQLException {
    pool = Databases.pool(db, Driver.MARIADB, 2);
    store = RedisCacheStore.connect(redis.uri());
    Databases.execute(
        pool,
        "DROP TABLE IF EXISTS planet",
        "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
    spy = new SpyingDataSource(pool);
    writer = JdbcWriter.of(spy);
    planets =
        CacheAside.builder(store, "planet-" + UUID.randomUUID(), Serializer.json(Planet.class))
            .storeTimeout(Duration.ofSeconds(5))
            .build(JdbcLoader.of(pool, "SELECT id, name FROM planet WHERE id = ?", Planet.class));
    sql =
        SqlCache.builder(store, pool)
            .options(Databases::patient)
            .name("sql-" + UUID.randomUUID())
            .ttl(Duration.ofMinutes(1))
            .build();
    planets.getAll(List.of(3L, 4L));
    sql.query(ALL);
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  private static void rename(Connection connection, long id, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE planet SET name = ? WHERE id = ?")) {
      statement.setString(1, name);
      statement.setLong(2, id);
      statement.executeUpdate();
    }
  }

  /** Does something before each call of a method of its connections. */
  private static DataSource before(String method, Runnable what, DataSource real) {
    return Hooks.on(real, name -> run(name.equals(method), what), name -> {});
  }

  private static DataSource after(String method, Runnable what, DataSource real) {
    return Hooks.on(real, name -> {}, name -> run(name.equals(method), what));
  }

  private static void run(boolean now, Runnable what) {
    if (now) {
      what.run();
    }
  }

  @SuppressWarnings("unchecked") // erased: throws whatever it is
  private static <X extends Throwable> void sneaky(Throwable what) throws X {
    throw (X) what;
  }

  private String nameInDatabase(long id) throws SQLException {
    JdbcLoader<Long, String> names =
        JdbcLoader.of(pool, "SELECT name FROM planet WHERE id = ?", String.class);
    return String.valueOf(names.load(id));
  }

  @Test
  void write_isSeenByTheNextRead() throws SQLException {
    writer.write(planets, 3L, connection -> rename(connection, 3, "Terra"));

    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
    assertThat(planets.peek(4L)).contains(new Planet(4, "Mars"));
    assertThat(spy.open).hasValue(0);
  }

  @Test
  void transaction_invalidatesWhatItNames_afterTheCommit() throws SQLException {
    int changed =
        writer.transaction(
            transaction -> {
              rename(transaction.connection(), 3, "Terra");
              rename(transaction.connection(), 4, "Ares");
              transaction.invalidateAll(planets, List.of(3L, 4L));
              transaction.invalidateQuery(sql, ALL);
              assertThat(planets.peek(3L)).contains(new Planet(3, "Earth"));
              return 2;
            });

    assertThat(changed).isEqualTo(2);
    assertThat(planets.peek(3L)).isEmpty();
    assertThat(planets.peek(4L)).isEmpty();
    assertThat(sql.query(ALL)).extracting(row -> row.get("name")).containsExactly("Terra", "Ares");
  }

  @Test
  void readInsideTheTransaction_doesNotOutliveTheCommit() throws SQLException {
    writer.write(
        planets,
        3L,
        connection -> {
          rename(connection, 3, "Terra");
          planets.invalidate(3L);
          assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
        });

    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void failingWork_rollsBack_keepsTheEntry_andPassesItsExceptionOn() throws SQLException {
    IOException failure = new IOException("disk full");

    Throwable thrown =
        catchThrowable(
            () ->
                writer.write(
                    planets,
                    3L,
                    connection -> {
                      rename(connection, 3, "Terra");
                      if (nameInDatabase(3).equals("Earth")) {
                        throw failure;
                      }
                    }));

    assertThat(thrown).isSameAs(failure);
    assertThat(nameInDatabase(3)).isEqualTo("Earth");
    assertThat(planets.peek(3L)).contains(new Planet(3, "Earth"));
    assertThat(spy.calls).contains("rollback").doesNotContain("commit");
    assertThat(spy.open).hasValue(0);
  }

  @Test
  void commitThatFailsAfterwards_invalidatesAllTheSame() throws SQLException {
    spy.failAfter("commit");

    assertThatThrownBy(
            () -> writer.write(planets, 3L, connection -> rename(connection, 3, "Terra")))
        .isInstanceOf(SQLException.class)
        .hasMessage("commit failed");

    assertThat(nameInDatabase(3)).isEqualTo("Terra");
    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void commitThatFails_rollsBackAndInvalidates() throws SQLException {
    spy.failOn("commit");

    assertThatThrownBy(
            () -> writer.write(planets, 3L, connection -> rename(connection, 3, "Terra")))
        .isInstanceOf(SQLException.class);

    assertThat(nameInDatabase(3)).isEqualTo("Earth");
    assertThat(planets.peek(3L)).isEmpty();
    assertThat(spy.open).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commitThatIsLostWithItsConnection_mayHappenLater_soNobodyCachesMeanwhile(
      boolean fenced, DatabaseServer db) throws Exception {
    try (TcpProxy proxy = TcpProxy.to(db.host(), db.port())) {
      MariaDbDataSource far =
          new MariaDbDataSource(
              Driver.MARIADB.url(db).replace(":" + db.port() + "/", ":" + proxy.port() + "/")
                  + "&socketTimeout=500");
      far.setUser(db.user());
      far.setPassword(db.password());
      JdbcWriter unfenced =
          JdbcWriter.of(before("commit", () -> proxy.set(TcpProxy.Mode.HOLD_REQUESTS), far));
      JdbcWriter impatient = fenced ? unfenced.fenced() : unfenced;
      assertThatThrownBy(
              () -> impatient.write(planets, 3L, connection -> rename(connection, 3, "Terra")))
          .isInstanceOf(SQLException.class);
      assertThat(planets.read(3L)).isEqualTo(new Read<>(EARTH, Outcome.BYPASSED));

      proxy.set(TcpProxy.Mode.PASS);
      await().until(() -> nameInDatabase(3).equals("Terra"));
      assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"08007", "25S03", "40003"})
  void commitThatADriverSaysIsLost_isInDoubt_alsoIfARollbackIsAnswered(String sqlState)
      throws SQLException {
    SQLException lost = new SQLException("lost", sqlState);
    JdbcWriter unlucky = JdbcWriter.of(after("commit", () -> sneaky(lost), pool));

    assertThatThrownBy(
            () -> unlucky.write(planets, 3L, connection -> rename(connection, 3, "Terra")))
        .isSameAs(lost);
    assertThat(planets.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
  }

  @Test
  void commitThatIsLostByAnInterrupt_isInDoubtAllTheSame() throws SQLException {
    SQLException lost = new SQLException("lost", "08000");
    Runnable interrupted =
        () -> {
          Thread.currentThread().interrupt();
          sneaky(lost);
        };
    List<String> seen = new ArrayList<>();
    CacheAside<Long, Planet> watching =
        new BrokenCache() {
          @Override
          public WriteFence fence(Collection<? extends Long> keys) {
            seen.add("fence, interrupted: " + Thread.currentThread().isInterrupted());
            return planets.fence(keys);
          }
        };
    JdbcWriter unlucky = JdbcWriter.of(after("commit", interrupted, pool));

    assertThatThrownBy(
            () -> unlucky.write(watching, 3L, connection -> rename(connection, 3, "Terra")))
        .isSameAs(lost);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(seen).containsExactly("fence, interrupted: false");
    assertThat(planets.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
  }

  @Test
  void driverThatThrowsTheSameAgain_doesNotKeepTheKeysCached() throws SQLException {
    SQLException gone = new SQLException("gone");
    DataSource dead =
        before("rollback", () -> sneaky(gone), after("commit", () -> sneaky(gone), pool));

    assertThatThrownBy(
            () ->
                JdbcWriter.of(dead)
                    .write(planets, 3L, connection -> rename(connection, 3, "Terra")))
        .isSameAs(gone);

    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void errorOutOfACommit_doesNotKeepTheKeysCached() throws SQLException {
    Error error = new NoClassDefFoundError("of the answer");
    Runnable fails = () -> sneaky(error);
    JdbcWriter unlucky = JdbcWriter.of(after("commit", fails, pool));

    assertThatThrownBy(
            () -> unlucky.write(planets, 3L, connection -> rename(connection, 3, "Terra")))
        .isSameAs(error);
    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));

    assertThatThrownBy(
            () -> unlucky.fenced().write(planets, 3L, connection -> rename(connection, 3, "Gaia")))
        .isSameAs(error);
    assertThat(planets.read(3L)).isEqualTo(new Read<>(new Planet(3, "Gaia"), Outcome.LOADED));

    JdbcWriter twice = JdbcWriter.of(before("rollback", fails, after("commit", fails, pool)));
    assertThatThrownBy(() -> twice.write(planets, 3L, connection -> rename(connection, 3, "Terra")))
        .isSameAs(error);
    assertThat(planets.read(3L)).isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.BYPASSED));
  }

  @Test
  void keyWithoutAText_doesNotKeepTheOthersCached() throws SQLException {
    CacheAside<Long, Planet> choosy =
        CacheAside.builder(store, "choosy-" + UUID.randomUUID(), Serializer.json(Planet.class))
            .storeTimeout(Duration.ofSeconds(5))
            .keyEncoder(JdbcWriterTest::positive)
            .build(JdbcLoader.of(pool, "SELECT id, name FROM planet WHERE id = ?", Planet.class));
    choosy.get(3L);

    assertThatThrownBy(
            () ->
                writer.transaction(
                    transaction -> {
                      rename(transaction.connection(), 3, "Terra");
                      transaction.invalidateAll(choosy, List.of(-1L, 3L));
                      return true;
                    }))
        .isInstanceOf(CacheStoreException.class)
        .hasMessageContaining("is committed, but invalidating 1 keys of choosy")
        .hasRootCauseMessage("not positive");

    assertThat(choosy.get(3L)).contains(new Planet(3, "Terra"));
  }

  private static String positive(long key) {
    if (key < 0) {
      throw new IllegalArgumentException("not positive");
    }
    return Long.toString(key);
  }

  @Test
  void transactionThatAFormerUserLeftOpen_isNotCommitted(DatabaseServer db) throws SQLException {
    try (Connection shared = db.dataSource().getConnection()) {
      shared.setAutoCommit(false);
      rename(shared, 4, "left open");

      JdbcWriter.of(FixedDataSource.of(shared))
          .write(planets, 3L, connection -> rename(connection, 3, "Terra"));
    }

    assertThat(nameInDatabase(3)).isEqualTo("Terra");
    assertThat(nameInDatabase(4)).isEqualTo("Mars");
  }

  @Test
  void failingInvalidation_doesNotStopTheOthers_andSaysThatTheCommitHappened() throws SQLException {
    CacheAside<Long, Planet> broken = new BrokenCache();

    Throwable thrown =
        catchThrowable(
            () ->
                writer.transaction(
                    transaction -> {
                      rename(transaction.connection(), 3, "Terra");
                      transaction.invalidate(broken, 3L);
                      transaction.invalidate(broken, 4L);
                      transaction.invalidate(planets, 3L);
                      transaction.invalidateQuery(sql, ALL);
                      return true;
                    }));

    assertThat(thrown)
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("the transaction is committed, but invalidating 2 keys of broken failed")
        .hasCauseInstanceOf(CacheStoreException.class)
        .isInstanceOfSatisfying(
            WriteNotInvalidatedException.class, told -> assertThat(told.result()).isEqualTo(true));
    assertThat(nameInDatabase(3)).isEqualTo("Terra");
    assertThat(planets.peek(3L)).isEmpty();
    assertThat(sql.query(ALL).get(0).get("name")).isEqualTo("Terra");
  }

  @Test
  void connection_comesBackAsItWas_beforeTheStoreIsWaitedFor() throws SQLException {
    AtomicInteger openWhileInvalidating = new AtomicInteger(-1);
    CacheAside<Long, Planet> watching =
        new BrokenCache() {
          @Override
          public void invalidateAll(Collection<? extends Long> keys) {
            openWhileInvalidating.set(spy.open.get());
          }
        };

    writer.write(watching, 3L, connection -> rename(connection, 3, "Terra"));

    assertThat(openWhileInvalidating).hasValue(0);
    assertThat(spy.calls)
        .containsSubsequence("setAutoCommit false", "commit", "setAutoCommit true", "close");
  }

  @Test
  void rollbackThatFails_neverTurnsIntoACommit() throws SQLException {
    spy.failOn("rollback");

    assertThatThrownBy(
            () ->
                writer.write(
                    planets,
                    3L,
                    connection -> {
                      rename(connection, 3, "Terra");
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");

    assertThat(spy.calls).contains("abort", "close").doesNotContain("setAutoCommit true");
    assertThat(nameInDatabase(3)).isEqualTo("Earth");
  }

  @Test
  void innerTransaction_isItsOwn() throws SQLException {
    assertThatThrownBy(
            () ->
                writer.write(
                    planets,
                    3L,
                    connection -> {
                      writer.write(planets, 4L, inner -> rename(inner, 4, "Ares"));
                      throw new IllegalStateException("outer");
                    }))
        .hasMessage("outer");

    assertThat(nameInDatabase(4)).isEqualTo("Ares");
    assertThat(planets.get(4L)).contains(new Planet(4, "Ares"));
  }

  @Test
  void endedTransaction_takesNoMoreKeys() throws SQLException {
    JdbcTransaction ended = writer.transaction(transaction -> transaction);

    assertThatThrownBy(() -> ended.invalidate(planets, 3L))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Fails whenever something is invalidated. */
  private static class BrokenCache implements CacheAside<Long, Planet> {
    @Override
    public WriteFence fenceTags(Collection<String> tags) {
      throw new UnsupportedOperationException();
    }

    @Override
    public WriteFence fenceAll() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Read<Planet> read(Long key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Reads<Long, Planet> readAll(Collection<? extends Long> keys) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Read<Planet> read(
        Long key, io.github.cacheaside.CacheLoader<? super Long, ? extends Planet> loader) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Reads<Long, Planet> readAll(
        Collection<? extends Long> keys,
        io.github.cacheaside.CacheLoader.Bulk<Long, Planet> loader) {
      throw new UnsupportedOperationException();
    }

    @Override
    public io.github.cacheaside.Ticket<Planet> ticket(Long key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Warmed warm(Iterable<? extends Long> keys, Warming how) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Planet> peek(Long key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public io.github.cacheaside.Look<Planet> look(Long key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Read<Planet> refresh(Long key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void put(Long key, Planet value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void putAll(java.util.Map<? extends Long, ? extends Planet> values) {
      throw new UnsupportedOperationException();
    }

    @Override
    public io.github.cacheaside.Look<Planet> putIfAbsent(Long key, Planet value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void invalidateAll(Collection<? extends Long> keys) {
      throw new CacheStoreException("no connection", null);
    }

    @Override
    public void softInvalidateAll(Collection<? extends Long> keys, Duration maxStale) {
      throw new UnsupportedOperationException();
    }

    @Override
    public WriteFence fence(Collection<? extends Long> keys) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void invalidateTag(String tag) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void clear() {
      throw new UnsupportedOperationException();
    }

    @Override
    public io.github.cacheaside.Health health() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CacheStats stats() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String name() {
      return "broken";
    }

    @Override
    @SuppressWarnings("unchecked") // of a raw interface
    public AsyncCacheAside<Long, Planet> async() {
      return (AsyncCacheAside<Long, Planet>)
          Proxy.newProxyInstance(
              AsyncCacheAside.class.getClassLoader(),
              new Class<?>[] {AsyncCacheAside.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("invalidateAll")) {
                  throw new UnsupportedOperationException(method.getName());
                }
                return CompletableFuture.runAsync(
                    () -> invalidateAll((Collection<? extends Long>) arguments[0]), Runnable::run);
              });
    }
  }
}
