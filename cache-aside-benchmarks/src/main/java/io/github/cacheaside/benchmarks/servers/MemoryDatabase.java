package io.github.cacheaside.benchmarks.servers;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Counters in memory, for experiments where the database does not matter. */
public final class MemoryDatabase implements Database {
  private final AtomicLongArray versions;

  /** Makes rows with version 1. */
  public MemoryDatabase(int keys) {
    this.versions = new AtomicLongArray(keys);
    for (int key = 0; key < keys; key++) {
      versions.set(key, 1);
    }
  }

  @Override
  public @Nullable Row read(long key) {
    return Row.of(key, versions.get((int) key));
  }

  @Override
  public long write(long key, BeforeCommit beforeCommit) {
    beforeCommit.run();
    return versions.incrementAndGet((int) key);
  }

  @Override
  public void close() {}
}
