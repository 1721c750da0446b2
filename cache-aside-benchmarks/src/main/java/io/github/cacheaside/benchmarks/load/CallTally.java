package io.github.cacheaside.benchmarks.load;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the callers of one subject have seen. */
public final class CallTally {
  public final LongAdder reads = new LongAdder();
  public final LongAdder nearReads = new LongAdder();

  /** Reads below what had been acknowledged, near hits below it by other nodes left out. */
  public final LongAdder stale = new LongAdder();

  public final LongAdder readErrors = new LongAdder();
  public final LongAdder writes = new LongAdder();

  /** Writes that were committed, and whose callers were told that the invalidation failed. */
  public final LongAdder told = new LongAdder();

  public final LongAdder writeErrors = new LongAdder();

  /** Of those keys whose writers were told: looked at afterwards, and found old. */
  public final LongAdder toldChecked = new LongAdder();

  public final LongAdder lost = new LongAdder();
  public final LongAdder checked = new LongAdder();
  public final LongAdder permanent = new LongAdder();

  /** Nanoseconds since a newer version had been acknowledged, of near hits and of all others. */
  public final LongAccumulator oldestNear = new LongAccumulator(Math::max, 0);

  public final LongAccumulator oldest = new LongAccumulator(Math::max, 0);

  /** When ({@link System#nanoTime}) the last stale read ended. */
  public final LongAccumulator lastStale = new LongAccumulator(Math::max, Long.MIN_VALUE);

  public final LongAccumulator longestRead = new LongAccumulator(Math::max, 0);
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  /** Keeps the first trouble, for people. */
  public void trouble(String what) {
    first.compareAndSet(null, what);
  }

  public @Nullable String firstTrouble() {
    return first.get();
  }

  /** In milliseconds, rounded up: 0 means that there was nothing. */
  public static long millis(LongAccumulator nanos) {
    return (long) Math.ceil(nanos.get() / 1e6);
  }
}
