package io.github.cacheaside.benchmarks.load;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Threads that stall right after they have been to the database, before they do anything about it:
 * this is what widens races.
 */
public final class Stalls {
  private static final double SHORT_SHARE = 0.05;
  private static final double LONG_SHARE = 0.006;

  private Stalls() {}

  /**
   * Now and then sleeps up to 30 ms, rarely 50 to 150 ms.
   *
   * @param before runs before that
   * @param overtaken whether a write has come between; half of the sleeps end soon after
   */
  public static void maybe(Runnable before, BooleanSupplier overtaken) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    double dice = random.nextDouble();
    if (dice < SHORT_SHARE) {
      before.run();
    }
    if (dice < LONG_SHARE) {
      sleepMicros(random.nextLong(50_000, 150_000));
    } else if (dice < SHORT_SHARE) {
      sleepMicros(random.nextLong(30_000));
    } else if (dice < 2 * SHORT_SHARE) {
      before.run();
      long end = System.nanoTime() + 30_000_000;
      while (System.nanoTime() - end < 0 && !overtaken.getAsBoolean()) {
        sleepMicros(300);
      }
      sleepMicros(random.nextLong(2_000));
    }
  }

  /** In a fifth of the calls sleeps up to 15 ms. */
  public static void afterCommit() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (random.nextInt(5) == 0) {
      sleepMicros(random.nextLong(15_000));
    }
  }

  public static void sleepMicros(long micros) {
    sleepUntil(System.nanoTime() + micros * 1000);
  }

  /** Sleeps until {@link System#nanoTime} says so; all JVMs of a machine have the same on Linux. */
  public static void sleepUntil(long nanoTime) {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  public static void sleepMillis(long millis) {
    sleepMicros(millis * 1000);
  }
}
