package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.WriteFence;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import javax.sql.DataSource;

/** Reads by {@code SqlCache}; writes by {@code JdbcWriter}, or by the DAO within a fence. */
final class SqlCacheSubject implements RaceSubject {
  private final SqlCache sql;
  private final JdbcWriter writer;
  private final RaceDao dao;

  SqlCacheSubject(CacheStore store, DataSource pool, Duration ttl) {
    this.sql =
        SqlCache.builder(store, pool)
            .name("race")
            .ttl(ttl)
            .tables(SqlTables.parsed())
            .options(Race::patient)
            .build();
    this.writer = JdbcWriter.of(pool).fenced();
    this.dao = new RaceDao(pool);
  }

  @Override
  public long read(int key) {
    return sql.queryOne(RaceTables.one(key), Long.class, RaceTables.rowOf(key)).orElseThrow();
  }

  @Override
  public long[] list(int table) {
    return sql.query(RaceTables.all(table), Long.class).stream()
        .mapToLong(Long::longValue)
        .toArray();
  }

  @Override
  public void write(int key, long version, Way way) throws SQLException {
    switch (way) {
      case COMMIT, AUTO_COMMIT_ON, WRITER ->
          writer.write(
              sql, RaceTables.nameOf(key), connection -> RaceDao.update(connection, key, version));
      case STATEMENT, BATCH -> fenced(key, version, way);
      case ROLLBACK -> rolledBack(key, version);
    }
  }

  private void fenced(int key, long version, Way way) throws SQLException {
    try (WriteFence fence = sql.fenceTables(RaceTables.nameOf(key))) {
      if (!fence.mayCommit()) {
        throw new SQLTransientException("the fence was lost before the write");
      }
      dao.write(key, version, way);
    }
  }

  private void rolledBack(int key, long version) throws SQLException {
    try {
      writer.write(
          sql,
          RaceTables.nameOf(key),
          connection -> {
            RaceDao.update(connection, key, version);
            throw new RolledBackException();
          });
    } catch (RolledBackException e) {
      // as it was meant
    }
  }

  @Override
  public long hits() {
    return sql.stats().hits();
  }

  @Override
  public void close() {}
}
