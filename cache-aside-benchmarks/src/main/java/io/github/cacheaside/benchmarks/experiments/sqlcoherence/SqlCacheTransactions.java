package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.jdbc.JdbcTransaction;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Transactions of {@code JdbcWriter}, which read by {@code SqlCache}: outside of themselves. */
final class SqlCacheTransactions implements TransactionsSubject {
  private static final Duration TTL = Duration.ofMinutes(10);

  private final SqlCache sql;
  private final SqlCache committed;
  private final JdbcWriter writer;

  SqlCacheTransactions(CacheStore store, DataSource pool, DataSource committedOnly) {
    this.sql = cache(store, pool);
    this.committed = cache(store, committedOnly);
    this.writer = JdbcWriter.of(pool).fenced();
  }

  private static SqlCache cache(CacheStore store, DataSource pool) {
    return SqlCache.builder(store, pool)
        .name("transactions")
        .ttl(TTL)
        .tables(SqlTables.parsed())
        .options(Race::patient)
        .build();
  }

  private static long read(SqlCache sql, int key) {
    return sql.queryOne(RaceTables.one(key), Long.class, RaceTables.rowOf(key)).orElseThrow();
  }

  @Override
  public void transaction(Work work) throws SQLException {
    try {
      boolean unused =
          writer.<Boolean, SQLException>transaction(
              transaction -> {
                if (!work.run(session(transaction))) {
                  throw new RolledBackException();
                }
                return true;
              });
    } catch (RolledBackException e) {
      // as it was meant
    }
  }

  private Session session(JdbcTransaction transaction) {
    return new Session() {
      @Override
      public long read(int key) {
        return SqlCacheTransactions.read(sql, key);
      }

      @Override
      public void write(int key, long version) throws SQLException {
        transaction.invalidateTables(sql, RaceTables.nameOf(key));
        RaceDao.update(transaction.connection(), key, version);
      }
    };
  }

  @Override
  public long read(int key) {
    return read(sql, key);
  }

  @Override
  public long readCommitted(int key) {
    return read(committed, key);
  }

  @Override
  public boolean readsInside() {
    return false;
  }

  @Override
  public boolean readsCommitted() {
    return true;
  }

  /** Those within transactions, too. */
  @Override
  public long hits() {
    return sql.stats().hits() + committed.stats().hits();
  }

  /** There is no way to: loads have connections of their own. */
  @Override
  public long fillsFromTransactions() {
    return 0;
  }

  @Override
  public void close() {}
}
