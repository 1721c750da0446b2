package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.Stalls;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Has a row for every key, with version 1, takes its time for each, and says how long it took. */
public final class LoadingDatabase implements Database {
  private final long micros;
  private final ConcurrentMap<Long, Long> nanos = new ConcurrentHashMap<>();

  public LoadingDatabase(long micros) {
    this.micros = micros;
  }

  @Override
  public @Nullable Row read(long key) {
    long began = System.nanoTime();
    if (micros > 0) {
      Stalls.sleepMicros(micros);
    }
    Row row = Row.of(key, 1);
    nanos.put(key, System.nanoTime() - began);
    return row;
  }

  /** How long the load of a key took, on whichever thread; to be asked once. */
  public long took(long key) {
    Long took = nanos.remove(key);
    if (took == null) {
      throw new IllegalStateException("the read of a new key was answered without a load");
    }
    return took;
  }

  @Override
  public long write(long key, BeforeCommit beforeCommit) {
    throw new UnsupportedOperationException("only read");
  }

  @Override
  public void close() {}
}
