package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.CacheLoadRefusedException;
import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.engine.base.Protection;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.DefaultExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs loaders: within the limits of the origin and of time, and counted.
 *
 * <p>A thread can't both run a loader and stop waiting for it. So with a time-out loads run on the
 * builder's executor, and the caller waits for what comes first.
 */
public final class LoadRunner {
  private final Settings<?, ?> settings;
  private final Protection protection;
  private final Executor executor;
  private final Counters counters;
  private final Timers timers;

  public LoadRunner(Settings<?, ?> settings, Counters counters, Timers timers) {
    this.settings = settings;
    this.protection = settings.protection();
    this.executor = settings.executor();
    this.counters = counters;
    this.timers = timers;
  }

  /**
   * Runs a load from its start to what becomes of its value: here and now if it has no time-out,
   * unless this thread must not be blocked.
   *
   * @param load runs the loader by {@link #run}, and deals with all that may come of it
   * @param slow is run after the soft time-out
   * @param without is given the reason if the load is not waited for any more, or can't be run; see
   *     {@link #goesOn}
   */
  public void start(Runnable load, Runnable slow, Consumer<Exception> without) {
    if (protection.patient()) {
      if (DefaultExecutor.mustNotBlock()) {
        execute(DefaultExecutor.forBlocking(executor), load, without);
      } else {
        load.run();
      }
      return;
    }
    AtomicBoolean begun = new AtomicBoolean(); // or given up before that
    Duration most = protection.loadTimeout();
    Future<?> soft = after(protection.softTimeout(), slow);
    Future<?> hard = after(most, () -> giveUp(begun, without, "no value within " + most));
    OriginLimiter held = hasPlace() ? protection.limiter() : null;
    execute(
        executor,
        () -> {
          if (begun.compareAndSet(false, true)) {
            run(load, held);
          }
          soft.cancel(false);
          hard.cancel(false);
        },
        refused -> {
          soft.cancel(false);
          hard.cancel(false);
          if (begun.compareAndSet(false, true)) {
            without.accept(refused);
          }
        });
  }

  private static void execute(Executor executor, Runnable task, Consumer<Exception> refused) {
    try {
      executor.execute(task);
    } catch (Throwable e) { // rejected, or no thread to be had
      refused.accept(new NotRunException(e));
    }
  }

  /** A load within a load has its place, also on another thread. */
  private static void run(Runnable load, @Nullable OriginLimiter held) {
    if (held == null) {
      load.run();
    } else {
      held.runWithin(load);
    }
  }

  private void giveUp(AtomicBoolean begun, Consumer<Exception> without, String why) {
    counters.loadTimedOut();
    without.accept(
        begun.compareAndSet(false, true)
            ? new NotBegunException(why) // no caller waits any more, so it never will
            : new TimeoutException(why));
  }

  /** The load waited for a thread until no caller waited for it. */
  static final class NotBegunException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    NotBegunException(String message) {
      super(message);
    }
  }

  /** No thread could be had for the load. */
  static final class NotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    NotRunException(Throwable cause) {
      super(cause);
    }
  }

  /** Whether a load that is not waited for any more goes on, and deals with what comes of it. */
  static boolean goesOn(Exception reason) {
    return reason instanceof TimeoutException && !(reason instanceof NotBegunException);
  }

  /** Whether this thread runs a load that has a place, so that others may wait for it. */
  boolean hasPlace() {
    OriginLimiter limiter = protection.limiter();
    return limiter != null && limiter.isHeld();
  }

  /** Whether loads run on the thread that starts them. */
  boolean here() {
    return protection.patient();
  }

  /**
   * Callers may go on within the task, so it is none for the timers' thread, nor for a full pool.
   */
  private Future<?> after(@Nullable Duration pause, Runnable task) {
    return pause == null
        ? CompletableFuture.completedFuture(null)
        : timers.after(pause, () -> CompletableFuture.runAsync(task));
  }

  /** The context of the calling thread, if loads of its blocking calls run elsewhere. */
  public CapturedContext contextOfLoads() {
    return here() && !DefaultExecutor.mustNotBlock()
        ? CapturedContext.NONE
        : CapturedContext.capture(settings);
  }

  /** Runs a loader on this thread, once there is a place for it; a refusal is no load. */
  <T> T run(Callable<T> loader, LoadStart start) throws Exception {
    OriginLimiter limiter = protection.limiter();
    boolean entered = limiter != null && enter(limiter, start);
    try {
      return count(loader, start);
    } finally {
      if (entered && limiter != null) {
        limiter.leave();
      }
    }
  }

  private boolean enter(OriginLimiter limiter, LoadStart start) throws Exception {
    try {
      return limiter.enter(start::queued);
    } catch (OriginLimiter.Refusal e) {
      counters.loadRefused();
      start.begins(); // nothing was read, so callers that have joined may share the refusal
      throw e;
    }
  }

  private <T> T count(Callable<T> loader, LoadStart start) throws Exception {
    start.begins();
    long began = System.nanoTime();
    boolean failed = true;
    try {
      T loaded = start.run(loader);
      failed = false;
      return loaded;
    } finally {
      counters.load(System.nanoTime() - began, failed);
    }
  }

  /** What the caller of a load that ended so gets; a new one for each, with the caller's stack. */
  static CacheLoadException failure(String cacheName, Throwable failure) {
    return failure instanceof OriginLimiter.Refusal refusal
        ? new CacheLoadRefusedException(
            "loading a value of " + cacheName + " was refused: " + refusal.getMessage())
        : failed(cacheName, failure);
  }

  private static CacheLoadException failed(String cacheName, Throwable failure) {
    boolean notRun = failure instanceof NotRunException;
    boolean ofLoader = !notRun && !(failure instanceof TimeoutException);
    return new CacheLoadException(
        "loading a value of " + cacheName + " failed",
        notRun ? failure.getCause() : failure,
        ofLoader);
  }
}
