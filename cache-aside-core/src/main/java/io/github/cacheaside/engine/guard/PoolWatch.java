package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/**
 * Notices when continuations of asynchronous calls block the threads on which these calls go on.
 * While the pool is used, it is given an empty task each second. If that has not run a second later
 * and no thread of the pool runs, the pool stands still: a WARN names the threads, and where they
 * wait. A WARN also tells once that continuations block, as long as spare threads help.
 */
public final class PoolWatch {
  private static final Logger LOG = CacheLog.LOG;
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int MOST_NAMED = 5;

  /** Of the pool for all caches without an executor of their own. */
  public static final PoolWatch DEFAULT = new PoolWatch(DefaultExecutor.POOL, Timers.SHARED);

  private final ForkJoinPool pool;
  private final Timers timers;
  private final AtomicBoolean watching = new AtomicBoolean();
  private volatile boolean used;
  private volatile boolean answered = true;
  private volatile int stalled;
  private volatile Instant since = Instant.EPOCH;
  private boolean told;

  public PoolWatch(ForkJoinPool pool, Timers timers) {
    this.pool = pool;
    this.timers = timers;
  }

  /** The pool is about to be used. */
  public void use() {
    if (!used) {
      used = true;
    }
    if (!watching.get() && watching.compareAndSet(false, true)) {
      later();
    }
  }

  /** How many threads of the pool wait for others while it stands still; 0 while it does not. */
  public int stalled() {
    return stalled;
  }

  /** Since when it stands still, if it does. */
  Instant since() {
    return since;
  }

  private void later() {
    timers.after(PERIOD, this::look);
  }

  private void look() {
    if (!answered) {
      lookCloser();
      later();
      return;
    }
    if (stalled > 0) {
      stalled = 0;
      LOG.info("asynchronous reads of caches without an executor of their own go on again");
    }
    if (!told && pool.getPoolSize() > pool.getParallelism()) {
      told = true;
      LOG.warn(
          "continuations of asynchronous reads block: {} spare threads were started; give such"
              + " continuations an executor of their own, as thenApplyAsync does; logged once; {}",
          pool.getPoolSize() - pool.getParallelism(),
          describe(threads()));
    }
    if (!used) {
      watching.set(false);
      return;
    }
    used = false;
    answered = false;
    pool.execute(() -> answered = true);
    later();
  }

  private void lookCloser() {
    Map<Thread, StackTraceElement[]> threads = threads();
    boolean running =
        threads.isEmpty()
            || threads.keySet().stream()
                .anyMatch(thread -> thread.getState() == Thread.State.RUNNABLE);
    if (answered || running || stalled > 0) { // the machine may just be busy
      return;
    }
    since = Instant.now();
    stalled = threads.size();
    LOG.warn(
        "asynchronous reads of caches without an executor of their own stand still: continuations"
            + " block all of their {} threads; {}",
        threads.size(),
        describe(threads));
  }

  private Map<Thread, StackTraceElement[]> threads() {
    Map<Thread, StackTraceElement[]> threads = new java.util.LinkedHashMap<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (thread instanceof ForkJoinWorkerThread worker && worker.getPool() == pool) {
                threads.put(thread, stack);
              }
            });
    return threads;
  }

  private static String describe(Map<Thread, StackTraceElement[]> threads) {
    List<String> named =
        threads.entrySet().stream()
            .filter(thread -> !where(thread.getValue()).isEmpty())
            .limit(MOST_NAMED)
            .map(thread -> thread.getKey().getName() + " waits in " + where(thread.getValue()))
            .toList();
    return String.join(", ", named);
  }

  /** The first line of the application's own code, if there is one. */
  private static String where(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      boolean jdk = type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
      if (!jdk) {
        return frame.toString();
      }
    }
    return "";
  }
}
