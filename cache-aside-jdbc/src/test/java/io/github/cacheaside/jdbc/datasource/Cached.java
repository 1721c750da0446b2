package io.github.cacheaside.jdbc.datasource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Two tables, a pool, and a data source that caches around it. */
final class Cached implements AutoCloseable {
  static final String NAMES = "SELECT name FROM planet ORDER BY id";
  static final String ONE = "SELECT id, name FROM planet WHERE id = ?";
  static final String RENAME = "UPDATE planet SET name = 'Terra' WHERE id = 3";
  static final String BACK = "UPDATE planet SET name = 'Earth' WHERE id = 3";
  static final CacheRule RULE = CacheRule.ofTables(Duration.ofMinutes(5), "planet", "moon");

  private final DatabaseServer schema;
  private final HikariDataSource pool;
  private final RedisCacheStore store;

  Cached(Door door, String redis) throws SQLException {
    schema = door.schema("cached");
    pool = door.pool(schema, 4);
    store = RedisCacheStore.connect(redis);
    Databases.execute(
        pool,
        "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
        "CREATE TABLE moon (planet INT, name VARCHAR(30))",
        "CREATE TABLE note (id INT, text VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')",
        "INSERT INTO moon VALUES (3, 'Moon'), (4, 'Phobos')");
  }

  HikariDataSource pool() {
    return pool;
  }

  CachingDataSource source() {
    return source(pool, builder -> builder.rule(RULE));
  }

  CachingDataSource source(DataSource around, UnaryOperator<CachingDataSourceBuilder> how) {
    return how.apply(
            CachingDataSource.builder(store, around)
                .name("ds-" + UUID.randomUUID())
                .options(cache -> cache.storeTimeout(Duration.ofSeconds(5))))
        .build();
  }

  static List<String> strings(DataSource source, String sql, Object... parameters)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      return strings(connection, sql, parameters);
    }
  }

  static List<String> strings(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        return strings(result);
      }
    }
  }

  static List<String> strings(ResultSet result) throws SQLException {
    List<String> all = new ArrayList<>();
    while (result.next()) {
      all.add(result.getString(result.getMetaData().getColumnCount()));
    }
    return all;
  }

  static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** Whether a query is answered from the cache. */
  static boolean hits(CachingDataSource source, String sql, Object... parameters)
      throws SQLException {
    CacheStats before = source.stats();
    strings(source, sql, parameters);
    CacheStats after = source.stats();
    // A fill may be under way yet, and is waited for then.
    return after.hits() + after.shared() + after.awaited()
        > before.hits() + before.shared() + before.awaited();
  }

  static void with(Door door, String redis, Script script) throws Exception {
    try (Cached cached = new Cached(door, redis)) {
      script.run(cached);
    }
  }

  /** What a test does. */
  @FunctionalInterface
  interface Script {
    void run(Cached cached) throws Exception;
  }

  static Consumer<String> at(String call, Script2 action) {
    return name -> {
      if (name.equals(call)) {
        try {
          action.run();
        } catch (SQLException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  /** Something to be done in a race. */
  @FunctionalInterface
  interface Script2 {
    void run() throws SQLException;
  }

  @Override
  public void close() {
    store.close();
    pool.close();
    schema.close();
  }
}
