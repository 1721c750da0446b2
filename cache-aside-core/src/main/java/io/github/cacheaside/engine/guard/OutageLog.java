package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.CacheLog;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs one WARN an outage, however many calls fail in it, and one INFO when it is over. */
public final class OutageLog {
  private static final Logger LOG = CacheLog.LOG;
  // A store that fails now and then must not log now and then.
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** A failure of the store; for the first of an outage, began and at are the same. */
  private record Failure(String type, Instant began, Instant at, long nanos) {
    boolean isRecent() {
      return System.nanoTime() - nanos <= QUIET.toNanos();
    }
  }

  private final String cacheName;
  private final String beginning;
  private final String end;
  private final Instant built = Instant.now();
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable Failure last;

  /** An outage of the store. */
  public OutageLog(String cacheName) {
    this(
        cacheName,
        "the store does not answer, reads go to the loader",
        "the store answers again, {} operations had failed");
  }

  /**
   * An outage of something.
   *
   * @param over has a pair of braces for how many calls failed
   */
  public OutageLog(String cacheName, String began, String over) {
    this.cacheName = cacheName;
    this.beginning = "cache {}: " + began + " ({})";
    this.end = "cache {}: " + over;
  }

  public void failed(Throwable failure) {
    Failure before = last;
    Instant now = Instant.now();
    Instant began = before != null && before.isRecent() ? before.began() : now;
    last = new Failure(failure.getClass().getName(), began, now, System.nanoTime());
    if (failures.getAndIncrement() == 0) {
      LOG.warn(beginning, cacheName, failure.toString());
    }
  }

  public void answered() {
    if (failures.get() > 0 && !isOn()) {
      long count = failures.getAndSet(0);
      if (count > 0) {
        LOG.info(end, cacheName, count);
      }
    }
  }

  /** Whether the store has failed in the last 5 seconds. */
  boolean isOn() {
    Failure failure = last;
    return failure != null && failure.isRecent();
  }

  /** When the outage that {@linkplain #isOn is on} began; else since when there is none. */
  Instant since() {
    Failure failure = last;
    if (failure == null) {
      return built;
    }
    return failure.isRecent() ? failure.began() : failure.at().plus(QUIET);
  }

  /** The class of what the store failed with last. */
  @Nullable String lastFailure() {
    Failure failure = last;
    return failure == null ? null : failure.type();
  }
}
