package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import java.sql.SQLException;

/** A way to read and write versions. Thread-safe. */
interface RaceSubject extends AutoCloseable {
  /** The version of one key. */
  long read(int key) throws SQLException;

  /** The versions of all rows of a table, in order. */
  long[] list(int table) throws SQLException;

  /** Sets a version. A subject that has no such way takes another one that ends alike. */
  void write(int key, long version, Way way) throws SQLException;

  /** How many reads were answered without a query; -1 if that is not known. */
  default long hits() {
    return -1;
  }

  @Override
  void close();
}
