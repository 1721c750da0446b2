package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link System#nanoTime} as it was at most a tick ago, for whom its 20 ns are too many. A daemon
 * thread moves it every 10 ms, from the first use on.
 *
 * <p>When the whole process has stood still, as in a long garbage collection, it is behind by that
 * time until its thread runs again, which is among the first to.
 */
final class CoarseClock {
  /** How far behind it is while the process runs. */
  static final Duration TICK = Duration.ofMillis(10);

  private static volatile long now = System.nanoTime();

  static {
    DaemonThread.of("cache-aside-clock", CoarseClock::tick).start();
  }

  private CoarseClock() {}

  static long nanoTime() {
    return now;
  }

  private static void tick() {
    while (true) {
      now = System.nanoTime();
      LockSupport.parkNanos(TICK.toNanos());
    }
  }
}
