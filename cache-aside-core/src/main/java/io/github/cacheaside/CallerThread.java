package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the steps of a blocking call on the thread that made the call, so that loaders see the
 * caller's thread and no thread of a client or a pool is ever blocked by them.
 */
final class CallerThread implements Executor {
  private static final AtomicBoolean LOOKING = new AtomicBoolean();

  private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
  private final long lookNanos;

  CallerThread() {
    this(Duration.ZERO);
  }

  /**
   * Creates one that looks for its first step for so long before it sleeps, unless another does. A
   * miss has been to the store before and will go to the database; next to that it is little.
   */
  CallerThread(Duration busyWait) {
    this.lookNanos = busyWait.toNanos();
  }

  @Override
  public void execute(Runnable step) {
    steps.add(step);
  }

  /** Runs steps until the future is done. */
  <T> T await(CompletableFuture<T> future) throws InterruptedException {
    future.whenComplete((value, failure) -> steps.add(this::wake));
    if (lookNanos > 0 && steps.isEmpty() && LOOKING.compareAndSet(false, true)) {
      look();
    }
    while (!future.isDone()) {
      steps.take().run();
    }
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
  private void look() {
    long begin = System.nanoTime();
    while (steps.isEmpty() && System.nanoTime() - begin < lookNanos) {
      Thread.yield();
    }
    LOOKING.set(false);
  }

  private void wake() {} // taking it from the queue is all it is for
}
