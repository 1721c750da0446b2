package io.github.cacheaside;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how long a cache waits for its store, counts and logs the store's failures, and keeps
 * reads from a store that does not answer. Removals and what gives something back are always sent.
 */
final class StoreGuard implements Reconnections.Action {

  /** What an operation is to the circuit breaker. */
  private enum Kind {
    /** Every read begins with one, so a store that answers it with an error is of no use. */
    LOOKUP,
    /** An error answer says little: hits are still to be had from a store that is full. */
    OTHER
  }

  private final Counters counters;
  private final OutageLog outages;
  private final CacheStore store;
  private final CircuitBreaker breaker;
  private final Supplier<CompletableFuture<?>> probe;
  private final Duration timeout;
  private final long timeoutNanos;
  private final Deadline deadline;

  StoreGuard(Counters counters, Settings<?, ?> settings) {
    this.counters = counters;
    this.outages = new OutageLog(settings.name());
    this.timeout = settings.storeTimeout();
    this.timeoutNanos = timeout.toNanos();
    this.deadline = new Deadline(Timers.SHARED, timeout);
    this.store = settings.store();
    this.breaker = settings.protection().breaker();
    String keyPrefix = settings.keyPrefix();
    // each asks for another key, since in a cluster that may be another node
    this.probe =
        () ->
            deadline
                .limit(start(() -> store.lookup(keyPrefix + "?" + Tokens.next().low())))
                .whenComplete((answer, failure) -> noteLate(failure));
    Reconnections.of(store).add(this);
  }

  @Override
  public void reconnected() {
    breaker.probe(probe);
  }

  /** Whether reads go past the store; if it is time, it is asked whether it is well. */
  boolean sheds() {
    return breaker.sheds(probe);
  }

  /** How this cache is; queues are counted by who has them. */
  Health health(
      int pendingInvalidations, @Nullable OriginLimiter limiter, int flights, int stalled) {
    boolean down = sheds();
    boolean ill = outages.isOn() || pendingInvalidations > 0 || stalled > 0;
    return new Health(
        down ? Health.Status.DOWN : ill ? Health.Status.DEGRADED : Health.Status.UP,
        since(down, stalled),
        outages.lastFailure(),
        pendingInvalidations,
        limiter == null ? 0 : limiter.running(),
        limiter == null ? 0 : limiter.waiting(),
        flights,
        stalled);
  }

  private Instant since(boolean down, int stalled) {
    if (down) {
      return breaker.since();
    }
    return stalled > 0 && !outages.isOn() ? PoolWatch.DEFAULT.since() : outages.since();
  }

  private boolean shed() {
    boolean shed = sheds();
    if (shed) {
      counters.shed();
    }
    return shed;
  }

  /** Runs an operation; fails with what the store failed with, or with a time-out. */
  <T> CompletableFuture<T> run(Supplier<? extends CompletionStage<T>> operation) {
    return run(operation, Kind.OTHER);
  }

  private <T> CompletableFuture<T> run(
      Supplier<? extends CompletionStage<T>> operation, Kind kind) {
    return deadline.limit(start(operation)).whenComplete((answer, failure) -> note(failure, kind));
  }

  /** Looks something up; a failure is an answer too. */
  CompletableFuture<Lookup> look(Supplier<? extends CompletionStage<Lookup>> operation) {
    return shed()
        ? CompletableFuture.completedFuture(Lookup.UNAVAILABLE)
        : run(operation, Kind.LOOKUP).exceptionally(failure -> Lookup.UNAVAILABLE);
  }

  /** Asks for a lease; a failure is an answer too. */
  CompletableFuture<Lookup> lease(Supplier<? extends CompletionStage<Lookup>> operation) {
    return shed()
        ? CompletableFuture.completedFuture(Lookup.UNAVAILABLE)
        : run(operation).exceptionally(failure -> Lookup.UNAVAILABLE);
  }

  /**
   * Like {@link #look}, waiting for the answer on the calling thread.
   *
   * @param goesOn asked when the time is over: whether the lookup was answered in time, and what it
   *     has led to has just as much time
   */
  Lookup await(Supplier<? extends CompletionStage<Lookup>> operation, BooleanSupplier goesOn)
      throws InterruptedException {
    if (shed()) {
      return Lookup.UNAVAILABLE;
    }
    try {
      CompletableFuture<Lookup> answer = operation.get().toCompletableFuture();
      Lookup found;
      try {
        found = answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (!goesOn.getAsBoolean()) {
          throw e;
        }
        found = answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
      }
      outages.answered();
      return found;
    } catch (ExecutionException e) {
      note(e.getCause(), Kind.LOOKUP);
    } catch (TimeoutException
        | RuntimeException
        | StackOverflowError
        | LinkageError
        | AssertionError e) {
      note(e, Kind.LOOKUP);
    }
    return Lookup.UNAVAILABLE;
  }

  /**
   * Starts one request for a lease an item before waiting for any, and gives all of them one
   * time-out together. Answers in the order of the items; what failed or was late is unavailable.
   */
  <T> CompletableFuture<List<Lookup>> leaseAll(
      List<T> items, Function<T, CompletionStage<Lookup>> operation) {
    if (shed()) {
      return unavailable(items.size());
    }
    List<CompletableFuture<Lookup>> pending = new ArrayList<>(items.size());
    for (T item : items) {
      pending.add(start(() -> operation.apply(item)));
    }
    return await(pending, Kind.OTHER);
  }

  /** The same for lookups, which are started together. */
  CompletableFuture<List<Lookup>> lookAll(
      int count, Supplier<List<CompletionStage<Lookup>>> operations) {
    if (shed()) {
      return unavailable(count);
    }
    List<CompletableFuture<Lookup>> pending = new ArrayList<>(count);
    try {
      operations.get().forEach(stage -> pending.add(start(() -> stage)));
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      while (pending.size() < count) {
        pending.add(CompletableFuture.failedFuture(e));
      }
    }
    return await(pending, Kind.LOOKUP);
  }

  /** Like {@link #lookAll}, waiting for the answers on the calling thread. */
  List<Lookup> awaitAll(int count, Supplier<List<CompletionStage<Lookup>>> operations)
      throws InterruptedException {
    Lookup[] answers = new Lookup[count];
    Arrays.fill(answers, Lookup.UNAVAILABLE);
    if (shed()) {
      return Arrays.asList(answers);
    }
    Throwable failure = null;
    long end = System.nanoTime() + timeoutNanos;
    try {
      List<CompletionStage<Lookup>> pending = operations.get();
      // the last first: mostly all are there with it, and nobody has to be woken for each
      for (int i = count - 1; i >= 0; i--) {
        CompletableFuture<Lookup> answer = pending.get(i).toCompletableFuture();
        try {
          if (answered(answer)) {
            answers[i] = answer.join();
          } else if (!(failure instanceof TimeoutException)) {
            answers[i] = answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
          }
        } catch (ExecutionException e) {
          failure = e.getCause();
        } catch (TimeoutException e) {
          failure = e;
        }
      }
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      failure = e;
    }
    note(failure, Kind.LOOKUP);
    return Arrays.asList(answers);
  }

  private static CompletableFuture<List<Lookup>> unavailable(int count) {
    return CompletableFuture.completedFuture(Collections.nCopies(count, Lookup.UNAVAILABLE));
  }

  private CompletableFuture<List<Lookup>> await(
      List<CompletableFuture<Lookup>> pending, Kind kind) {
    return deadline
        .limit(CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new)))
        .handle(
            (done, failure) -> {
              note(failure, kind);
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
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void note(@Nullable Throwable failure, Kind kind) {
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
    noteLate(cause);
    if (kind == Kind.LOOKUP || cause instanceof TimeoutException) {
      breaker.failed(probe);
    }
  }

  private void noteLate(@Nullable Throwable failure) {
    if (failure instanceof TimeoutException) {
      store.notAnswering();
    }
  }
}
