package io.github.cacheaside.engine.guard;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs the steps of a blocking call on the thread that made the call, so that loaders see the
 * caller's thread and no thread of a client or a pool is ever blocked by them.
 */
public final class CallerThread implements Executor {
  private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable step) {
    steps.add(step);
  }

  /** Runs steps until the future is done. */
  public <T> T await(CompletableFuture<T> future) throws InterruptedException {
    if (!future.isDone()) {
      future.whenComplete((value, failure) -> steps.add(this::wake));
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

  private void wake() {} // taking it from the queue is all it is for
}
