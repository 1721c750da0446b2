package io.github.cacheaside.benchmarks.servers;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The truth behind the caches. */
public interface Database extends AutoCloseable {

  /** What happens between the last statement of a transaction and its COMMIT. */
  @FunctionalInterface
  interface BeforeCommit {
    BeforeCommit NOTHING = () -> {};

    void run();
  }

  /** Reads a row, in a transaction of its own; null if there is none. */
  @Nullable Row read(long key) throws SQLException;

  /** Raises a row's version, or inserts it with version 1, and returns the committed version. */
  long write(long key, BeforeCommit beforeCommit) throws SQLException;

  @Override
  void close();
}
