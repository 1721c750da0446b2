package io.github.cacheaside;

import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * What may block its thread. If that is one of the {@linkplain DefaultExecutor default executor},
 * another takes its place meanwhile. A pool of the application's is not told: the number of its
 * threads may be the bound of loads at once.
 */
final class Blocking<T extends @Nullable Object, E extends Exception>
    implements ForkJoinPool.ManagedBlocker {
  private final Task<T, E> task;
  private boolean begun;
  private @Nullable T answer;
  private @Nullable Throwable failure;

  /** Something that answers or fails. */
  @FunctionalInterface
  interface Task<T extends @Nullable Object, E extends Exception> {
    T run() throws E;
  }

  private Blocking(Task<T, E> task) {
    this.task = task;
  }

  /** Runs a task on this thread; answers what it answers, and throws what it throws. */
  static <T extends @Nullable Object, E extends Exception> T call(Task<T, E> task) throws E {
    if (!DefaultExecutor.isHere()) {
      return task.run();
    }
    boolean unused = Thread.interrupted(); // nobody but an earlier task can have left it so
    return new Blocking<>(task).call();
  }

  static void run(Runnable task) {
    Object unused =
        call(
            () -> {
              task.run();
              return true;
            });
  }

  @SuppressWarnings("NullAway") // null if that is what the task has answered
  private T call() throws E {
    try {
      ForkJoinPool.managedBlock(this);
    } catch (Throwable e) {
      if (!begun) {
        block(); // there was no thread to take this one's place
      }
    }
    if (failure != null) {
      throw Blocking.<E>thrown(failure);
    }
    return answer;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as it was thrown
  private static <X extends Throwable> X thrown(Throwable failure) throws X {
    throw (X) failure;
  }

  @Override
  public boolean block() {
    begun = true;
    try {
      answer = task.run();
    } catch (Throwable e) { // for the caller
      failure = e;
    }
    return true;
  }

  @Override
  public boolean isReleasable() {
    return begun;
  }
}
