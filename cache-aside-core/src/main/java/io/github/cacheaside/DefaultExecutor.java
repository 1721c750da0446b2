package io.github.cacheaside;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where asynchronous calls go on that were given no executor: a pool of daemon threads for the
 * whole JVM, one per processor and at least 2. While some of them {@linkplain Blocking block},
 * others take their place, up to 64 in all. Once it has had nothing to do for 60 seconds it gives
 * its threads up.
 *
 * <p>Not the common pool, since what others run there may block it, and since {@link
 * java.util.concurrent.CompletableFuture} did not use it before JDK 25 where there are one or two
 * processors: it started a thread for each task, which costs a hit ten times its time.
 */
final class DefaultExecutor {
  /** How many threads there are at most: 64. */
  static final int MOST_THREADS = 64;

  /** How many run while none blocks. */
  static final int THREADS =
      Math.min(MOST_THREADS, Math.max(2, Runtime.getRuntime().availableProcessors()));

  private static final AtomicInteger MADE = new AtomicInteger();

  private static final ForkJoinPool.ForkJoinWorkerThreadFactory FACTORY = DefaultExecutor::thread;

  /** The pool; nobody shuts it down. */
  static final ForkJoinPool POOL = newPool();

  private DefaultExecutor() {}

  static ForkJoinPool newPool() {
    return new ForkJoinPool(
        THREADS,
        FACTORY,
        null,
        true, // first in, first out: its tasks are events
        THREADS,
        MOST_THREADS,
        THREADS,
        pool -> true, // with no thread to take its place, one blocks all the same
        60,
        TimeUnit.SECONDS);
  }

  /** Whether the calling thread is one of such a pool. */
  static boolean isHere() {
    return Thread.currentThread() instanceof ForkJoinWorkerThread worker
        && worker.getPool().getFactory() == FACTORY;
  }

  /** Made by a thread that has inherited nothing: the caller of this moment is not its own. */
  private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
    FutureTask<ForkJoinWorkerThread> made =
        new FutureTask<>(() -> ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool));
    DaemonThread.of("cache-aside-starter", made).start();
    ForkJoinWorkerThread thread = get(made);
    thread.setName("cache-aside-" + MADE.incrementAndGet());
    return thread;
  }

  private static <T> T get(FutureTask<T> made) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return made.get();
        } catch (InterruptedException e) {
          interrupted = true; // it takes but a moment
        } catch (ExecutionException e) {
          throw new IllegalStateException("no thread to be had", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
