package io.github.cacheaside;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Bounds how long a cache waits for its store, and counts and logs the store's failures. */
final class StoreGuard {
  private final Counters counters;
  private final OutageLog outages;
  private final Duration timeout;
  private final long timeoutNanos;

  StoreGuard(Counters counters, String cacheName, Duration timeout) {
    this.counters = counters;
    this.outages = new OutageLog(cacheName);
    this.timeout = timeout;
    this.timeoutNanos = timeout.toNanos();
  }

  /** Runs an operation; fails with what the store failed with, or with a time-out. */
  <T> CompletableFuture<T> run(Supplier<? extends CompletionStage<T>> operation) {
    return start(operation)
        .orTimeout(timeoutNanos, TimeUnit.NANOSECONDS)
        .whenComplete((answer, failure) -> note(failure));
  }

  /** Looks something up; a failure is an answer too. */
  CompletableFuture<Lookup> look(Supplier<? extends CompletionStage<Lookup>> operation) {
    return run(operation).exceptionally(failure -> Lookup.UNAVAILABLE);
  }

  /** Like {@link #look}, waiting for the answer on the calling thread. */
  Lookup await(Supplier<? extends CompletionStage<Lookup>> operation) throws InterruptedException {
    try {
      Lookup found = operation.get().toCompletableFuture().get(timeoutNanos, TimeUnit.NANOSECONDS);
      outages.answered();
      return found;
    } catch (ExecutionException e) {
      note(e.getCause());
    } catch (TimeoutException | RuntimeException e) {
      note(e);
    }
    return Lookup.UNAVAILABLE;
  }

  /**
   * Starts one operation an item before waiting for any, and gives all of them one time-out
   * together. Answers in the order of the items; what failed or was late is unavailable.
   */
  <T> CompletableFuture<List<Lookup>> lookAll(
      List<T> items, Function<T, CompletionStage<Lookup>> operation) {
    List<CompletableFuture<Lookup>> pending = new ArrayList<>(items.size());
    for (T item : items) {
      pending.add(start(() -> operation.apply(item)));
    }
    return await(pending);
  }

  /** The same, for operations that are started together. */
  CompletableFuture<List<Lookup>> lookAll(
      int count, Supplier<List<CompletionStage<Lookup>>> operations) {
    List<CompletableFuture<Lookup>> pending = new ArrayList<>(count);
    try {
      operations.get().forEach(stage -> pending.add(start(() -> stage)));
    } catch (RuntimeException e) {
      while (pending.size() < count) {
        pending.add(CompletableFuture.failedFuture(e));
      }
    }
    return await(pending);
  }

  private CompletableFuture<List<Lookup>> await(List<CompletableFuture<Lookup>> pending) {
    return CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new))
        .orTimeout(timeoutNanos, TimeUnit.NANOSECONDS)
        .handle(
            (done, failure) -> {
              note(failure);
              List<Lookup> answers = new ArrayList<>(pending.size());
              for (CompletableFuture<Lookup> answer : pending) {
                answers.add(answered(answer) ? answer.join() : Lookup.UNAVAILABLE);
              }
              return answers;
            });
  }

  private static boolean answered(CompletableFuture<?> future) {
    return future.isDone() && !future.isCompletedExceptionally();
  }

  private static <T> CompletableFuture<T> start(Supplier<? extends CompletionStage<T>> operation) {
    try {
      // a copy: our time-out must not complete a future that is the store's own
      return operation.get().toCompletableFuture().copy();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void note(@org.jspecify.annotations.Nullable Throwable failure) {
    if (failure == null) {
      outages.answered();
      return;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    counters.storeFailure();
    outages.failed(
        cause instanceof TimeoutException
            ? new TimeoutException("no answer within " + timeout)
            : cause);
  }
}
