package io.github.cacheaside.benchmarks.subjects.annotated;

import io.github.cacheaside.benchmarks.servers.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What an application writes: one cached method, and one that changes a row. */
interface Service {

  /** Reads a row; null if there is none. */
  @Nullable Row find(long key) throws SQLException;

  /** Raises the version of a row. */
  void raise(long key);
}
