package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

/** The isolation levels of SQL. */
enum Isolation {
  READ_UNCOMMITTED,
  READ_COMMITTED,
  REPEATABLE_READ,
  SERIALIZABLE;

  /** The name that pools know. */
  String ofPool() {
    return "TRANSACTION_" + name();
  }

  /** Whether a transaction sees one state of the database all the time. */
  boolean isOfASnapshot() {
    return compareTo(REPEATABLE_READ) >= 0;
  }

  /** Whether what a transaction reads before it writes may be cached for others. */
  boolean fills() {
    return this == READ_COMMITTED;
  }

  @Override
  public String toString() {
    return name().replace('_', ' ');
  }
}
