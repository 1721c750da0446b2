package io.github.cacheaside.benchmarks;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Readers that stall between their database read and what they do with the result; this is what
 * widens races.
 */
final class Stalls {
  private static final double SHORT_SHARE = 0.05;
  private static final double LONG_SHARE = 0.003;

  private Stalls() {}

  /** Now and then sleeps up to 30 ms, rarely 50 to 150 ms. */
  static void maybe() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    double dice = random.nextDouble();
    if (dice < LONG_SHARE) {
      sleepMicros(random.nextLong(50_000, 150_000));
    } else if (dice < SHORT_SHARE) {
      sleepMicros(random.nextLong(30_000));
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
