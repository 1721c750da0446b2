package io.github.cacheaside.redis.waiting;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Finds out whether threads that wait for a reply had better stay awake, and let each other run, or
 * sleep. It depends on what else the processors have to do: with nothing else, those who stay awake
 * wait half as long; beside threads with long work of their own they get their turn milliseconds
 * late, while those who sleep are woken at once. No model knows, so both ways are measured by
 * turns: once a second all reads go the other way for 20 ms, and then the way that took less time
 * on average; the sleeping one if there is little between them, since it takes no processor.
 *
 * <p>Thread-safe. What it remembers are hints.
 */
public final class Wakefulness {
  /** Of the JVM, since all its threads have the same processors. */
  public static final Wakefulness SHARED = new Wakefulness(System.nanoTime());

  /** How long one way is taken before its times are looked at: 20 ms. */
  static final long WINDOW_NANOS = 20_000_000;

  /** Its beginning, which still feels the way before: 5 ms. */
  static final long UNCOUNTED_NANOS = WINDOW_NANOS / 4;

  /** How many reads make an average: 16. With fewer a window does not end. */
  static final int ENOUGH_READS = 16;

  /** A window that is over for 200 ms says nothing, for there was a pause. */
  static final long STALE_NANOS = 10 * WINDOW_NANOS;

  /** But if reads took more than 1 ms on average there was none: that is why it took so long. */
  static final long SLOW_NANOS = 1_000_000;

  /** How long the better way is taken before the other one is tried: 1 second. */
  static final long BETWEEN_NANOS = 1_000_000_000;

  /** After a start the other way is tried soon: after 0.1 seconds. */
  static final long FIRST_NANOS = BETWEEN_NANOS / 10;

  /** To stay awake must take less than this share of the time of sleepers. */
  private static final double MUST_WIN = 0.9;

  private final AtomicBoolean turning = new AtomicBoolean();
  private final LongAdder reads = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private volatile boolean awake = true;
  private volatile long countFrom;
  private volatile long windowEnd;

  // of whoever turns
  private boolean trial;
  private long trialAt;
  private double usual;

  Wakefulness(long now) {
    trialAt = now + FIRST_NANOS;
    begin(now);
  }

  /** Whether those who wait stay awake just now. */
  public boolean isAwake() {
    return awake;
  }

  /** A read has waited from then until now. */
  public void waited(long since, long now) {
    if (since - countFrom < 0) {
      return;
    }
    reads.increment();
    nanos.add(now - since);
    if (now - windowEnd >= 0 && turning.compareAndSet(false, true)) {
      try {
        turn(now);
      } finally {
        turning.set(false);
      }
    }
  }

  private void turn(long now) {
    long count = reads.sum();
    if (now - windowEnd < 0 || count < ENOUGH_READS) {
      return; // somebody else has just turned, or it is too early
    }
    double mean = (double) nanos.sum() / count;
    if (now - windowEnd < STALE_NANOS || mean > SLOW_NANOS) {
      judge(mean, now);
    } else {
      giveUpTrial(now);
    }
    begin(now);
  }

  private void judge(double mean, long now) {
    if (trial) {
      awake = awake ? mean < MUST_WIN * usual : usual < MUST_WIN * mean;
      trial = false;
      trialAt = now + BETWEEN_NANOS;
    } else if (now - trialAt >= 0) {
      usual = mean;
      awake = !awake;
      trial = true;
    }
  }

  /** After a pause other callers may read, and what was measured before says nothing of them. */
  private void giveUpTrial(long now) {
    if (trial) {
      awake = !awake;
      trial = false;
    }
    trialAt = now + FIRST_NANOS;
  }

  private void begin(long now) {
    windowEnd = now + WINDOW_NANOS;
    countFrom = now + UNCOUNTED_NANOS;
    reads.reset();
    nanos.reset();
  }
}
