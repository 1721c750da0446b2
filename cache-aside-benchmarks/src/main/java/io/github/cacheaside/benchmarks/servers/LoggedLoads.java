package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.Stalls;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A database whose reads take 50 ms, and who notes when each was. */
public final class LoggedLoads implements Database {
  public static final long LOAD_MILLIS = 50;

  /** When a load began and ended, as {@link System#nanoTime} has it. */
  public record Load(long began, long ended) {}

  private final Queue<Load> loads = new ConcurrentLinkedQueue<>();
  private final AtomicLong version = new AtomicLong();

  @Override
  public Row read(long key) {
    long began = System.nanoTime();
    Stalls.sleepUntil(began + TimeUnit.MILLISECONDS.toNanos(LOAD_MILLIS));
    loads.add(new Load(began, System.nanoTime()));
    return Row.of(key, version.incrementAndGet());
  }

  @Override
  public long write(long key, BeforeCommit beforeCommit) {
    throw new UnsupportedOperationException("nobody writes here");
  }

  public void clear() {
    loads.clear();
  }

  public List<Load> loads() {
    return List.copyOf(loads);
  }

  @Override
  public void close() {}
}
