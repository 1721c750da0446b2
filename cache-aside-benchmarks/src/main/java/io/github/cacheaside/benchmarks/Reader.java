package io.github.cacheaside.benchmarks;

import java.util.Collection;
import java.util.List;

/** One way to read what is cached, put to the test for its speed. Thread-safe. */
interface Reader extends AutoCloseable {
  /** How many keys it has cached, from 0. */
  int KEYS = 1_000;

  /** Reads a cached value; never null. */
  Row read(long key) throws Exception;

  /** Reads cached values, all at once. */
  default Collection<Row> readAll(List<Long> keys) throws Exception {
    throw new UnsupportedOperationException("has no bulk read");
  }

  @Override
  void close();
}
