package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the tutorial does, and a loader and a writer, on each database. */
@WithServers
class EachDatabaseTest {
  record Planet(long id, String name) {}

  private static void planets(HikariDataSource pool) throws Exception {
    Databases.execute(
        pool,
        "CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Earth')");
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void loaderAndWriter(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("planets");
        HikariDataSource pool = door.pool(schema, 2);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      planets(pool);
      CacheAside<Long, Planet> cache =
          CacheAside.builder(store, "p-" + UUID.randomUUID(), Serializer.json(Planet.class))
              .storeTimeout(Duration.ofSeconds(5))
              .build(JdbcLoader.of(pool, "SELECT id, name FROM planet WHERE id = ?", Planet.class));
      assertThat(cache.get(3L)).contains(new Planet(3, "Earth"));
      assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);

      JdbcWriter.of(pool)
          .fenced()
          .write(
              cache,
              3L,
              connection -> {
                try (var statement = connection.createStatement()) {
                  statement.execute("UPDATE planet SET name = 'Terra' WHERE id = 3");
                }
              });

      assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
      assertThat(cache.get(9L)).isEmpty();
    }
  }

  /**
   * The tutorial: the text is the key, JSON the value, and the row comes from Redis until its TTL.
   */
  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void tutorial(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("tutorial");
        HikariDataSource pool = door.pool(schema, 2);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri());
        CacheStore plain = store.plain()) {
      planets(pool);
      SqlCache sql =
          SqlCache.builder(plain, pool)
              .options(Databases::patient)
              .format(RowFormat.JSON)
              .keys(SqlKeys.TEXT)
              .ttl(Duration.ofMinutes(1))
              .build();
      String query = "SELECT id, name FROM planet WHERE id < 3 ORDER BY id -- " + UUID.randomUUID();

      assertThat(sql.read(query).outcome()).isEqualTo(Outcome.LOADED);
      Databases.execute(pool, "UPDATE planet SET name = 'x'");

      assertThat(sql.query(query).get(0).as(Planet.class)).isEqualTo(new Planet(1, "Mercury"));
      sql.invalidate(query);
      assertThat(sql.query(query).get(0).as(Planet.class)).isEqualTo(new Planet(1, "x"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void brokenQuery_leavesThePoolAsItWas(Door door) throws Exception {
    try (DatabaseServer schema = door.schema("broken");
        HikariDataSource pool = door.pool(schema, 1)) {
      planets(pool);
      JdbcLoader<Integer, Planet> broken =
          JdbcLoader.of(pool, "SELECT nothing FROM planet WHERE id = ?", Planet.class);
      assertThatThrownBy(() -> broken.load(1)).isInstanceOf(java.sql.SQLException.class);

      JdbcLoader<Integer, String> names =
          JdbcLoader.of(pool, "SELECT name FROM planet WHERE id = ?", String.class);
      assertThat(names.load(1)).isEqualTo("Mercury");
    }
  }
}
