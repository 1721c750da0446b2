package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.PartialLoadException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Databases.Driver;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@WithServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcLoaderTest {
  private static final String BY_ID = "SELECT id, name FROM planet WHERE id = ?";
  private static final String BY_IDS = "SELECT id, name FROM planet WHERE id IN (?)";

  record Planet(long id, String name) {}

  record MoonKey(long planetId, String name) {}

  record Moon(long planetId, String name, int radius) {
    MoonKey key() {
      return new MoonKey(planetId, name);
    }
  }

  private HikariDataSource pool;
  private SpyingDataSource spy;

  @BeforeAll
  void createTables(DatabaseServer db) throws SQLException {
    pool = Databases.pool(db, Driver.MARIADB, 1);
    Databases.execute(
        pool,
        "CREATE TABLE planet (id INT UNSIGNED PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES "
            + IntStream.rangeClosed(1, 2000)
                .mapToObj(id -> "(" + id + ", 'planet " + id + "')")
                .collect(Collectors.joining(", ")),
        "INSERT INTO planet VALUES (2001, NULL)",
        "CREATE TABLE moon (planet_id INT, name VARCHAR(30), radius INT)",
        "INSERT INTO moon VALUES (3, 'Moon', 1737), (4, 'Phobos', 11), (4, 'Deimos', 6)",
        "INSERT INTO moon VALUES (9, 'twice', 1), (9, 'twice', 2)");
  }

  @AfterAll
  void closePool() {
    pool.close();
  }

  @BeforeEach
  void spy() {
    spy = new SpyingDataSource(pool);
  }

  @Test
  void load_makesARecord() throws Exception {
    JdbcLoader<Long, Planet> loader = JdbcLoader.of(spy, BY_ID, Planet.class);

    assertThat(loader.load(3L)).isEqualTo(new Planet(3, "planet 3"));
    assertThat(loader.load(9999L)).isNull();
  }

  @Test
  void load_byAFunction() throws Exception {
    JdbcLoader<Long, String> loader =
        JdbcLoader.of(spy, BY_ID, (ResultSet row) -> row.getLong("id") + "!" + row.getString(2));

    assertThat(loader.load(3L)).isEqualTo("3!planet 3");
  }

  @Test
  void load_ofASingleValueOrARow() throws Exception {
    JdbcLoader<Long, String> names =
        JdbcLoader.of(spy, "SELECT name FROM planet WHERE id = ?", String.class);
    JdbcLoader<Long, Row> rows = JdbcLoader.of(spy, BY_ID, Row.class);

    assertThat(names.load(3L)).isEqualTo("planet 3");
    assertThat(names.load(2001L)).isNull();
    assertThat(rows.load(3L)).hasToString("{id=3, name=planet 3}");
  }

  @Test
  void load_bySeveralParameters() throws Exception {
    JdbcLoader<MoonKey, Moon> loader =
        JdbcLoader.builder(spy, "SELECT * FROM moon WHERE planet_id = ? AND name = ?", Moon.class)
            .parameters((MoonKey key) -> List.of(key.planetId(), key.name()))
            .build();

    assertThat(loader.load(new MoonKey(4, "Deimos"))).isEqualTo(new Moon(4, "Deimos", 6));
    assertThatThrownBy(() -> loader.load(new MoonKey(9, "twice")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("more than one row")
        .hasMessageNotContaining("twice");
  }

  @Test
  void recordAsKey_needsParameters() {
    JdbcLoader<MoonKey, Planet> loader = JdbcLoader.of(spy, BY_ID, Planet.class);

    assertThatThrownBy(() -> loader.load(new MoonKey(4, "secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameters(...)")
        .hasMessageNotContaining("secret");
  }

  @Test
  void loadAll_takesOneQueryAChunk_andOneConnection() throws Exception {
    JdbcLoader<Long, Planet> loader =
        JdbcLoader.builder(spy, BY_ID, Planet.class).bulk(BY_IDS, Planet::id).build();
    List<Long> keys = new ArrayList<>();
    for (long key = 1901; key <= 3100; key++) {
      keys.add(key);
    }
    keys.remove(2001L);
    keys.add(1L);

    Map<Long, Planet> found = loader.loadAll(keys);

    assertThat(found).hasSize(101).containsEntry(1901L, new Planet(1901, "planet 1901"));
    assertThat(found).containsKey(1L).doesNotContainKey(3000L);
    assertThat(spy.count("prepareStatement")).isEqualTo(3);
    assertThat(spy.count("getConnection")).isEqualTo(1);
    assertThat(spy.open).hasValue(0);
  }

  @Test
  void loadAll_withoutBulk_takesOneQueryAKey_andOneConnection() throws Exception {
    JdbcLoader<Long, Planet> loader = JdbcLoader.of(spy, BY_ID, Planet.class);

    assertThat(loader.loadAll(List.of(1L, 2L, 9999L))).containsOnlyKeys(1L, 2L);
    assertThat(spy.count("prepareStatement")).isEqualTo(3);
    assertThat(spy.count("getConnection")).isEqualTo(1);
  }

  @Test
  void loadAll_saysWhichKeysFailed() throws Exception {
    MoonKey moon = new MoonKey(3, "Moon");
    MoonKey twice = new MoonKey(9, "twice");
    MoonKey phobos = new MoonKey(4, "Phobos");
    JdbcLoaderBuilder<MoonKey, Moon> builder =
        JdbcLoader.builder(spy, "SELECT * FROM moon WHERE planet_id = ? AND name = ?", Moon.class)
            .parameters((MoonKey key) -> List.of(key.planetId(), key.name()));
    JdbcLoader<MoonKey, Moon> single = builder.build();
    assertThat(single.loadsInBulk()).isFalse();
    assertThat(partial(single, List.of(moon, twice, phobos)).found())
        .isEqualTo(Map.of(moon, new Moon(3, "Moon", 1737), phobos, new Moon(4, "Phobos", 11)));
    assertThat(partial(single, List.of(moon, twice, phobos)).failures().get(twice))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("more than one row");

    JdbcLoader<MoonKey, Moon> bulk =
        builder
            .bulk("SELECT * FROM moon WHERE (planet_id, name) IN (?)", Moon::key)
            .chunkSize(1)
            .build();
    assertThat(bulk.loadsInBulk()).isTrue();
    PartialLoadException chunks = partial(bulk, List.of(moon, twice, phobos));
    assertThat(chunks.found().keySet()).isEqualTo(Set.of(moon));
    assertThat(chunks.failures().keySet()).isEqualTo(Set.of(twice, phobos));
    assertThat(spy.open).hasValue(0);
  }

  private static <K> PartialLoadException partial(JdbcLoader<K, ?> loader, List<K> keys) {
    return catchThrowableOfType(PartialLoadException.class, () -> loader.loadAll(keys));
  }

  @Test
  void loadAll_findsKeysInAColumn() throws Exception {
    JdbcLoader<Long, String> loader =
        JdbcLoader.builder(spy, BY_ID, (ResultSet row) -> row.getString("name"))
            .bulk(BY_IDS, "id", Long.class)
            .chunkSize(2)
            .build();

    assertThat(loader.loadAll(List.of(1L, 2L, 3L)))
        .containsExactlyInAnyOrderEntriesOf(Map.of(1L, "planet 1", 2L, "planet 2", 3L, "planet 3"));
    assertThat(spy.count("prepareStatement")).isEqualTo(2);
  }

  @Test
  void loadAll_bySeveralParameters() throws Exception {
    JdbcLoader<MoonKey, Moon> loader =
        JdbcLoader.builder(spy, "SELECT * FROM moon WHERE planet_id = ? AND name = ?", Moon.class)
            .parameters((MoonKey key) -> List.of(key.planetId(), key.name()))
            .bulk("SELECT * FROM moon WHERE (planet_id, name) IN (?)", Moon::key)
            .build();

    assertThat(loader.loadAll(List.of(new MoonKey(3, "Moon"), new MoonKey(4, "Phobos"))))
        .containsEntry(new MoonKey(3, "Moon"), new Moon(3, "Moon", 1737))
        .containsEntry(new MoonKey(4, "Phobos"), new Moon(4, "Phobos", 11));
    assertThatThrownBy(() -> loader.loadAll(List.of(new MoonKey(9, "twice"))))
        .hasMessageContaining("more than one row");
  }

  @Test
  void loadAll_ofKeysThatTheDatabaseTakesForOne_findsThoseThatAreThere() throws Exception {
    Databases.execute(
        pool,
        "CREATE TABLE word (name VARCHAR(30) PRIMARY KEY) COLLATE utf8mb4_general_ci",
        "INSERT INTO word VALUES ('Earth'), ('Mars')");
    JdbcLoaderBuilder<String, String> builder =
        JdbcLoader.builder(spy, "SELECT name FROM word WHERE name = ?", String.class)
            .bulk("SELECT name FROM word WHERE name IN (?)", (String name) -> name);

    for (int chunkSize : new int[] {1, 2, 500}) {
      assertThat(builder.chunkSize(chunkSize).build().loadAll(List.of("earth", "Earth", "Mars")))
          .isEqualTo(Map.of("Earth", "Earth", "Mars", "Mars"));
    }
  }

  @Test
  void aKeyThatTheCollationTakesForAnother_isFoundByBulkToo(RedisServer server) throws Exception {
    Databases.execute(
        pool,
        "CREATE TABLE IF NOT EXISTS code (code VARCHAR(30) COLLATE utf8mb4_general_ci PRIMARY KEY)",
        "REPLACE INTO code VALUES ('abc'), ('def')");
    record Code(String code) {}
    try (RedisCacheStore redis = RedisCacheStore.connect(server.uri())) {
      CacheAside<String, Code> cache =
          CacheAside.builder(redis, "code" + UUID.randomUUID(), Serializer.json(Code.class))
              .storeTimeout(Duration.ofSeconds(5))
              .absentTtl(Duration.ofMinutes(1))
              .build(
                  JdbcLoader.builder(spy, "SELECT code FROM code WHERE code = ?", Code.class)
                      .bulk("SELECT code FROM code WHERE code IN (?)", Code::code)
                      .build());

      assertThat(cache.getAll(List.of("ABC", "def", "none"))).containsOnlyKeys("ABC", "def");
      assertThat(cache.get("ABC")).contains(new Code("abc"));
      assertThat(cache.get("none")).isEmpty();
      assertThat(cache.getAll(List.of("DEF", "Déf", "def "))).as("one row for all").hasSize(3);
    }
  }

  @Test
  void bulkText_needsItsPlaceholderOnce() {
    JdbcLoaderBuilder<Object, Planet> builder = JdbcLoader.builder(spy, BY_ID, Planet.class);

    assertThatThrownBy(() -> builder.bulk("SELECT * FROM planet", Planet::id))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.bulk("SELECT '(?)' WHERE id IN (?)", Planet::id))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void options_refuseWhatCantBeMeant() {
    JdbcLoaderBuilder<Object, Planet> builder = JdbcLoader.builder(spy, BY_ID, Planet.class);

    assertThatThrownBy(() -> builder.queryTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> builder.chunkSize(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.fetchSize(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JdbcLoader.of(spy, " ", Planet.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void slowQuery_isCancelled() {
    // No SLEEP: of one that is cancelled MySQL answers 1, and no error. These are 10^11 rows.
    String ten = "(SELECT 1 AS n" + " UNION ALL SELECT 1".repeat(9) + ") AS t";
    String tables =
        IntStream.rangeClosed(1, 11).mapToObj(i -> ten + i).collect(Collectors.joining(", "));
    JdbcLoader<Long, Long> loader =
        JdbcLoader.builder(spy, "SELECT COUNT(*) FROM " + tables + " WHERE t1.n = ?", Long.class)
            .queryTimeout(Duration.ofSeconds(1))
            .build();

    assertThatThrownBy(() -> loader.load(1L)).isInstanceOf(SQLException.class);
    assertThat(spy.open).hasValue(0);
  }

  @Test
  void queryTimeout_isOfTheQueryAlone() throws Exception {
    JdbcDataSource h2 = new JdbcDataSource(); // which keeps a time-out for the whole connection
    h2.setURL("jdbc:h2:mem:");
    try (Connection connection = h2.getConnection();
        Statement statement = connection.createStatement()) {
      JdbcLoader<Long, Long> loader =
          JdbcLoader.of(
              FixedDataSource.of(connection), "SELECT CAST(? AS BIGINT) AS x", Long.class);
      assertThat(loader.load(3L)).isEqualTo(3);
      assertThat(statement.getQueryTimeout()).isZero();
    }
  }

  @Test
  void autocommitOff_aKeyThatFails_leavesNoFailedTransactionToThoseAfterIt(DatabaseServer db)
      throws Exception {
    HikariConfig config = Databases.config(db, Driver.MARIADB, 1);
    config.setAutoCommit(false);
    try (HikariDataSource transactional = new HikariDataSource(config)) {
      SpyingDataSource spied = new SpyingDataSource(transactional);
      JdbcLoader<Integer, Moon> loader =
          JdbcLoader.of(spied, "SELECT * FROM moon WHERE planet_id = ?", Moon.class);

      assertThat(partial(loader, List.of(9, 3)).found())
          .isEqualTo(Map.of(3, new Moon(3, "Moon", 1737)));
      assertThat(spied.calls)
          .containsSubsequence("prepareStatement", "rollback", "prepareStatement", "rollback");
    }
  }

  @Test
  void autocommitOff_leavesNoSnapshotBehind(DatabaseServer db) throws Exception {
    HikariConfig config = Databases.config(db, Driver.MARIADB, 1);
    config.setAutoCommit(false);
    try (HikariDataSource transactional = new HikariDataSource(config)) {
      SpyingDataSource spied = new SpyingDataSource(transactional);
      JdbcLoader<Long, Planet> loader = JdbcLoader.of(spied, BY_ID, Planet.class);
      assertThat(loader.load(1900L)).isEqualTo(new Planet(1900, "planet 1900"));
      Databases.execute(pool, "UPDATE planet SET name = 'renamed' WHERE id = 1900");

      assertThat(loader.load(1900L)).isEqualTo(new Planet(1900, "renamed"));
      assertThat(spied.count("rollback")).isEqualTo(4);
      assertThat(spied.count("commit")).isZero();
      assertThat(spied.calls).noneMatch(call -> call.startsWith("setAutoCommit"));
    }
  }

  @Test
  void autocommitOff_anOpenSnapshotIsLeftBeforeTheQuery(DatabaseServer db) throws Exception {
    try (Connection connection = db.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      DataSource leaky = FixedDataSource.of(connection);
      try (Statement statement = connection.createStatement()) {
        statement.executeQuery("SELECT * FROM planet");
      }
      Databases.execute(pool, "UPDATE planet SET name = 'new' WHERE id = 1899");

      assertThat(JdbcLoader.<Long, Planet>of(leaky, BY_ID, Planet.class).load(1899L))
          .isEqualTo(new Planet(1899, "new"));
    }
  }

  @Test
  void failingQuery_rollsBackAndGivesTheConnectionBack(DatabaseServer db) {
    HikariConfig config = Databases.config(db, Driver.MARIADB, 1);
    config.setAutoCommit(false);
    try (HikariDataSource transactional = new HikariDataSource(config)) {
      SpyingDataSource spied = new SpyingDataSource(transactional);
      JdbcLoader<Long, Planet> loader =
          JdbcLoader.of(spied, "SELECT nothing FROM nowhere WHERE id = ?", Planet.class);

      assertThatThrownBy(() -> loader.load(1L)).isInstanceOf(SQLException.class);
      assertThat(spied.open).hasValue(0);
      assertThat(spied.count("rollback")).isEqualTo(2);
    }
  }

  @Test
  void aConnectionWhoseDriverBroke_isNotUsedAgain_afterAMappersFailureItIs() throws Exception {
    JdbcLoader<Object, Long> ids =
        JdbcLoader.builder(spy, "SELECT CONNECTION_ID() FROM planet WHERE id = ?", Long.class)
            .parameters((Object key) -> List.of(key))
            .build();
    InputStream broken =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("in the middle of a packet");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            return read();
          }
        };
    Long first = ids.load(3L);
    JdbcLoader<Object, Long> mapper =
        JdbcLoader.of(
            spy,
            "SELECT id FROM planet WHERE id = ?",
            (ResultSet row) -> {
              throw new IllegalStateException("no planet of mine");
            });

    assertThatThrownBy(() -> mapper.load(3L)).hasMessage("no planet of mine");
    assertThat(ids.load(3L)).isEqualTo(first);
    assertThatThrownBy(() -> ids.load(broken)).hasMessage("in the middle of a packet");
    assertThat(ids.load(3L)).isNotEqualTo(first);
  }

  /** The JVM leaves the trace out where it throws often, so that of its own may be a driver's. */
  @Test
  void withoutAStackTrace_anExceptionOfTheApplicationsIsNoDrivers() throws Exception {
    String connection = "SELECT CONNECTION_ID() FROM planet WHERE id = ?";
    JdbcLoader<Object, Long> ids = JdbcLoader.of(spy, connection, Long.class);
    Long first = ids.load(3L);
    NullPointerException omitted = new NullPointerException("omitted");
    omitted.setStackTrace(new StackTraceElement[0]);

    for (RuntimeException thrown : List.of(new Expected(), omitted)) {
      JdbcLoader<Object, Long> mapper =
          JdbcLoader.of(
              spy,
              "SELECT id FROM planet WHERE id = ?",
              (ResultSet row) -> {
                throw thrown;
              });
      assertThatThrownBy(() -> mapper.load(3L)).isSameAs(thrown);
      assertThat(Objects.equals(ids.load(3L), first)).isEqualTo(thrown instanceof Expected);
    }
  }

  private static final class Expected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Expected() {
      super("expected", null, false, false);
    }
  }

  @Test
  void behindACache_oneQueryAnswersManyReads(RedisServer redis) {
    try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CacheAside<Long, Planet> planets =
          CacheAside.builder(store, "planet-" + UUID.randomUUID(), Serializer.json(Planet.class))
              .storeTimeout(Duration.ofSeconds(5))
              .build(JdbcLoader.builder(spy, BY_ID, Planet.class).bulk(BY_IDS, Planet::id).build());

      assertThat(planets.get(3L)).contains(new Planet(3, "planet 3"));
      assertThat(planets.get(3L)).contains(new Planet(3, "planet 3"));
      assertThat(planets.getAll(List.of(3L, 4L, 9999L))).containsOnlyKeys(3L, 4L);
      assertThat(spy.count("prepareStatement")).isEqualTo(2);
    }
  }

  @Test
  void failedLoad_reachesTheReaderWithItsCause(RedisServer redis) {
    try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CacheAside<Long, Planet> planets =
          CacheAside.builder(store, "planet-" + UUID.randomUUID(), Serializer.json(Planet.class))
              .storeTimeout(Duration.ofSeconds(5))
              .build(JdbcLoader.of(spy, "SELECT id FROM planet WHERE id = ?", Planet.class));

      assertThatThrownBy(() -> planets.get(3L))
          .isInstanceOf(CacheLoadException.class)
          .hasRootCauseMessage("no column for name of " + Planet.class.getName() + " among [id]");
    }
  }
}
