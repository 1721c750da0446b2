package io.github.cacheaside.engine.load;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs the steps of one asynchronous call on one thread of the application's executor, which it is
 * given when the call is made, by the thread that makes it. So an executor that carries the context
 * of the thread that hands over carries the caller's, and not that of a thread of the client.
 *
 * <p>The thread waits for the store's answers, which costs nothing while there are other calls: all
 * of them were sent before. It does not wait for another caller's load. Once it has gone, steps are
 * handed over one by one.
 */
public final class PooledCallThread implements Executor {
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Executor executor;
  private final long waitNanos;
  private final Thread caller = Thread.currentThread();
  private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
  private boolean gone;

  /**
   * Asks for a thread.
   *
   * @param storeTimeout how long the store may take
   */
  public PooledCallThread(Executor executor, Duration storeTimeout) {
    this.executor = executor;
    this.waitNanos = Math.min(LONGEST_WAIT_NANOS, 2 * storeTimeout.toNanos());
    try {
      executor.execute(this::run);
    } catch (Throwable e) { // rejected, or no thread to be had: the next step meets it
      gone();
    }
  }

  @Override
  public void execute(Runnable step) {
    if (!leave(step)) {
      executor.execute(step);
    }
  }

  private synchronized boolean leave(Runnable step) {
    return !gone && steps.add(step);
  }

  /** The call is over, or waits for another caller's load: the thread has no more to do. */
  void letGo() {
    gone();
    steps.add(() -> {}); // wakes it
  }

  private synchronized void gone() {
    gone = true;
  }

  private synchronized boolean isGone() {
    return gone;
  }

  private void run() {
    boolean interrupted = false;
    if (Thread.currentThread() == caller) {
      gone(); // it may not be kept: the executor runs tasks where they are handed over
    }
    try {
      while (!isGone()) {
        Runnable step = steps.poll(waitNanos, TimeUnit.NANOSECONDS);
        if (step == null) {
          gone();
        } else {
          step.run();
        }
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      gone();
      runRest();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void runRest() {
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      step.run();
    }
  }
}
