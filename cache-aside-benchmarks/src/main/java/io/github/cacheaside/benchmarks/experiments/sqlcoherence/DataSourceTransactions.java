package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.jdbc.datasource.CacheRule;
import io.github.cacheaside.jdbc.datasource.CachingDataSource;
import io.github.cacheaside.spi.CacheStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Code that knows no cache over data sources that cache: one for transactions only, so that each of
 * its loads would be one of a transaction, and two for other readers. They share one cache.
 */
final class DataSourceTransactions implements TransactionsSubject {
  private static final Duration TTL = Duration.ofMinutes(10);

  private final CachingDataSource transactions;
  private final CachingDataSource readers;
  private final CachingDataSource committed;

  DataSourceTransactions(CacheStore store, DataSource pool, DataSource committedOnly) {
    this.transactions = caching(store, pool);
    this.readers = caching(store, pool);
    this.committed = caching(store, committedOnly);
  }

  private static CachingDataSource caching(CacheStore store, DataSource pool) {
    return CachingDataSource.builder(store, pool)
        .name("transactions")
        .rule(CacheRule.ofTables(TTL, RaceTables.names()))
        .options(Race::patient)
        .build();
  }

  @Override
  public void transaction(Work work) throws SQLException {
    RaceDao dao = new RaceDao(transactions);
    try (Connection connection = transactions.getConnection()) {
      connection.setAutoCommit(false);
      try {
        if (work.run(session(dao, connection))) {
          connection.commit();
        } else {
          connection.rollback();
        }
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private static Session session(RaceDao dao, Connection connection) {
    return new Session() {
      @Override
      public long read(int key) throws SQLException {
        return dao.read(connection, key);
      }

      @Override
      public void write(int key, long version) throws SQLException {
        RaceDao.update(connection, key, version);
      }
    };
  }

  @Override
  public long read(int key) throws SQLException {
    return new RaceDao(readers).read(key);
  }

  @Override
  public long readCommitted(int key) throws SQLException {
    return new RaceDao(committed).read(key);
  }

  @Override
  public boolean readsInside() {
    return true;
  }

  @Override
  public long hits() {
    return readers.stats().hits() + committed.stats().hits();
  }

  @Override
  public long fillsFromTransactions() {
    return transactions.stats().loads();
  }

  @Override
  public void close() {}
}
