package io.github.cacheaside.benchmarks.experiments.failover;

import io.github.cacheaside.benchmarks.load.AcknowledgedVersions;
import io.github.cacheaside.benchmarks.load.Stalls;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads all keys again and again, and judges each read by what was acknowledged before it began;
 * one thread.
 */
final class FailoverReader {
  private static final long BETWEEN_ROUNDS_MICROS = 500;
  private static final long PATIENCE_MILLIS = 180_000;

  /** A read, and whether Redis had an answer, be it that there is nothing. */
  record Answer(long version, boolean byRedis) {}

  /** How a subject is read. */
  @FunctionalInterface
  interface Reading {
    Answer read(long key) throws Exception;
  }

  /**
   * What was read after the primary was killed.
   *
   * @param errors how many reads threw, in the whole run
   * @param unanswered how many reads Redis did not answer, those that threw among them
   * @param unansweredNanos how long after the kill the last of these began
   * @param stale how many reads lacked a write that was acknowledged before the kill, once the
   *     other node was primary
   * @param staleNanos how long after the first answer to a read of the same key the last of these
   *     began, at most
   * @param staleLater how many reads lacked only a write that was acknowledged after the kill
   * @param slowestNanos how long a read took at most
   */
  record Reads(
      long all,
      long errors,
      long unanswered,
      long unansweredNanos,
      long stale,
      long staleNanos,
      long staleLater,
      long slowestNanos,
      @Nullable String firstError) {}

  private final Reading reading;
  private final AcknowledgedVersions acks;
  private final AtomicLongArray lost;
  private final long[] answeredAt;
  private final Thread thread = new Thread(this::run, "failover-reader");
  private volatile boolean over;
  private volatile long killedAt;
  private volatile long promotedAt;

  // of the thread, until it has ended
  private long all;
  private long errors;
  private long unanswered;
  private long unansweredNanos;
  private long stale;
  private long staleNanos;
  private long staleLater;
  private long slowestNanos;
  private @Nullable String firstError;

  FailoverReader(Reading reading, AcknowledgedVersions acks) {
    this.reading = reading;
    this.acks = acks;
    this.lost = new AtomicLongArray(acks.keys());
    this.answeredAt = new long[acks.keys()];
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** What is acknowledged by now may be lost, and from now on answers may be missing. */
  void killed() {
    for (int key = 0; key < acks.keys(); key++) {
      lost.set(key, acks.latest(key));
    }
    killedAt = System.nanoTime();
  }

  /** From now on the other node answers. */
  void promoted() {
    promotedAt = System.nanoTime();
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
    boolean hot = killedAt != 0;
    boolean promoted = promotedAt != 0;
    long latest = acks.latest(key);
    long began = System.nanoTime();
    try {
      Answer answer = reading.read(key);
      if (hot && !answer.byRedis()) {
        unanswered(began);
      } else if (promoted) {
        judge(key, began, answer.version(), latest);
      }
    } catch (Exception e) {
      errors++;
      firstError = firstError == null ? e.toString() : firstError;
      if (hot) {
        unanswered(began);
      }
    }
    if (hot) {
      all++;
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - began);
    }
  }

  private void unanswered(long began) {
    unanswered++;
    unansweredNanos = Math.max(unansweredNanos, began - killedAt);
  }

  private void judge(int key, long began, long version, long latest) {
    if (answeredAt[key] == 0) {
      answeredAt[key] = began;
    }
    if (version < lost.get(key)) {
      stale++;
      staleNanos = Math.max(staleNanos, began - answeredAt[key]);
    } else if (version < latest) {
      staleLater++;
    }
  }

  Reads stop() throws InterruptedException {
    over = true;
    thread.join(PATIENCE_MILLIS);
    if (thread.isAlive()) {
      throw new IllegalStateException("a read hangs");
    }
    return new Reads(
        all,
        errors,
        unanswered,
        unansweredNanos,
        stale,
        staleNanos,
        staleLater,
        slowestNanos,
        firstError);
  }

  /** How many keys are answered with an old version now, when nothing has changed for a while. */
  int stillStale() {
    int old = 0;
    for (int key = 0; key < acks.keys(); key++) {
      long latest = acks.latest(key);
      try {
        old += reading.read(key).version() < latest ? 1 : 0;
      } catch (Exception e) { // an error is no old value
      }
    }
    return old;
  }
}
