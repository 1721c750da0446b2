package io.github.cacheaside;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one thread of this library: starts what is due, never blocks, never runs a user's code. */
final class Timers {
  private static final ScheduledThreadPoolExecutor SCHEDULER = scheduler();

  private Timers() {}

  private static ScheduledThreadPoolExecutor scheduler() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "cache-aside-timer");
              thread.setDaemon(true);
              return thread;
            });
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }

  static Future<?> after(long millis, Runnable task) {
    return SCHEDULER.schedule(task, millis, TimeUnit.MILLISECONDS);
  }
}
