package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import java.sql.SQLException;

/** A way to run transactions on rows that are cached. Thread-safe. */
interface TransactionsSubject extends AutoCloseable {

  /** What a transaction does with its connection. */
  interface Session {
    long read(int key) throws SQLException;

    void write(int key, long version) throws SQLException;
  }

  /** A transaction's work; answers whether to commit. */
  @FunctionalInterface
  interface Work {
    boolean run(Session session) throws SQLException;
  }

  void transaction(Work work) throws SQLException;

  /** A read in autocommit mode, at the transactions' isolation level. */
  long read(int key) throws SQLException;

  /** A read in autocommit mode that never reads what is uncommitted, from the same cache. */
  long readCommitted(int key) throws SQLException;

  /**
   * Whether a transaction's reads are its own connection's, so that it sees what it has written.
   */
  boolean readsInside();

  /** Whether it reads what is committed also over a pool at READ UNCOMMITTED. */
  default boolean readsCommitted() {
    return false;
  }

  /** How many reads outside of transactions were answered from the cache. */
  long hits();

  /** How often a result of a transaction's own connection was loaded into the cache. */
  long fillsFromTransactions();

  @Override
  void close();
}
