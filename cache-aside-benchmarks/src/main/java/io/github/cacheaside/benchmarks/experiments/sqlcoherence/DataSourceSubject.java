package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.datasource.CacheRule;
import io.github.cacheaside.jdbc.datasource.CachingDataSource;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * The DAO over the data source that caches. Another part of the application writes by {@code
 * JdbcWriter} and {@code SqlCache}, over the same data source.
 */
final class DataSourceSubject implements RaceSubject {
  static final String NAME = "race";

  private final CachingDataSource caching;
  private final RaceDao dao;
  private final SqlCache sql;
  private final JdbcWriter writer;

  DataSourceSubject(CacheStore store, DataSource pool, Duration ttl) {
    this.caching =
        CachingDataSource.builder(store, pool)
            .name(NAME)
            .rule(CacheRule.ofTables(ttl, RaceTables.names()))
            .options(Race::patient)
            .build();
    this.dao = new RaceDao(caching);
    this.sql =
        SqlCache.builder(store, pool)
            .name("other")
            .ttl(ttl)
            .tables(SqlTables.parsed())
            .options(Race::patient)
            .build();
    this.writer = JdbcWriter.of(caching).fenced();
  }

  @Override
  public long read(int key) throws SQLException {
    return dao.read(key);
  }

  @Override
  public long[] list(int table) throws SQLException {
    return dao.list(table);
  }

  @Override
  public void write(int key, long version, Way way) throws SQLException {
    if (way == Way.WRITER) {
      writer.write(
          sql, RaceTables.nameOf(key), connection -> RaceDao.update(connection, key, version));
    } else {
      dao.write(key, version, way);
    }
  }

  @Override
  public long hits() {
    return caching.stats().hits();
  }

  @Override
  public void close() {}
}
