package io.github.cacheaside.benchmarks;

import java.time.Duration;
import java.util.function.Supplier;

/** One way to cache, put to the test in one JVM. Thread-safe. */
interface Subject extends AutoCloseable {

  /**
   * What a subject is made from.
   *
   * @param redis the URI of a Redis, or of a cluster
   * @param database the truth
   * @param ttl asked for every value
   * @param lease how long a right to fill, or a mark of a write, lasts
   * @param retried told of every invalidation that failed and is tried again
   */
  record Environment(
      String redis, Database database, Supplier<Duration> ttl, Duration lease, Runnable retried) {

    /**
     * Repeats an invalidation until it succeeds: who has committed must not go on before. The same
     * for all subjects.
     *
     * @throws IllegalStateException if it still fails after 20 seconds
     */
    void untilDone(Runnable invalidation) {
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (true) {
        try {
          invalidation.run();
          return;
        } catch (RuntimeException e) {
          if (System.nanoTime() - end > 0) {
            throw new IllegalStateException("the invalidation keeps failing", e);
          }
          retried.run();
          Stalls.sleepMillis(5);
        }
      }
    }
  }

  /** Reads through the cache; 0 means that there is no row. */
  long get(long key) throws Exception;

  /** Writes the database and makes the cache follow; returns the committed version. */
  long write(long key) throws Exception;

  @Override
  void close();
}
