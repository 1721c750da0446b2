package io.github.cacheaside.benchmarks.experiments.failover;

import io.github.cacheaside.benchmarks.load.AcknowledgedVersions;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.util.SplittableRandom;

/** Another instance that writes and invalidates, one write at a time. */
final class FailoverWriter {
  private static final long LONGEST_PAUSE_MICROS = 4_000;
  private static final long PATIENCE_MILLIS = 60_000;

  private final Subject subject;
  private final AcknowledgedVersions acks;
  private final SplittableRandom random;
  private final Thread thread = new Thread(this::run, "failover-writer");
  private volatile int keys;
  private volatile boolean over;
  private volatile long writes;
  private volatile long errors;

  FailoverWriter(Subject subject, AcknowledgedVersions acks, long seed) {
    this.subject = subject;
    this.acks = acks;
    this.keys = acks.keys();
    this.random = new SplittableRandom(seed);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Leaves the other half alone from now on, so that no later write heals it. */
  void onlyFirstHalf() {
    keys = acks.keys() / 2;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void run() {
    while (!over) {
      int key = random.nextInt(keys);
      try {
        acks.add(key, subject.write(key), System.nanoTime());
        writes++;
      } catch (Exception e) { // never acknowledged, so nobody is judged by it
        errors++;
      }
      Stalls.sleepMicros(random.nextLong(LONGEST_PAUSE_MICROS));
    }
  }

  /** No write is under way when this returns, and none will be. */
  void stop() throws InterruptedException {
    over = true;
    thread.join(PATIENCE_MILLIS);
    if (thread.isAlive()) {
      throw new IllegalStateException("a write hangs");
    }
  }

  long writes() {
    return writes;
  }

  long errors() {
    return errors;
  }
}
