package io.github.cacheaside;

import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Something that may block its thread; a fork-join pool is told, so that another runs meanwhile.
 */
final class Blocking<T> implements ForkJoinPool.ManagedBlocker {
  private final Callable<T> task;
  private boolean begun;
  private @Nullable T answer;
  private @Nullable Throwable failure;

  private Blocking(Callable<T> task) {
    this.task = task;
  }

  /** Runs a task on this thread; throws what it throws. */
  static <T> T call(Callable<T> task) throws Exception {
    return Thread.currentThread() instanceof ForkJoinWorkerThread
        ? new Blocking<>(task).call()
        : task.call();
  }

  private T call() throws Exception {
    try {
      ForkJoinPool.managedBlock(this);
    } catch (RejectedExecutionException e) {
      if (begun) {
        throw e;
      }
      return task.call(); // the pool may have no more threads: then this one is missing there
    }
    return answer();
  }

  @SuppressWarnings("NullAway") // null if the task has answered null
  private T answer() throws Exception {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (Exception) failure;
    }
    return answer;
  }

  @Override
  public boolean block() {
    begun = true;
    try {
      answer = task.call();
    } catch (Throwable e) { // kept for the caller
      failure = e;
    }
    return true;
  }

  @Override
  public boolean isReleasable() {
    return begun;
  }
}
