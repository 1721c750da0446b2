package io.github.cacheaside.engine.base;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread, while there are tasks and for a second after. A task that is due before all others
 * wakes it when it is planned, only to let it sleep again; and most of what is planned here is
 * cancelled soon. So while there are tasks, it wakes every 50 ms anyway, and what is due later than
 * that wakes no thread.
 */
final class SharedTimers implements Timers {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The thread ends when it had nothing to wait for during this time: 1 second. */
  private static final long IDLE_MILLIS = 1_000;

  private final ScheduledThreadPoolExecutor scheduler =
      new ScheduledThreadPoolExecutor(1, task -> DaemonThread.of("cache-aside-timer", task));
  private final AtomicBoolean ticking = new AtomicBoolean();
  private volatile boolean used;

  SharedTimers() {
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setKeepAliveTime(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    scheduler.allowCoreThreadTimeOut(true); // an application that has ended leaves no thread
  }

  @Override
  public Future<?> after(Duration pause, Runnable task) {
    long nanos = pause.toNanos();
    if (nanos > TICK_NANOS) {
      used = true;
      if (!ticking.get() && ticking.compareAndSet(false, true)) {
        tickLater();
      }
    }
    return scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Whether it wakes now and then because there are tasks, or have just been. */
  boolean isTicking() {
    return ticking.get();
  }

  private void tickLater() {
    scheduler.schedule(this::tick, TICK_NANOS, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    if (used) {
      used = false;
      tickLater();
    } else {
      ticking.set(false);
    }
  }
}
