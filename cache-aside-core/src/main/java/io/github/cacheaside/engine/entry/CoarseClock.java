package io.github.cacheaside.engine.entry;

import io.github.cacheaside.engine.base.DaemonThread;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link System#nanoTime} as it was at most a tick ago, for callers to which its 20 ns are too
 * many. A daemon thread moves it every 10 ms while it has users, and ends within a second after the
 * last of them has been collected.
 *
 * <p>When the whole process has stood still, as in a long garbage collection, it is behind by that
 * time until its thread runs again, which is among the first to.
 */
final class CoarseClock {
  /** How far behind it is while the process runs. */
  static final Duration TICK = Duration.ofMillis(10);

  /** After so many ticks it looks whether it has users. */
  private static final int TICKS_EACH = 50;

  private static volatile long now = System.nanoTime();

  // both guarded by this class; users are told apart by identity
  private static final Set<Object> USERS = Collections.newSetFromMap(new WeakHashMap<>());
  private static boolean running;

  private CoarseClock() {}

  /**
   * Moves for as long as the user is not collected.
   *
   * @param user reads the clock; no two are equal
   */
  static synchronized void runFor(Object user) {
    USERS.add(user);
    if (!running) {
      running = true;
      now = System.nanoTime();
      DaemonThread.of("cache-aside-clock", CoarseClock::run).start();
    }
  }

  static long nanoTime() {
    return now;
  }

  private static void run() {
    do {
      for (int i = 0; i < TICKS_EACH; i++) {
        now = System.nanoTime();
        LockSupport.parkNanos(TICK.toNanos());
      }
    } while (hasUsers());
  }

  private static synchronized boolean hasUsers() {
    running = !USERS.isEmpty();
    return running;
  }
}
