package io.github.cacheaside.engine.base;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Starts what is due later: the next look of a waiting caller, a renewal, a retry. */
public interface Timers {
  /** The one thread of this library: never blocks, never runs a user's code. */
  Timers SHARED = new SharedTimers();

  /** Starts a task after a pause, unless it is cancelled before. */
  Future<?> after(Duration pause, Runnable task);

  /**
   * Completes a future with a value unless it is done in time. {@link
   * CompletableFuture#completeOnTimeout} does so on a thread of the JDK's that never ends, and that
   * keeps the class loader of the application that happened to start it.
   */
  static <T> CompletableFuture<T> completeLate(
      CompletableFuture<T> future, @Nullable T value, long nanos) {
    if (!future.isDone()) {
      Future<?> timeout = SHARED.after(Duration.ofNanos(nanos), () -> future.complete(value));
      future.whenComplete((done, failure) -> timeout.cancel(false));
    }
    return future;
  }
}
