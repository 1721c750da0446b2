package io.github.cacheaside.benchmarks;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that stall right after they have been to the database, before they do anything about it:
 * this is what widens races.
 */
final class Stalls {
  private static final double SHORT_SHARE = 0.06;
  private static final double LONG_SHARE = 0.006;

  private Stalls() {}

  /** Now and then sleeps up to 30 ms, rarely 50 to 150 ms; tells so before. */
  static void maybe(Runnable before) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    double dice = random.nextDouble();
    if (dice < SHORT_SHARE) {
      before.run();
    }
    if (dice < LONG_SHARE) {
      sleepMicros(random.nextLong(50_000, 150_000));
    } else if (dice < SHORT_SHARE) {
      sleepMicros(random.nextLong(30_000));
    }
  }

  /** In a fifth of the calls sleeps up to 15 ms. */
  static void afterCommit() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (random.nextInt(5) == 0) {
      sleepMicros(random.nextLong(15_000));
    }
  }

  static void sleepMicros(long micros) {
    long end = System.nanoTime() + micros * 1000;
    for (long left = micros * 1000; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  static void sleepMillis(long millis) {
    sleepMicros(millis * 1000);
  }
}
