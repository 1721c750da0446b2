package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The short doors, parameters of every kind, and a pool of one, on each database. */
@Tag("long")
@WithServers
class EachDatabaseQueriesTest {
  record Planet(long id, String name) {}

  @FunctionalInterface
  private interface Body {
    void run(SqlCacheBuilder cache, HikariDataSource pool) throws Exception;
  }

  private static void with(Door door, RedisServer redis, Body body) throws Exception {
    try (DatabaseServer schema = door.schema("queries");
        HikariDataSource pool = door.pool(schema, 1);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      Databases.execute(
          pool,
          "CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))",
          "INSERT INTO planet VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Earth')");
      body.run(
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .ttl(Duration.ofMinutes(5))
              .name("q-" + UUID.randomUUID()),
          pool);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void shortDoors(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SqlCache sql = cache.build();
          String byId = "SELECT id, name FROM planet WHERE id = ?";
          for (int i = 0; i < 2; i++) {
            assertThat(sql.query("SELECT id, name FROM planet ORDER BY id", Planet.class))
                .extracting(Planet::name)
                .containsExactly("Mercury", "Venus", "Earth");
            assertThat(sql.queryOne(byId, Planet.class, 3)).contains(new Planet(3, "Earth"));
            assertThat(sql.queryOne(byId, Planet.class, 9)).isEmpty();
            assertThat(sql.queryOne("SELECT COUNT(*) FROM planet", Long.class)).contains(3L);
            assertThat(sql.queryOne("SELECT MAX(name) FROM planet WHERE id > ?", String.class, 9))
                .isEmpty();
          }
          assertThat(sql.stats().hits()).isEqualTo(5);
          assertThatThrownBy(() -> sql.queryOne("SELECT id, name FROM planet", Planet.class))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("3 rows where at most one was expected");

          // One entry for all classes, so one invalidation is enough.
          Databases.execute(pool, "UPDATE planet SET name = 'Terra' WHERE id = 3");
          sql.invalidate(byId, 3);
          assertThat(sql.queryOne(byId, Planet.class, 3)).contains(new Planet(3, "Terra"));
          assertThat(sql.query(byId, 3).get(0).getString("name")).isEqualTo("Terra");
        });
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void namesListsTtlAndTags(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SqlCache sql = cache.taggable().build();
          String query = "SELECT id, name FROM planet WHERE id IN (:ids) AND name <> :name";
          SqlCall call =
              sql.statement(query)
                  .set("ids", List.of(1, 2, 3))
                  .set("name", Optional.of("Venus"))
                  .ttl(Duration.ofMinutes(1))
                  .tags("planets");

          assertThat(call.list(Planet.class)).hasSize(2);
          assertThat(call.read().outcome()).isEqualTo(Outcome.HIT);
          Databases.execute(pool, "DELETE FROM planet WHERE id = 1");
          assertThat(call.rows()).hasSize(2);
          sql.invalidateTag("planets");
          assertThat(call.one(Planet.class)).contains(new Planet(3, "Earth"));

          // The same by placeholders is the same entry; a list is written as its elements are.
          String plain = "SELECT id, name FROM planet WHERE id IN (?) AND name <> ?";
          SqlCall positional =
              sql.statement(plain).parameters(List.of(1, 2, 3), "Venus").tags("planets");
          assertThat(positional.read().outcome()).isEqualTo(Outcome.HIT);
          assertThat(
                  JdbcLoader.builder(
                          pool, "SELECT MAX(name) FROM planet WHERE id IN (?)", String.class)
                      .parameters((List<Integer> ids) -> List.of(ids))
                      .build()
                      .load(List.of(2, 3)))
              .isEqualTo("Venus");
        });
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void ttlOfACall_isItsOwn(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SqlCache sql = cache.build();
          SqlCall brief = sql.statement("SELECT name FROM planet WHERE id = 1");
          assertThat(brief.ttl(Duration.ofMillis(1)).read().outcome()).isEqualTo(Outcome.LOADED);
          Outcome outcome = Outcome.HIT;
          while (outcome != Outcome.LOADED) { // until it has expired
            outcome = brief.read().outcome();
          }
          assertThat(brief.ttl(Duration.ofMinutes(1)).rows()).hasSize(1);
        });
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void unstableQueries_areRefused_unlessAllowed(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SqlCache sql = cache.build();
          String now = "SELECT CURRENT_TIMESTAMP AS t FROM planet WHERE id = 1";
          assertThatThrownBy(() -> sql.query(now))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("CURRENT_TIMESTAMP depends on the clock");
          assertThat(sql.statement(now).unstable().rows()).hasSize(1);
          assertThat(cache.name("u-" + UUID.randomUUID()).allowUnstable().build().query(now))
              .hasSize(1);
          assertThatThrownBy(() -> sql.query("SELECT id FROM planet FOR UPDATE"))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  /** Every class that a parameter may be is compared with a column of its type. */
  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void parameters_areWhatTheyMean_forCacheAndLoader(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SqlCache sql = cache.build();
          boolean mySql = door.isOfMySql();
          String moment = mySql ? "TIMESTAMP NULL" : "TIMESTAMP WITH TIME ZONE";
          Databases.execute(
              pool,
              "CREATE TABLE p (d DATE, t TIME, dt TIMESTAMP NULL, m "
                      .replace("TIMESTAMP NULL", mySql ? "DATETIME" : "TIMESTAMP")
                  + moment
                  + ", y INT, s VARCHAR(30))",
              "INSERT INTO p VALUES ('2024-01-31', '12:34:56', '2024-01-31 12:00:00', "
                  + (mySql ? "FROM_UNIXTIME(1706702400)" : "'2024-01-31 12:00:00+00'")
                  + ", 2024, 'MONDAY')");
          Instant instant = Instant.parse("2024-01-31T12:00:00Z");
          LocalDateTime local = LocalDateTime.of(2024, 1, 31, 12, 0);
          equals(sql, pool, "d", LocalDate.of(2024, 1, 31));
          equals(sql, pool, "d", java.sql.Date.valueOf("2024-01-31"));
          equals(sql, pool, "t", LocalTime.of(12, 34, 56));
          equals(sql, pool, "dt", local);
          equals(sql, pool, "dt", java.sql.Timestamp.valueOf(local));
          equals(sql, pool, "m", instant);
          equals(sql, pool, "m", OffsetDateTime.ofInstant(instant, ZoneOffset.ofHours(1)));
          equals(sql, pool, "m", ZonedDateTime.ofInstant(instant, ZoneId.of("Europe/Paris")));
          equals(sql, pool, "y", Year.of(2024));
          equals(sql, pool, "s", DayOfWeek.MONDAY);
          Databases.execute(pool, "UPDATE p SET s = '2024-01'");
          equals(sql, pool, "s", YearMonth.of(2024, 1));
          Databases.execute(pool, "UPDATE p SET s = 'Europe/Paris'");
          equals(sql, pool, "s", ZoneId.of("Europe/Paris"));
          Databases.execute(pool, "UPDATE p SET s = 'x'");
          equals(sql, pool, "s", 'x');
        });
  }

  private static void equals(SqlCache sql, HikariDataSource pool, String column, Object value)
      throws Exception {
    String query = "SELECT y FROM p WHERE " + column + " = ?";
    String what = column + " = " + value.getClass();
    assertThat(sql.queryOne(query, Integer.class, value)).as(what).contains(2024);
    assertThat(sql.queryOne(query, Integer.class, value)).as(what).contains(2024);
    assertThat(JdbcLoader.<Object, Integer>of(pool, query, Integer.class).load(value))
        .as(what)
        .isEqualTo(2024);
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void arrays_areSentWhereThereAreArrays(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SqlCache sql = cache.build();
          String query = "SELECT name FROM planet WHERE id = ANY(?) ORDER BY id";
          if (door.isOfMySql()) {
            assertThatThrownBy(() -> sql.query(query, (Object) new long[] {1, 3}))
                .hasRootCauseMessage(
                    "an array of Long can't be sent to this database; for IN (?) give a list");
            return;
          }
          assertThat(sql.query(query, String.class, (Object) new long[] {1, 3}))
              .containsExactly("Mercury", "Earth");
          assertThat(sql.query(query, String.class, (Object) new Long[] {2L}))
              .containsExactly("Venus");
          assertThat(
                  sql.query(
                      "SELECT name FROM planet WHERE name = ANY(?)",
                      String.class,
                      (Object) new String[] {"Venus", "x"}))
              .containsExactly("Venus");
        });
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void durations_areIntervals(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          String type = door.isOfMySql() ? "TIME" : "INTERVAL DAY TO SECOND";
          if (door.product() == DatabaseProduct.H2 || door.isOfMySql()) {
            Databases.execute(pool, "CREATE TABLE iv (id INT, v " + type + ")");
          } else {
            Databases.execute(pool, "CREATE TABLE iv (id INT, v INTERVAL)");
          }
          String literal = door.isOfMySql() ? "'26:00:00'" : "INTERVAL '1 02:00:00' DAY TO SECOND";
          Databases.execute(pool, "INSERT INTO iv VALUES (7, " + literal + ")");
          assertThat(
                  cache
                      .build()
                      .queryOne(
                          "SELECT id FROM iv WHERE v = ?", Integer.class, Duration.ofHours(26)))
              .contains(7);
        });
  }

  /** A pool of one, and many callers of few keys: nobody waits with a connection in hand. */
  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void poolOfOne_servesManyCallers_withOneLoadAKey(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          SpyingDataSource spy = new SpyingDataSource(pool);
          for (int callers : List.of(1, 64)) {
            long before = spy.count("prepareStatement");
            try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
              SqlCache sql =
                  SqlCache.builder(store, spy)
                      .options(Databases::patient)
                      .name("pool-" + UUID.randomUUID())
                      .ttl(Duration.ofMinutes(5))
                      .build();
              callAll(sql, callers);
            }
            assertThat(spy.count("prepareStatement") - before).isEqualTo(Math.min(callers, 4));
          }
          assertThat(spy.open).hasValue(0);
        });
  }

  private static void callAll(SqlCache sql, int callers) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(callers);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Integer>> answers =
          java.util.stream.IntStream.range(0, callers)
              .mapToObj(
                  i ->
                      executor.submit(
                          () -> {
                            start.await();
                            return sql.query("SELECT name FROM planet WHERE id <> ?", 10 + i % 4)
                                .size();
                          }))
              .toList();
      start.countDown();
      for (Future<Integer> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(3);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** Sessions differ by a thread's tenant, and rows of one are never answered to another. */
  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#ofEachDatabase")
  void sessions_areNamedInTheKey(Door door, RedisServer redis) throws Exception {
    with(
        door,
        redis,
        (cache, pool) -> {
          ThreadLocal<String> tenant = ThreadLocal.withInitial(() -> "a");
          SqlCache sql = cache.session(tenant::get).build();
          String query = "SELECT name FROM planet WHERE id = 3";
          assertThat(sql.queryOne(query, String.class)).contains("Earth");
          Databases.execute(pool, "UPDATE planet SET name = 'of b'");
          tenant.set("b");
          assertThat(sql.queryOne(query, String.class)).contains("of b");
          tenant.set("a");
          assertThat(sql.queryOne(query, String.class)).contains("Earth");
          sql.invalidate(query);
          assertThat(sql.queryOne(query, String.class)).contains("of b");

          // An executor that does not pass the tenant on must not load for it.
          tenant.set("c");
          assertThatThrownBy(() -> sql.queryAsync(query).get(60, TimeUnit.SECONDS))
              .rootCause()
              .hasMessageContaining("the thread that loads has another session than the caller");
        });
  }
}
