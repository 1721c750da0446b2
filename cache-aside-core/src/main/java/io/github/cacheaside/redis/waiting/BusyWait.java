package io.github.cacheaside.redis.waiting;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Decides whether a caller looks for its reply again and again for a moment before it sleeps. To
 * put a thread to sleep and to wake it costs more than a near Redis takes to answer. It is done
 * while it pays: by one caller of the JVM at a time, while few reads are under way and one follows
 * the other closely; whoever else can run goes first. Adaptive spinning, as monitors do it (Karlin
 * et al., <i>Empirical studies of competitive spinning</i>, SOSP 1991).
 *
 * <p>What it remembers are hints. Threads that overwrite each other's make it wait the other way
 * now and then, and nothing worse.
 */
public final class BusyWait {
  /** How long to look, and how close is closely: 100 µs. */
  public static final Duration LONGEST = Duration.ofNanos(100_000);

  /** How many must follow each other closely before it pays: 16. */
  static final int ENOUGH = 16;

  private static final int MOST_SCORE = 64;
  private static final int LOSS = 32;

  /** How many reads are few: 4. With more, the processors have others to run. */
  public static final int FEW = 4;

  private static final AtomicBoolean SOMEBODY = new AtomicBoolean();

  private final long longest;
  private final LongSupplier nanoTime;
  private final BooleanSupplier awake;
  private volatile long lastEnd;
  private int score;

  /**
   * Creates one that has seen nothing yet.
   *
   * @param longest zero to let all sleep at once
   */
  public BusyWait(Duration longest) {
    this(longest, System::nanoTime, Wakefulness.SHARED::isAwake);
  }

  public BusyWait(Duration longest, LongSupplier nanoTime, BooleanSupplier awake) {
    this.longest = longest.toNanos();
    this.nanoTime = nanoTime;
    this.awake = awake;
    this.lastEnd = nanoTime.getAsLong() - this.longest;
  }

  /** This time; none where there is but one processor, which others need meanwhile. */
  public static Duration withProcessors(int processors, Duration longest) {
    return processors == 1 ? Duration.ZERO : longest;
  }

  /** Whether it is worth asking. */
  public boolean isFor(int reads) {
    return longest > 0 && reads <= FEW;
  }

  /** Looks for the reply as long as it pays. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
  public void poll(Future<?> answer, IntSupplier reads) {
    long begin = nanoTime.getAsLong();
    if (begin - lastEnd > longest) {
      score = 0;
      return;
    }
    score = Math.min(MOST_SCORE, score + 1);
    if (score < ENOUGH || !awake.getAsBoolean() || !SOMEBODY.compareAndSet(false, true)) {
      return;
    }
    try {
      while (!answer.isDone() && isFor(reads.getAsInt())) {
        if (nanoTime.getAsLong() - begin > longest) {
          score -= LOSS;
          return;
        }
        Thread.yield();
      }
    } finally {
      SOMEBODY.set(false);
    }
  }

  /** To be told when a read is over that it was worth asking for. */
  public void over() {
    lastEnd = nanoTime.getAsLong();
  }
}
