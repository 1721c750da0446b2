package io.github.cacheaside.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Look;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.KeyText;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows in, invalidations out, on each database. */
class OutboxTest {
  private static final String EACH = "io.github.cacheaside.jdbc.Door#ofEachDatabase";

  /** A schema with a table of planets, a cache of them and results of queries. */
  private static final class Ground implements AutoCloseable {
    final InMemoryCacheStore store = new InMemoryCacheStore();
    final DatabaseServer schema;
    final HikariDataSource pool;
    final CacheAside<Long, String> planets;
    final SqlCache sql;

    Ground(Door door) throws SQLException {
      this(door, 2);
    }

    Ground(Door door, int connections) throws SQLException {
      schema = door.schema("outbox");
      pool = door.pool(schema, connections);
      execute("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
      execute("INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
      planets =
          CacheAside.builder(store, "planet", Serializer.utf8())
              .tagsOfKey((Long id) -> Set.of("rocky"))
              .build(JdbcLoader.of(pool, "SELECT name FROM planet WHERE id = ?", String.class));
      sql = SqlCache.builder(store, pool).namespace("shop").clearable().build();
      try (Outbox outbox = builder().buildPassive()) {
        outbox.createTable();
        outbox.createTable(); // the second time does nothing
      }
    }

    OutboxBuilder builder() {
      return Outbox.builder(pool).cache(planets, Long.class).cache(sql).delay(Duration.ZERO);
    }

    void execute(String text) throws SQLException {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(text);
      }
    }

    int rows() throws SQLException {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM cache_aside_outbox")) {
        result.next();
        return result.getInt(1);
      }
    }

    /** Writes rows as a writer that dies right after its commit. */
    void write(Outbox outbox, List<Long> keys) throws SQLException {
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        outbox.invalidate(connection, planets, keys);
        connection.commit();
        connection.setAutoCommit(true);
      }
    }

    boolean isCached(long id) {
      return planets.look(id) instanceof Look.Hit;
    }

    @Override
    public void close() {
      pool.close();
      schema.close();
    }
  }

  private static void rename(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE planet SET name = 'Terra' WHERE id = 3");
    }
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void whatTheWriterHasInvalidated_isOnlyDeleted(Door door) throws Exception {
    try (Ground ground = new Ground(door);
        Outbox outbox = ground.builder().buildPassive()) {
      ground.planets.get(3L);
      JdbcWriter.of(ground.pool)
          .fenced()
          .logged(outbox)
          .write(ground.planets, 3L, OutboxTest::rename);

      assertThat(ground.planets.get(3L)).contains("Terra");
      assertThat(ground.rows()).isEqualTo(1);
      assertThat(outbox.drain()).isZero();
      assertThat(ground.rows()).isZero();
      assertThat(ground.isCached(3)).isTrue();
      assertThat(outbox.stats()).isEqualTo(new OutboxStats(1, 1, 0, 0, 0));
    }
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void aRollbackLeavesNoRow(Door door) throws Exception {
    try (Ground ground = new Ground(door);
        Outbox outbox = ground.builder().buildPassive()) {
      JdbcWriter writer = JdbcWriter.of(ground.pool).logged(outbox);
      assertThatThrownBy(
              () ->
                  writer.<Void, IllegalStateException>transaction(
                      transaction -> {
                        transaction.invalidate(ground.planets, 3L);
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
      CacheAside<Long, String> stranger =
          CacheAside.builder(ground.store, "moon", Serializer.utf8()).build(id -> "");
      assertThatThrownBy(() -> writer.write(stranger, 3L, OutboxTest::rename))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the outbox does not know the cache moon");
      assertThat(ground.rows()).isZero();
      assertThat(ground.planets.get(3L)).contains("Earth");
    }
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void aStoreOutOfReach_isTriedAgain(Door door) throws Exception {
    try (Ground ground = new Ground(door);
        Outbox outbox = ground.builder().buildPassive()) {
      ground.planets.get(3L);
      ground.store.failWith(new IllegalStateException("out of reach"));
      JdbcWriter writer = JdbcWriter.of(ground.pool).logged(outbox);
      assertThatThrownBy(() -> writer.write(ground.planets, 3L, OutboxTest::rename))
          .isInstanceOf(CacheStoreException.class);
      assertThat(outbox.drain()).isZero();
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.DEGRADED);
      assertThat(outbox.health().lastFailure()).isEqualTo(CacheStoreException.class.getName());
      assertThat(outbox.stats().deferred()).isPositive();
      assertThat(ground.rows()).isEqualTo(1);

      ground.store.failWith(null);
      await().until(() -> outbox.drain() == 1);
      assertThat(ground.planets.get(3L)).contains("Terra");
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.UP);
    }
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void queriesTagsAndWholeCaches(Door door) throws Exception {
    String one = "SELECT name FROM planet WHERE id = ?";
    try (Ground ground = new Ground(door);
        Outbox outbox = ground.builder().buildPassive()) {
      ground.sql.query(one, 3);
      ground.sql.query(one, 4);
      JdbcWriter writer = JdbcWriter.of(ground.pool).logged(outbox);
      ground.store.failWith(new IllegalStateException("out of reach"));
      assertThatThrownBy(
          () ->
              writer.<Integer, SQLException>transaction(
                  transaction -> {
                    rename(transaction.connection());
                    transaction.invalidateQuery(ground.sql, one, 3);
                    return 1;
                  }));
      ground.store.failWith(null);
      await().until(() -> outbox.drain() + outbox.stats().drained() > 0);
      assertThat(ground.sql.query(one, String.class, 3)).containsExactly("Terra");

      ground.planets.getAll(List.of(3L, 4L));
      try (Connection connection = ground.pool.getConnection()) {
        connection.setAutoCommit(false);
        outbox.invalidateTags(connection, ground.planets, List.of("rocky"));
        outbox.clear(connection, ground.sql.asCache());
        connection.commit();
        connection.setAutoCommit(true);
      }
      assertThat(outbox.drain()).isEqualTo(2);
      assertThat(ground.isCached(4)).isFalse();
      assertThat(ground.sql.read(one, 4).outcome()).isEqualTo(Outcome.LOADED);
    }
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void aTriggerMayWriteRows_andWhatCantBeReadKeepsNothingUp(Door door) throws Exception {
    try (Ground ground = new Ground(door);
        Outbox outbox = ground.builder().buildPassive()) {
      ground.planets.getAll(List.of(3L, 4L));
      ground.execute(
          "INSERT INTO cache_aside_outbox (cache, kind, name) VALUES ('planet', 'key', 'x'),"
              + " ('planet', 'key', '3'), ('planet', 'zzz', '4'), ('planet', 'KEY', '4'),"
              + " ('shop/sql', 'tag', 't'), ('other', 'key', '5')");
      assertThat(outbox.drain()).isEqualTo(2);
      assertThat(ground.isCached(3)).isFalse();
      assertThat(ground.isCached(4)).isFalse();
      assertThat(ground.rows()).isEqualTo(4);
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.DEGRADED);
      assertThat(outbox.health().rows()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void manyRows_inBatches_byTwoAtOnce(Door door) throws Exception {
    List<Long> keys = LongStream.range(0, 1_000).boxed().toList();
    try (Ground ground = new Ground(door, 4);
        Outbox one = ground.builder().batchSize(30).buildPassive();
        Outbox other = ground.builder().batchSize(30).buildPassive()) {
      ground.write(one, keys);
      CyclicBarrier together = new CyclicBarrier(2);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        Callable<Integer> first = () -> drain(one, together);
        Callable<Integer> second = () -> drain(other, together);
        Future<Integer> answer = threads.submit(first);
        second.call();
        answer.get();
      } finally {
        threads.shutdownNow();
      }
      await()
          .until(
              () -> {
                one.drain();
                return ground.rows() == 0;
              });
      assertThat(one.stats().drained() + other.stats().drained()).isGreaterThanOrEqualTo(1_000);
      assertThat(one.stats().failedRounds()).as("deadlocks").isLessThanOrEqualTo(1);
    }
  }

  private static int drain(Outbox outbox, CyclicBarrier together) throws Exception {
    together.await();
    return outbox.drain();
  }

  @ParameterizedTest
  @MethodSource(EACH)
  void aPoolOfOne_isEnough(Door door) throws Exception {
    try (Ground ground = new Ground(door, 1);
        Outbox outbox = ground.builder().every(Duration.ofMillis(10)).build()) {
      JdbcWriter writer = JdbcWriter.of(ground.pool).fenced().logged(outbox);
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Callable<Object>> calls =
            LongStream.range(0, 64)
                .<Callable<Object>>mapToObj(
                    id ->
                        () -> {
                          writer.write(ground.planets, id % 4, OutboxTest::rename);
                          return ground.planets.get(id % 4);
                        })
                .toList();
        for (Future<Object> each : threads.invokeAll(calls)) {
          each.get();
        }
      } finally {
        threads.shutdownNow();
      }
      await().until(() -> ground.rows() == 0);
      assertThat(outbox.stats().failedRounds()).isZero();
    }
  }

  @Test
  void itsThreadEnds_byCloseOrWithItsOwner() throws Exception {
    try (Ground ground = new Ground(Door.H2)) {
      Outbox outbox = ground.builder().every(Duration.ofMillis(10)).build();
      ground.write(outbox, List.of(3L));
      await().until(() -> ground.rows() == 0);
      Thread thread = thread();
      assertThat(thread.isDaemon()).isTrue();
      outbox.close();
      assertThat(thread.isAlive()).isFalse();
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.DOWN);

      WeakReference<Outbox> forgotten =
          new WeakReference<>(ground.builder().every(Duration.ofMillis(10)).build());
      Thread another = thread();
      await()
          .until(
              () -> {
                System.gc();
                return forgotten.get() == null && !another.isAlive();
              });
    }
  }

  private static Thread thread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().equals("cache-aside-outbox"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aDatabaseOutOfReach_isTold_andTheTableMayHaveAnotherName() throws Exception {
    try (Ground ground = new Ground(Door.H2);
        Outbox outbox = ground.builder().table("public.invalidation").buildPassive()) {
      outbox.drain();
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.DOWN);
      assertThat(outbox.stats().failedRounds()).isEqualTo(1);
      outbox.createTable();
      ground.write(outbox, List.of(3L));
      assertThat(outbox.drain()).isEqualTo(1);
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.UP);
    }
  }

  @Test
  void aLargeTable_isTold() throws Exception {
    try (Ground ground = new Ground(Door.H2);
        Outbox outbox = ground.builder().largeTable(2).buildPassive()) {
      ground.store.failWith(new IllegalStateException("out of reach"));
      ground.write(outbox, List.of(3L, 4L));
      outbox.drain();
      assertThat(outbox.health().rows()).isEqualTo(2);
      assertThat(outbox.health().status()).isEqualTo(OutboxHealth.Status.DEGRADED);
    }
  }

  @Test
  void badOptions_areRefused() throws Exception {
    try (Ground ground = new Ground(Door.H2)) {
      OutboxBuilder builder = ground.builder();
      assertThatThrownBy(() -> builder.cache(ground.planets, Long.class))
          .hasMessage("the outbox knows a cache named planet already");
      assertThatThrownBy(() -> builder.table("a; b")).hasMessageContaining("\"a; b\"");
      assertThatThrownBy(() -> builder.batchSize(0)).hasMessageContaining("but was 0");
      assertThatThrownBy(() -> builder.every(Duration.ZERO)).hasMessageContaining("but was PT0S");
      assertThatThrownBy(() -> builder.delay(Duration.ofMinutes(2)))
          .hasMessageContaining("but was PT2M");
      assertThatThrownBy(() -> builder.largeTable(0)).hasMessageContaining("but was 0");
      assertThatThrownBy(() -> Outbox.builder(ground.pool).build())
          .hasMessage("an outbox must know at least one cache");
      assertThatThrownBy(() -> KeyText.of(Object.class))
          .hasMessage("keys of java.lang.Object have no text that is known; give the functions");
    }
  }

  @Test
  void enumsAndUuidsHaveText() {
    KeyText<Door> doors = KeyText.of(Door.class);
    assertThat(doors.fromText().apply(doors.toText().apply(Door.H2))).isEqualTo(Door.H2);
    assertThatThrownBy(() -> doors.fromText().apply("x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
