package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Starts what is due later: the next look of one who waits, a renewal, a retry. */
interface Timers {
  /** The one thread of this library: never blocks, never runs a user's code. */
  Timers SHARED = shared();

  /** Starts a task after a pause, unless it is cancelled before. */
  Future<?> after(Duration pause, Runnable task);

  private static Timers shared() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "cache-aside-timer");
              thread.setDaemon(true);
              return thread;
            });
    scheduler.setRemoveOnCancelPolicy(true);
    return (pause, task) -> scheduler.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
  }
}
