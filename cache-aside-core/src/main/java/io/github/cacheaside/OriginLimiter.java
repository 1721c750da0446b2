package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.engine.base.Internal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many loads may run at once: what keeps a cold or an ill cache from overrunning the database.
 *
 * <p>Give one to several caches and they share it. Loads that find no place wait in the order in
 * which they came, on the threads that would run them; a bulk load takes one place. Once too many
 * wait, or one has waited too long, its readers get a stale copy where there is one ({@link
 * Outcome#STALE}), else a {@link CacheLoadRefusedException}. A load within a load, on the same
 * thread, takes no second place, nor does it share one that waits for a place, so loads can't wait
 * for each other.
 *
 * <p>Choose as many places as the loaders may have connections. Thread-safe; holds no monitor while
 * it waits, so virtual threads are not pinned.
 */
public final class OriginLimiter {
  private static final int MOST_WAITING = 1_000;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_THAT_MAKES_SENSE = Duration.ofMinutes(10);

  private final int most;
  private final int mostWaiting;
  private final Duration longestWait;
  private final Semaphore places;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ThreadLocal<Boolean> held = new ThreadLocal<>();

  private OriginLimiter(int most, int mostWaiting, Duration longestWait) {
    this.most = most;
    this.mostWaiting = mostWaiting;
    this.longestWait = longestWait;
    this.places = new Semaphore(most, true);
  }

  /**
   * Lets so many loads run at once; 1,000 more may wait, for 1 second each.
   *
   * @param maxConcurrent how many, from 1
   * @return a limiter for one cache or for many
   * @throws IllegalArgumentException if that is less than 1
   */
  public static OriginLimiter of(int maxConcurrent) {
    return of(maxConcurrent, MOST_WAITING, LONGEST_WAIT);
  }

  /**
   * Lets so many loads run at once, and others wait.
   *
   * @param maxConcurrent how many run, from 1
   * @param maxQueued how many wait, from 0
   * @param queueTime how long each of them waits, from 1 ms to 10 minutes
   * @return a limiter for one cache or for many
   * @throws IllegalArgumentException if an argument is less or more than that
   */
  public static OriginLimiter of(int maxConcurrent, int maxQueued, Duration queueTime) {
    if (maxConcurrent < 1) {
      throw new IllegalArgumentException("maxConcurrent must be at least 1: " + maxConcurrent);
    }
    if (maxQueued < 0) {
      throw new IllegalArgumentException("maxQueued must not be negative: " + maxQueued);
    }
    if (requireNonNull(queueTime, "queueTime").compareTo(Duration.ofMillis(1)) < 0
        || queueTime.compareTo(LONGEST_THAT_MAKES_SENSE) > 0) {
      throw new IllegalArgumentException(
          "queueTime must be PT0.001S to PT10M but was " + queueTime);
    }
    return new OriginLimiter(maxConcurrent, maxQueued, queueTime);
  }

  /**
   * How many loads run now.
   *
   * @return from 0 to as many as may
   */
  public int running() {
    return most - places.availablePermits();
  }

  /**
   * How many loads wait for a place now.
   *
   * @return from 0 to as many as may; an estimate while some come or go
   */
  public int waiting() {
    return places.getQueueLength();
  }

  /**
   * Takes a place, waiting for one if need be.
   *
   * @param queued is run before it waits
   * @return whether one was taken that is to be {@linkplain #leave given back}; false within a load
   * @throws Refusal if there was none in time, or too many wait
   * @throws InterruptedException if the thread was interrupted; then it has no place
   */
  @Internal
  public boolean enter(Runnable queued) throws Refusal, InterruptedException {
    if (held.get() != null) {
      return false;
    }
    if (!places.tryAcquire(0, TimeUnit.NANOSECONDS)) { // without a time it would jump the queue
      queued.run();
      await();
    }
    held.set(true);
    return true;
  }

  private void await() throws Refusal, InterruptedException {
    try {
      if (waiting.incrementAndGet() > mostWaiting) {
        throw new Refusal(most + " loads run and " + mostWaiting + " wait");
      }
      if (!places.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Refusal(most + " loads run, and none ended within " + longestWait);
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Whether the load that runs on this thread has a place. */
  @Internal
  public boolean isHeld() {
    return held.get() != null;
  }

  /** Runs a load on behalf of one that has a place. */
  @Internal
  public void runWithin(Runnable load) {
    if (isHeld()) {
      load.run();
      return;
    }
    held.set(true);
    try {
      load.run();
    } finally {
      held.remove();
    }
  }

  /** Gives a place back, on the thread that took it. */
  @Internal
  public void leave() {
    held.remove();
    places.release();
  }

  @Override
  public String toString() {
    return "OriginLimiter[" + running() + " of " + most + ", " + waiting() + " waiting]";
  }

  /** Says why a load may not run; has no stack trace, since there may be thousands a second. */
  @Internal
  public static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String why) {
      super(why, null, false, false);
    }
  }
}
