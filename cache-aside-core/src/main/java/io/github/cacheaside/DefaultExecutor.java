package io.github.cacheaside;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * Where asynchronous calls go on that were given no executor: a pool of daemon threads for the
 * whole JVM, one per processor and at least 2, first come, first served. While loads {@linkplain
 * Blocking block} some of them, others take their place, up to 64 in all. Idle ones end after 60
 * seconds.
 *
 * <p>Not the common pool, since what others run there may block it, and since {@link
 * java.util.concurrent.CompletableFuture} does not use it where there are one or two processors: it
 * starts a thread for each task then, which costs a hit ten times its time.
 */
final class DefaultExecutor {
  /** How many threads there are at most: 64. */
  static final int MOST_THREADS = 64;

  /** The pool; nobody shuts it down. */
  static final ForkJoinPool POOL =
      new ForkJoinPool(
          Math.min(MOST_THREADS, Math.max(2, Runtime.getRuntime().availableProcessors())),
          DefaultExecutor::thread,
          null,
          true, // first in, first out: its tasks are events, and nobody joins them
          0,
          MOST_THREADS,
          1,
          pool -> true, // with no thread to take its place, one blocks all the same
          60,
          TimeUnit.SECONDS);

  private DefaultExecutor() {}

  private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
    thread.setName("cache-aside-" + thread.getPoolIndex());
    return thread;
  }
}
