package io.github.cacheaside.benchmarks;

import org.jspecify.annotations.Nullable;

/** Has a row for every key, with version 1, and takes its time for each. */
record LoadingDatabase(long micros) implements Database {

  @Override
  public @Nullable Row read(long key) {
    if (micros > 0) {
      Stalls.sleepMicros(micros);
    }
    return Row.of(key, 1);
  }

  @Override
  public long write(long key, BeforeCommit beforeCommit) {
    throw new UnsupportedOperationException("only read");
  }

  @Override
  public void close() {}
}
