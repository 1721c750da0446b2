package io.github.cacheaside.examples.shop;

import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.datasource.CacheRule;
import io.github.cacheaside.jdbc.datasource.CachingDataSource;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * A way to the pages. Those with a cache show a new price at once, and how often a film was rented
 * as it was up to ten seconds ago: rentals come from another application, which knows no cache.
 */
final class Way {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final String name;
  private final Pages pages;
  private final Reprice reprice;
  private final LongSupplier hits;

  private Way(String name, Pages pages, Reprice reprice, LongSupplier hits) {
    this.name = name;
    this.pages = pages;
    this.reprice = reprice;
    this.hits = hits;
  }

  /** How a price is changed. */
  @FunctionalInterface
  private interface Reprice {
    void run(Clerk clerk, long film) throws SQLException;
  }

  /** Plain JDBC. */
  static Way database(DataSource database) {
    return new Way(
        "database",
        new FilmDao(database),
        (clerk, film) -> reprice(database, clerk, film),
        () -> 0);
  }

  /** Each query by a {@link SqlCache}; a writer that names the table. */
  static Way sqlCache(CacheStore redis, DataSource database, Duration patience) {
    SqlCache sql =
        SqlCache.builder(redis, database)
            .name("shop")
            .ttl(TTL)
            .tables(SqlTables.parsed())
            .clearable()
            .options(cache -> cache.storeTimeout(patience))
            .build();
    sql.clear(); // what an earlier run may have left
    JdbcWriter writer = JdbcWriter.of(database).fenced();
    return new Way(
        "SqlCache",
        new CachedPages(sql),
        (clerk, film) ->
            writer.write(sql, "shop_film", connection -> clerk.reprice(connection, film)),
        () -> sql.stats().hits());
  }

  /** Plain JDBC again: the same DAO and the same clerk, over a data source that caches. */
  static Way dataSource(CacheStore redis, DataSource database, Duration patience) {
    CachingDataSource caching =
        CachingDataSource.builder(redis, database)
            .name("shop-ds")
            .rule(CacheRule.ofTables(TTL, "shop_film", "shop_rental"))
            .options(cache -> cache.storeTimeout(patience))
            .build();
    caching.clear();
    return new Way(
        "DataSource",
        new FilmDao(caching),
        (clerk, film) -> reprice(caching, clerk, film),
        () -> caching.stats().hits());
  }

  private static void reprice(DataSource database, Clerk clerk, long film) throws SQLException {
    try (Connection connection = database.getConnection()) {
      clerk.reprice(connection, film);
    }
  }

  String name() {
    return name;
  }

  Pages pages() {
    return pages;
  }

  void reprice(Clerk clerk, long film) throws SQLException {
    reprice.run(clerk, film);
  }

  /** How many pages came from the cache. */
  long hits() {
    return hits.getAsLong();
  }
}
