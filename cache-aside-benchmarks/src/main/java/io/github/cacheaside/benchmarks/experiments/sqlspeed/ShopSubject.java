package io.github.cacheaside.benchmarks.experiments.sqlspeed;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.benchmarks.subjects.AwsPool;
import io.github.cacheaside.examples.shop.CachedPages;
import io.github.cacheaside.examples.shop.Clerk;
import io.github.cacheaside.examples.shop.FilmDao;
import io.github.cacheaside.examples.shop.Pages;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.datasource.CacheRule;
import io.github.cacheaside.jdbc.datasource.CachingDataSource;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A way to the pages of the shop, and to new prices. */
record ShopSubject(Pages pages, Reprice reprice, AutoCloseable opened) implements AutoCloseable {
  static final String DATABASE = "database";
  static final String DATA_SOURCE = "data-source";
  static final String SQL_CACHE = "sql-cache";
  static final String AWS = "aws-jdbc";

  private static final Duration TTL = Duration.ofSeconds(10);

  /** A machine that is busy makes no write fail. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** Changes the price of a film. */
  @FunctionalInterface
  interface Reprice {
    void run(Clerk clerk, long film) throws SQLException;
  }

  static ShopSubject open(
      String name,
      CacheStore store,
      HikariDataSource pool,
      DatabaseServer server,
      String redisUri) {
    return switch (name) {
      case DATABASE -> plain(pool);
      case DATA_SOURCE ->
          plain(
              CachingDataSource.builder(store, pool)
                  .rule(CacheRule.ofTables(TTL, "shop_film", "shop_rental"))
                  .options(cache -> cache.storeTimeout(PATIENCE))
                  .build());
      case SQL_CACHE -> sqlCache(store, pool);
      case AWS -> aws(server, redisUri, pool.getMaximumPoolSize());
      default -> throw new IllegalArgumentException("no such subject: " + name);
    };
  }

  /** The example's DAO, and prices by plain JDBC. */
  private static ShopSubject plain(DataSource source) {
    return new ShopSubject(
        new FilmDao(source), (clerk, film) -> reprice(source, clerk, film), () -> {});
  }

  private static void reprice(DataSource source, Clerk clerk, long film) throws SQLException {
    try (Connection connection = source.getConnection()) {
      clerk.reprice(connection, film);
    }
  }

  private static ShopSubject sqlCache(CacheStore store, DataSource pool) {
    SqlCache sql =
        SqlCache.builder(store, pool)
            .ttl(TTL)
            .tables(SqlTables.parsed())
            .options(cache -> cache.storeTimeout(PATIENCE))
            .build();
    JdbcWriter writer = JdbcWriter.of(pool).fenced();
    return new ShopSubject(
        new CachedPages(sql),
        (clerk, film) ->
            writer.write(sql, "shop_film", connection -> clerk.reprice(connection, film)),
        () -> {});
  }

  /** It knows a TTL and no invalidation. */
  private static ShopSubject aws(DatabaseServer server, String redisUri, int connections) {
    HikariDataSource pool =
        AwsPool.open(SqlServers.config(server, connections), server.jdbcUrl(), redisUri);
    return new ShopSubject(
        new FilmDao(pool, AwsPool.hint(TTL)), (clerk, film) -> reprice(pool, clerk, film), pool);
  }

  @Override
  public void close() {
    try {
      opened.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
