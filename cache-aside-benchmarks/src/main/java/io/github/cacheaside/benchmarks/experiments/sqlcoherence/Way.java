package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

/** How a row is written. */
enum Way {
  /** One statement in autocommit mode. */
  STATEMENT,
  /** A batch in autocommit mode. */
  BATCH,
  /** A transaction with {@code commit}. */
  COMMIT,
  /** A transaction that {@code setAutoCommit(true)} ends. */
  AUTO_COMMIT_ON,
  /** A transaction by {@code JdbcWriter}, where there is one. */
  WRITER,
  /** A transaction that is rolled back, so no reader may ever see what it wrote. */
  ROLLBACK
}
