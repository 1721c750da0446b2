package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pool whose connections read what is not committed. */
@Tag("long")
@WithServers
class EachDatabaseIsolationTest {
  private static final String ONE = "SELECT name FROM planet WHERE id = ?";

  static Stream<Arguments> doorsAndAutoCommit() {
    return Door.ofEachDatabase()
        .flatMap(door -> Stream.of(true, false).map(on -> Arguments.of(door, on)));
  }

  private static HikariDataSource dirty(HikariDataSource pool, boolean autoCommit) {
    HikariConfig config = new HikariConfig();
    pool.copyStateTo(config);
    config.setPoolName("dirty-" + UUID.randomUUID());
    config.setMaximumPoolSize(1);
    config.setAutoCommit(autoCommit);
    config.setTransactionIsolation("TRANSACTION_READ_UNCOMMITTED");
    return new HikariDataSource(config);
  }

  @ParameterizedTest
  @MethodSource("doorsAndAutoCommit")
  void whatIsNotCommitted_isNotCached(Door door, boolean autoCommit, RedisServer redis)
      throws Exception {
    try (DatabaseServer schema = door.schema("dirty");
        HikariDataSource pool = door.pool(schema, 1);
        HikariDataSource dirty = dirty(pool, autoCommit);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      Databases.execute(
          pool,
          "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
          "INSERT INTO planet VALUES (3, 'Earth')");
      int before = isolation(dirty);
      SqlCache sql =
          SqlCache.builder(store, dirty)
              .name("dirty-" + UUID.randomUUID())
              .options(Databases::patient)
              .ttl(Duration.ofMinutes(1))
              .build();
      CacheAside<Integer, String> cache =
          CacheAside.builder(store, "d-" + UUID.randomUUID(), Serializer.utf8())
              .storeTimeout(Duration.ofSeconds(5))
              .build(JdbcLoader.of(dirty, ONE, String.class));
      try (Connection writer = pool.getConnection();
          Statement statement = writer.createStatement()) {
        writer.setAutoCommit(false);
        statement.execute("UPDATE planet SET name = 'never' WHERE id = 3");
        for (int i = 0; i < 2; i++) {
          assertThat(sql.query(ONE, 3).get(0).getString("name")).isEqualTo("Earth");
          assertThat(cache.get(3)).contains("Earth");
        }
        writer.rollback();
        writer.setAutoCommit(true);
      }
      assertThat(isolation(dirty)).isEqualTo(before);
    }
  }

  private static int isolation(HikariDataSource pool) throws Exception {
    try (Connection connection = pool.getConnection()) {
      return connection.getTransactionIsolation();
    }
  }
}
