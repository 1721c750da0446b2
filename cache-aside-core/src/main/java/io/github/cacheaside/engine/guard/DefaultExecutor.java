package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.DaemonThread;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where asynchronous calls go on that were given no executor: two pools of daemon threads for the
 * whole JVM. What never blocks, and so each hit, has a thread per processor and at least 2; what
 * may block, loaders above all, has up to 64 of its own, which end after 5 seconds without work (a
 * bulkhead: no hit waits for a database). A continuation that joins a future, which it should not,
 * has a spare thread take its place; {@link PoolWatch} tells of it.
 *
 * <p>Not the common pool, since what others run there may block it, and since {@link
 * java.util.concurrent.CompletableFuture} did not use it before JDK 25 where there are one or two
 * processors: it started a thread for each task, which costs a hit ten times its time.
 */
public final class DefaultExecutor {
  /** How many threads there are at most for what may block: 64. */
  public static final int MOST_BLOCKED = 64;

  /** How many tasks wait for these threads at most: 50,000. More are refused. */
  public static final int MOST_WAITING = 50_000;

  /** How many more threads are started at most while continuations wait for futures: 256. */
  static final int MOST_SPARE = 256;

  /** How many threads there are for what does not. */
  public static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final long KEEP_ALIVE_SECONDS = 5;
  private static final AtomicInteger MADE = new AtomicInteger();

  /** For what does not block; never shut down. */
  public static final ForkJoinPool POOL = newPool();

  /** For what may block; never shut down. */
  private static final Executor BLOCKING_POOL = newBlockingPool();

  private DefaultExecutor() {}

  public static ForkJoinPool newPool() {
    return new ForkJoinPool(
        THREADS,
        DefaultExecutor::thread,
        null,
        true, // first in, first out: its tasks are events
        THREADS,
        THREADS + MOST_SPARE, // if a continuation joins futures, which it had better not
        1,
        pool -> true, // then it goes without a thread to take its place
        KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS);
  }

  public static ThreadPoolExecutor newBlockingPool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MOST_BLOCKED,
            MOST_BLOCKED,
            KEEP_ALIVE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            task -> DaemonThread.of("cache-aside-load-" + MADE.incrementAndGet(), task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Where code that may block runs in caches with this executor. */
  public static Executor forBlocking(Executor executor) {
    return executor == POOL ? BLOCKING_POOL : executor;
  }

  /** Whether the calling thread is one that must not be blocked. */
  public static boolean mustNotBlock() {
    return Thread.currentThread() instanceof ForkJoinWorkerThread worker
        && worker.getPool() == POOL;
  }

  /** Made by a thread that has inherited nothing: the caller of this moment is not its own. */
  private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
    FutureTask<ForkJoinWorkerThread> made =
        new FutureTask<>(() -> ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool));
    DaemonThread.of("cache-aside-starter", made).start();
    ForkJoinWorkerThread thread = get(made);
    thread.setName("cache-aside-" + MADE.incrementAndGet());
    thread.setContextClassLoader(DaemonThread.classLoader());
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
