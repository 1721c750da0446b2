package io.github.cacheaside.benchmarks;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the callers of one subject have seen. */
final class Tally {
  final LongAdder reads = new LongAdder();
  final LongAdder nearReads = new LongAdder();

  /** Reads below what had been acknowledged, near hits below it by other nodes left out. */
  final LongAdder stale = new LongAdder();

  final LongAdder readErrors = new LongAdder();
  final LongAdder writes = new LongAdder();

  /** Writes that were committed, and whose callers were told that the invalidation failed. */
  final LongAdder told = new LongAdder();

  final LongAdder writeErrors = new LongAdder();

  /** Of those keys whose writers were told: looked at afterwards, and found old. */
  final LongAdder toldChecked = new LongAdder();

  final LongAdder lost = new LongAdder();
  final LongAdder checked = new LongAdder();
  final LongAdder permanent = new LongAdder();

  /** Nanoseconds since a newer version had been acknowledged, of near hits and of all others. */
  final LongAccumulator oldestNear = new LongAccumulator(Math::max, 0);

  final LongAccumulator oldest = new LongAccumulator(Math::max, 0);

  /** When ({@link System#nanoTime}) the last stale read ended. */
  final LongAccumulator lastStale = new LongAccumulator(Math::max, Long.MIN_VALUE);

  final LongAccumulator longestRead = new LongAccumulator(Math::max, 0);
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  /** Keeps the first trouble, for people. */
  void trouble(String what) {
    first.compareAndSet(null, what);
  }

  @Nullable String firstTrouble() {
    return first.get();
  }

  /** In milliseconds, rounded up: 0 means that there was nothing. */
  static long millis(LongAccumulator nanos) {
    return (long) Math.ceil(nanos.get() / 1e6);
  }
}
