package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Databases.Driver;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@WithServers
class SqlCacheTest {
  record Planet(long id, String name) {}

  private HikariDataSource pool;
  private SpyingDataSource spy;
  private RedisCacheStore store;

  @BeforeEach
  void open(DatabaseServer db, RedisServer redis) throws SQLException {
    pool = Databases.pool(db, Driver.MARIADB, 1);
    spy = new SpyingDataSource(pool);
    store = RedisCacheStore.connect(redis.uri());
    Databases.execute(
        pool,
        "DROP TABLE IF EXISTS planet",
        "CREATE TABLE planet (id INT UNSIGNED PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Earth')");
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  private SqlCacheBuilder builder() {
    return SqlCache.builder(store, spy)
        .options(Databases::patient)
        .name("sql-" + UUID.randomUUID())
        .ttl(Duration.ofMinutes(1));
  }

  @Test
  void secondQuery_isAHit_andTheSame() {
    SqlCache sql = builder().build();

    List<Row> miss = sql.query("SELECT * FROM planet");
    List<Row> hit = sql.query("SELECT * FROM planet");

    assertThat(hit).isEqualTo(miss).hasSize(3);
    assertThat(hit.get(0)).hasToString("{id=1, name=Mercury}");
    assertThat(hit.get(0).as(Planet.class)).isEqualTo(new Planet(1, "Mercury"));
    assertThat(spy.count("prepareStatement")).isEqualTo(1);
    assertThat(sql.stats().hits()).isEqualTo(1);
    assertThatThrownBy(() -> hit.remove(0)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void emptyResult_isCachedToo() {
    SqlCache sql = builder().build();

    assertThat(sql.query("SELECT * FROM planet WHERE id = ?", 99)).isEmpty();
    assertThat(sql.read("SELECT * FROM planet WHERE id = ?", 99).outcome()).isEqualTo(Outcome.HIT);
    assertThat(sql.query("SELECT * FROM planet WHERE id = ?", 99)).isEmpty();
  }

  @Test
  void parameters_haveEntriesOfTheirOwn() {
    SqlCache sql = builder().build();
    String query = "SELECT name FROM planet WHERE id = ? AND name <=> ?";

    assertThat(sql.query(query, 1, "Mercury")).hasSize(1);
    assertThat(sql.query(query, 1, null)).isEmpty();
    assertThat(sql.query(query, 2, "Venus").get(0).get("name")).isEqualTo("Venus");
    assertThat(sql.query(query, 1, "Mercury").get(0).get("name")).isEqualTo("Mercury");
  }

  @Test
  void invalidate_removesExactlyOneResult() throws SQLException {
    SqlCache sql = builder().build();
    String query = "SELECT name FROM planet WHERE id = ?";
    sql.query(query, 1);
    sql.query(query, 2);
    Databases.execute(pool, "UPDATE planet SET name = 'new'");

    sql.invalidate(query, 1);

    assertThat(sql.query(query, 1).get(0).get("name")).isEqualTo("new");
    assertThat(sql.query(query, 2).get(0).get("name")).isEqualTo("Venus");
  }

  @Test
  void queryAsync_answersTheSame() throws Exception {
    SqlCache sql = builder().build();

    assertThat(sql.queryAsync("SELECT * FROM planet").get(10, TimeUnit.SECONDS))
        .isEqualTo(sql.query("SELECT * FROM planet"));
  }

  @Test
  void tooManyRows_areRefused() {
    SqlCache sql = builder().maxRows(2).build();

    assertThat(sql.query("SELECT * FROM planet WHERE id < 3")).hasSize(2);
    assertThatThrownBy(() -> sql.query("SELECT * FROM planet"))
        .isInstanceOf(CacheLoadException.class)
        .hasRootCauseMessage("the query has more than 2 rows, the limit");
    assertThat(sql.query("SELECT COUNT(*) AS n FROM planet").get(0).getLong("n")).isEqualTo(3);
  }

  /** Drivers tell the server of the limit, which must not cut what the query counts. */
  @ParameterizedTest
  @EnumSource
  void limitOfRows_isForTheResultOnly(Driver driver, DatabaseServer db) {
    try (HikariDataSource other = Databases.pool(db, driver, 1)) {
      SqlCache sql =
          SqlCache.builder(store, other)
              .options(Databases::patient)
              .name("s" + UUID.randomUUID())
              .maxRows(1)
              .build();
      List<String> counts =
          List.of(
              "SELECT COUNT(*) FROM (SELECT * FROM planet) AS p",
              "WITH p AS (SELECT * FROM planet) SELECT COUNT(*) FROM p",
              "SELECT COUNT(*) FROM planet WHERE id IN (SELECT id FROM planet)",
              "SELECT COUNT(*) FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS u",
              "SELECT COUNT(*) FROM (SELECT id FROM planet ORDER BY name) AS o",
              "SELECT (SELECT SUM(1) FROM planet)");

      for (String count : counts) {
        assertThat(sql.query(count).get(0).get(0, Long.class)).as(count).isEqualTo(3);
      }
      assertThatThrownBy(() -> sql.query("SELECT * FROM planet ORDER BY id DESC"))
          .isInstanceOf(CacheLoadException.class);
      assertThatThrownBy(() -> sql.query("SELECT 1 UNION SELECT 2"))
          .isInstanceOf(CacheLoadException.class);
    }
  }

  @Test
  void labelsThatRepeat_areForTheBinaryFormatOnly() {
    String query = "SELECT id, id FROM planet WHERE id = 1";

    assertThat(builder().build().query(query).get(0).get(1)).isEqualTo(1L);
    assertThatThrownBy(() -> builder().format(RowFormat.JSON).build().query(query))
        .isInstanceOf(CacheLoadException.class)
        .rootCause()
        .hasMessageContaining("more than one column id");
  }

  @Test
  void badParameterAndBadStatement_areRefusedBeforeAnythingRuns() {
    SqlCache sql = builder().build();

    assertThatThrownBy(() -> sql.query("SELECT ?", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter 1 is a java.lang.Object");
    assertThatThrownBy(() -> sql.query("DELETE FROM planet"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(spy.calls).isEmpty();
  }

  @Test
  void plainJsonUnderTheText_isWhatTheTutorialStores(RedisServer redis) {
    String query = "SELECT id, name FROM planet WHERE id < 3 -- " + UUID.randomUUID();
    CacheStore plain = store.plain();
    SqlCache sql =
        SqlCache.builder(plain, spy)
            .options(Databases::patient)
            .format(RowFormat.JSON)
            .keys(SqlKeys.TEXT)
            .build();
    CacheAside<String, String> stored =
        CacheAside.builder(plain, "raw", Serializer.utf8())
            .storeTimeout(Duration.ofSeconds(5))
            .keyPrefix("")
            .build((String key) -> null);

    List<Row> rows = sql.query(query);

    assertThat(stored.peek(query))
        .contains("[{\"id\":1,\"name\":\"Mercury\"},{\"id\":2,\"name\":\"Venus\"}]");
    assertThat(sql.query(query)).isEqualTo(rows);
    assertThat(spy.count("prepareStatement")).isEqualTo(1);
  }

  @Test
  void undecodableEntry_isLoadedAgain() {
    CacheStore plain = store.plain();
    String query = "SELECT id FROM planet -- " + UUID.randomUUID();
    CacheAside<String, String> stored =
        CacheAside.builder(plain, "raw", Serializer.utf8())
            .storeTimeout(Duration.ofSeconds(5))
            .keyPrefix("")
            .build((String key) -> null);
    stored.put(query, "{}");

    SqlCache sql =
        SqlCache.builder(plain, spy)
            .options(Databases::patient)
            .format(RowFormat.JSON)
            .keys(SqlKeys.TEXT)
            .build();

    assertThat(sql.query(query)).hasSize(3);
    assertThat(sql.read(query).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void namespace_isPartOfTheKey_butNotOfBareText() {
    assertThat(builder().namespace("shop").build().query("SELECT 1")).hasSize(1);
    assertThatThrownBy(() -> builder().namespace("shop").keys(SqlKeys.TEXT).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void options_reachTheCache() {
    assertThatThrownBy(() -> builder().options(cache -> cache.leaseTime(Duration.ZERO)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lease");
  }

  @Test
  void poolOfOneConnection_servesManyThreads() throws Exception {
    SqlCache sql = builder().build();
    int threads = 16;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int id = i % 8;
        answers.add(
            executor.submit(
                () -> {
                  start.await();
                  // Two threads for each key: one waits for the other's load.
                  Row row = sql.query("SELECT ? + SLEEP(0.05) AS n", id).get(0);
                  return row.getLong("n");
                }));
      }
      start.countDown();
      for (int i = 0; i < threads; i++) {
        assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i % 8);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(spy.count("prepareStatement")).isEqualTo(8);
    assertThat(spy.open).hasValue(0);
  }
}
