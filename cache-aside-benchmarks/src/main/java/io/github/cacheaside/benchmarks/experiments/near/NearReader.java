package io.github.cacheaside.benchmarks.experiments.near;

import io.github.cacheaside.benchmarks.load.AcknowledgedVersions;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.subjects.Subject;
import org.jspecify.annotations.Nullable;

/** Reads all keys again and again, and judges each read; one thread. */
final class NearReader {
  private static final long BETWEEN_ROUNDS_MICROS = 200;
  private static final long PATIENCE_MILLIS = 60_000;

  /**
   * What was read.
   *
   * @param stale how many reads began after a newer version had been acknowledged
   * @param oldestNanos how long before, at most
   * @param firstError what the first failure was, for people
   */
  record Reads(long all, long stale, long oldestNanos, long errors, @Nullable String firstError) {}

  private final Subject subject;
  private final AcknowledgedVersions acks;
  private final Thread thread = new Thread(this::run, "near-reader");
  private volatile boolean over;

  // of the thread, until it has ended
  private long all;
  private long stale;
  private long oldestNanos;
  private long errors;
  private @Nullable String firstError;

  NearReader(Subject subject, AcknowledgedVersions acks) {
    this.subject = subject;
    this.acks = acks;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      for (int key = 0; key < acks.keys() && !over; key++) {
        read(key);
      }
      Stalls.sleepMicros(BETWEEN_ROUNDS_MICROS);
    }
  }

  private void read(int key) {
    long latest = acks.latest(key);
    long started = System.nanoTime();
    try {
      long age = acks.age(key, latest, subject.get(key), started);
      all++;
      stale += age >= 0 ? 1 : 0;
      oldestNanos = Math.max(oldestNanos, age);
    } catch (Exception e) {
      errors++;
      firstError = firstError == null ? e.toString() : firstError;
    }
  }

  Reads stop() throws InterruptedException {
    over = true;
    thread.join(PATIENCE_MILLIS);
    if (thread.isAlive()) {
      throw new IllegalStateException("a read hangs");
    }
    return new Reads(all, stale, oldestNanos, errors, firstError);
  }

  /** How many keys are answered with an old version now, when nothing has changed for a while. */
  int stillStale() {
    int old = 0;
    for (int key = 0; key < acks.keys(); key++) {
      long latest = acks.latest(key);
      try {
        old += subject.get(key) < latest ? 1 : 0;
      } catch (Exception e) { // an error is no old value
      }
    }
    return old;
  }
}
