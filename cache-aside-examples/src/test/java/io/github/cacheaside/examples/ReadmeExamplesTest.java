package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.Row;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The examples of README.md. {@link ReadmeTest} compares each region with its block there, white
 * space at the left aside.
 */
final class ReadmeExamplesTest {
  record Planet(long id, String name) {}

  @FunctionalInterface
  private interface Example {
    void run() throws SQLException;
  }

  /** The DAO of a stranger. */
  private static final class Dao {
    private final Map<Long, Planet> rows = new HashMap<>(Map.of(3L, new Planet(3, "Earth")));

    @Nullable Planet findById(Long id) {
      return rows.get(id);
    }

    Map<Long, Planet> findAll(Iterable<Long> ids) {
      Map<Long, Planet> found = new HashMap<>();
      ids.forEach(id -> rows.computeIfPresent(id, (key, planet) -> keep(found, planet)));
      return found;
    }

    private static Planet keep(Map<Long, Planet> found, Planet planet) {
      found.put(planet.id(), planet);
      return planet;
    }

    void rename(Long id, String name) {
      rows.put(id, new Planet(id, name));
    }
  }

  /** What a README shows has the default time-outs, which a busy machine exceeds now and then. */
  private static void patiently(Example example) throws SQLException {
    for (int attempt = 1; attempt < 5; attempt++) {
      try {
        example.run();
        return;
      } catch (CacheStoreException late) {
        // once more
      }
    }
    example.run();
  }

  private static <V> void awaitRead(CacheAside<Long, V> cache, long key, Outcome outcome) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (cache.read(key).outcome() != outcome) {
      assertThat(System.nanoTime()).as("the read is a " + outcome).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aCacheAroundADao() throws SQLException {
    patiently(ReadmeExamplesTest::first);
  }

  @Test
  void sql() throws SQLException {
    patiently(ReadmeExamplesTest::loaderWriterAndQuery);
  }

  @Test
  void aFencedWrite() throws SQLException {
    patiently(ReadmeExamplesTest::fenced);
  }

  @Test
  void options() throws SQLException {
    patiently(ReadmeExamplesTest::ttlsAndABulkLoader);
  }

  private static void first() {
    Dao dao = new Dao();
    try (RedisServer server = TestServers.newRedis()) {
      String redisUrl = server.uri();
      // tag::first[]
      RedisCacheStore redis = RedisCacheStore.connect(redisUrl); // one for all; close it last

      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);

      Optional<Planet> earth = planets.get(3L); // from the database, next time from Redis
      dao.rename(3L, "Terra");
      planets.invalidate(3L); // after the commit: reads from now on see Terra
      // end::first[]
      try (redis) {
        assertThat(earth).contains(new Planet(3, "Earth"));
        assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
        awaitRead(planets, 3L, Outcome.HIT);
        assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
      }
    }
  }

  private static void loaderWriterAndQuery() throws SQLException {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore redis = RedisCacheStore.connect(server.uri());
        DatabaseServer schema = TestServers.database().createDatabase("readme")) {
      DataSource database = schema.dataSource();
      execute(database, "CREATE TABLE planet (id INT UNSIGNED PRIMARY KEY, name VARCHAR(30))");
      execute(database, "INSERT INTO planet VALUES (1, 'Mercury'), (3, 'Earth'), (4, 'Mars')");
      // tag::sql[]
      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
              .build(JdbcLoader.of(database, "SELECT * FROM planet WHERE id = ?", Planet.class));
      SqlCache sql = SqlCache.builder(redis, database).ttl(Duration.ofSeconds(10)).build();

      Optional<Planet> earth = planets.get(3L);
      List<Row> inner = sql.query("SELECT * FROM planet WHERE id < ?", 4);

      JdbcWriter writer = JdbcWriter.of(database); // transaction, commit, then invalidate
      writer.write(planets, 3L, connection -> rename(connection, 3L, "Terra"));
      // end::sql[]
      assertThat(earth).contains(new Planet(3, "Earth"));
      assertThat(inner).extracting(row -> row.getString("name")).contains("Mercury", "Earth");
      assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
    }
  }

  private static void fenced() {
    Dao dao = new Dao();
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore redis = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
      planets.get(3L);
      // tag::fenced[]
      planets.write(List.of(3L), () -> dao.rename(3L, "Terra")); // the work contains the commit
      // end::fenced[]
      assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
    }
  }

  private static void ttlsAndABulkLoader() {
    Dao dao = new Dao();
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore redis = RedisCacheStore.connect(server.uri())) {
      List<Long> ids = List.of(3L, 4L, 5L);
      // tag::options[]
      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
              .ttl(Ttl.fixed(Duration.ofHours(1)).jittered(0.1)) // 54 to 60 minutes
              .absentTtl(Duration.ofSeconds(30)) // remember that there is no such row
              .build(CacheLoader.of(dao::findById, dao::findAll)); // findAll: one query for many

      Map<Long, Planet> some = planets.getAll(List.of(1L, 2L, 3L)); // one bulk load at most
      Warmed warmed = planets.warm(ids, Warming.perSecond(500)); // before users come
      // end::options[]
      assertThat(some).isEqualTo(Map.of(3L, new Planet(3, "Earth")));
      assertThat(warmed.done()).isEqualTo(3);
      awaitRead(planets, 1L, Outcome.ABSENT);
    }
  }

  private static void rename(Connection connection, long id, String name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE planet SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  private static void execute(DataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
