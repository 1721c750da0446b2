package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The twin that must fail: leases, generations and fences as they should be, but a miss within a
 * transaction is loaded by the transaction's own connection.
 */
final class FillingTransactions implements TransactionsSubject {
  private static final Duration TTL = Duration.ofMinutes(10);

  private final CacheAside<Integer, Long> transactions;
  private final CacheAside<Integer, Long> readers;
  private final CacheAside<Integer, Long> committed;
  private final DataSource pool;
  private final RaceDao dao;

  FillingTransactions(CacheStore store, DataSource pool, DataSource committedOnly) {
    this.pool = pool;
    this.dao = new RaceDao(pool);
    this.transactions = cache(store, pool);
    this.readers = cache(store, pool);
    this.committed = cache(store, committedOnly);
  }

  private static CacheAside<Integer, Long> cache(CacheStore store, DataSource pool) {
    RaceDao dao = new RaceDao(pool);
    return CacheAside.builder(store, "transactions", Serializer.json(Long.class))
        .ttl(TTL)
        .storeTimeout(Race.PATIENCE)
        .tagsOfKey((Integer key) -> Set.of(RaceTables.nameOf(key)))
        .build(dao::read);
  }

  @Override
  public void transaction(Work work) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      Tables tables = new Tables(connection);
      try {
        if (work.run(tables)) {
          commit(connection, tables);
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

  private void commit(Connection connection, Tables tables) throws SQLException {
    if (tables.written.isEmpty()) {
      connection.commit();
      return;
    }
    try (WriteFence fence = transactions.fenceTags(tables.written)) {
      if (!fence.mayCommit()) {
        throw new SQLTransientException("the fence was lost before the commit");
      }
      connection.commit();
    }
  }

  /** A transaction, and which tables it has written to. */
  private final class Tables implements Session {
    private final Connection connection;
    private final Set<String> written = new LinkedHashSet<>();

    Tables(Connection connection) {
      this.connection = connection;
    }

    @Override
    public long read(int key) {
      return transactions.get(key, wanted -> dao.read(connection, wanted)).orElseThrow();
    }

    @Override
    public void write(int key, long version) throws SQLException {
      RaceDao.update(connection, key, version);
      written.add(RaceTables.nameOf(key));
    }
  }

  @Override
  public long read(int key) {
    return readers.get(key).orElseThrow();
  }

  @Override
  public long readCommitted(int key) {
    return committed.get(key).orElseThrow();
  }

  @Override
  public boolean readsInside() {
    return false; // a hit is not what the transaction has written, and is not asked to be
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
