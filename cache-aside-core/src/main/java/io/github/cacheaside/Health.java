package io.github.cacheaside;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one cache in this JVM is, at one moment. Whatever the status, reads are answered as long as
 * the database answers.
 *
 * @param status how it is
 * @param since when that status began, by the clock of this machine
 * @param lastFailure the class of the exception by which the store failed last, since the cache was
 *     built; null if it never has. Never a message, which may quote secrets
 * @param pendingInvalidations removals that failed and are being tried again: 10,000 of small calls
 *     at most, and 2,000,000 of calls with more than 1,000 each, or one larger call; while there
 *     are any, old values may be served
 * @param runningLoads loads that hold a place of the origin limiter, those of other caches that
 *     share it included; 0 without one
 * @param waitingLoads loads that wait for such a place; 0 without a limiter
 * @param flights keys that are being loaded or waited for in this JVM
 * @param stalledThreads threads that block while asynchronous calls of caches without an executor
 *     of their own stand still because of them; 0 while they do not
 */
public record Health(
    Status status,
    Instant since,
    @Nullable String lastFailure,
    int pendingInvalidations,
    int runningLoads,
    int waitingLoads,
    int flights,
    int stalledThreads) {

  /** How a cache may be. */
  public enum Status {
    /** The store answers. */
    UP,
    /**
     * An operation of the store has failed in the last 5 seconds, or an invalidation waits to be
     * tried again; reads are still answered by the store where it can. Or asynchronous calls stand
     * still, since continuations block the threads on which they go on.
     */
    DEGRADED,
    /** The circuit breaker is open: reads go to the loader. */
    DOWN
  }
}
