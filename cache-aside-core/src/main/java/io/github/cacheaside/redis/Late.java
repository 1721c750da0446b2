package io.github.cacheaside.redis;

import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Time-outs on a thread that ends with its client. {@link CompletableFuture#orTimeout} starts a
 * thread of the JDK's that never ends, and that keeps the class loader of the application that
 * happened to start it.
 */
final class Late {
  private Late() {}

  /** That of the client to which a connection belongs. */
  static ScheduledExecutorService timer(StatefulConnection<?, ?> connection) {
    return connection.getResources().eventExecutorGroup();
  }

  /** Fails a future with a {@link TimeoutException} unless it is done in time. */
  static <T> CompletableFuture<T> fail(
      CompletableFuture<T> future, ScheduledExecutorService timer, long millis) {
    return after(future, timer, millis, () -> future.completeExceptionally(new TimeoutException()));
  }

  /** Completes a future with a value unless it is done in time. */
  static <T> CompletableFuture<T> complete(
      CompletableFuture<T> future, @Nullable T value, ScheduledExecutorService timer, long millis) {
    return after(future, timer, millis, () -> future.complete(value));
  }

  private static <T> CompletableFuture<T> after(
      CompletableFuture<T> future, ScheduledExecutorService timer, long millis, Runnable late) {
    if (future.isDone()) {
      return future;
    }
    try {
      Future<?> timeout = timer.schedule(late, millis, TimeUnit.MILLISECONDS);
      future.whenComplete((value, failure) -> timeout.cancel(false));
    } catch (RejectedExecutionException e) { // closed meanwhile
      late.run();
    }
    return future;
  }
}
