package io.github.cacheaside.engine.guard;

import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.Health;
import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.base.Tokens;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.Lookup;
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
public final class StoreGuard implements Reconnections.Action {

  /** What an operation is to the circuit breaker. */
  private enum Kind {
    /** Every read begins with one, so a store that answers it with an error is of no use. */
    LOOKUP,
    /** An error answer says little: hits are still to be had from a store that is full. */
    OTHER,
    /** The same, for many that count as one. */
    LEASES
  }

  private final Counters counters;
  private final OutageLog outages;
  private final CacheStore store;
  private final CircuitBreaker breaker;
  private final Supplier<CompletableFuture<?>> probe;
  private final Duration timeout;
  private final long timeoutNanos;
  private final SharedTimeout deadline;

  public StoreGuard(Counters counters, Settings<?, ?> settings) {
    this.counters = counters;
    this.outages = new OutageLog(settings.name());
    this.timeout = settings.storeTimeout();
    this.timeoutNanos = timeout.toNanos();
    this.deadline = new SharedTimeout(Timers.SHARED, timeout);
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
  public boolean sheds() {
    return breaker.sheds(probe);
  }

  /** How this cache is; queues are counted by their owners. */
  public Health health(
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
  public <T> CompletableFuture<T> run(Supplier<? extends CompletionStage<T>> operation) {
    return run(operation, Kind.OTHER);
  }

  /** Starts an operation whose failure changes nothing for the caller. */
  public <T> void quietly(Supplier<? extends CompletionStage<T>> operation) {
    run(operation).exceptionally(failure -> null);
  }

  private <T> CompletableFuture<T> run(
      Supplier<? extends CompletionStage<T>> operation, Kind kind) {
    return deadline.limit(start(operation)).whenComplete((answer, failure) -> note(failure, kind));
  }

  /**
   * Starts an operation for each item and gives all of them one time-out together, that begins now.
   * Each that failed counts. A time-out tells the circuit breaker only if nothing was answered: the
   * store is well then, and this call has asked for much.
   *
   * @return when all are done, or the time is over: the answers and failures, in their order
   */
  public <T, R> CompletableFuture<List<CompletableFuture<R>>> window(
      List<T> items, Function<T, ? extends CompletionStage<R>> operation) {
    return window(items, operation, Kind.OTHER);
  }

  private <T, R> CompletableFuture<List<CompletableFuture<R>>> window(
      List<T> items, Function<T, ? extends CompletionStage<R>> operation, Kind kind) {
    List<CompletableFuture<R>> sent = new ArrayList<>(items.size());
    for (T item : items) {
      sent.add(start(() -> operation.apply(item)));
    }
    CompletableFuture<?> all =
        sent.size() == 1
            ? sent.get(0)
            : CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
    return deadline
        .limit(all)
        .handle(
            (done, failure) -> {
              if (failure == null) {
                outages.answered();
              } else {
                noteEach(sent, kind);
              }
              return sent;
            });
  }

  private void noteEach(List<? extends CompletableFuture<?>> sent, Kind kind) {
    for (CompletableFuture<?> one : sent) {
      one.completeExceptionally(new TimeoutException()); // unless it is done
    }
    boolean silent = sent.stream().noneMatch(StoreGuard::answered);
    Throwable late = null;
    boolean counted = false;
    for (CompletableFuture<?> one : sent) {
      Throwable failure = one.handle((answer, thrown) -> thrown).join();
      if (failure != null) {
        Throwable cause = cause(failure);
        late = cause instanceof TimeoutException ? cause : late;
        if (kind != Kind.LEASES || !counted) {
          counted = true;
          counters.storeFailure();
          outages.failed(told(cause));
        }
      }
    }
    noteLate(late);
    if (silent && late != null) {
      breaker.failed(probe);
    }
  }

  /** Looks something up; a failure is an answer too. */
  public CompletableFuture<Lookup> look(Supplier<? extends CompletionStage<Lookup>> operation) {
    return shed()
        ? CompletableFuture.completedFuture(Lookup.UNAVAILABLE)
        : run(operation, Kind.LOOKUP).exceptionally(failure -> Lookup.UNAVAILABLE);
  }

  /** Asks for a lease; a failure is an answer too. */
  public CompletableFuture<Lookup> lease(Supplier<? extends CompletionStage<Lookup>> operation) {
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
  public Lookup await(Supplier<? extends CompletionStage<Lookup>> operation, BooleanSupplier goesOn)
      throws InterruptedException {
    if (shed()) {
      return Lookup.UNAVAILABLE;
    }
    try {
      CompletableFuture<Lookup> answer = operation.get().toCompletableFuture();
      Lookup found;
      try {
        found = await(answer, System.nanoTime() + timeoutNanos);
      } catch (TimeoutException e) {
        if (!goesOn.getAsBoolean()) {
          throw e;
        }
        found = await(answer, System.nanoTime() + timeoutNanos);
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

  /** Waits until then, or a little longer if this JVM {@linkplain HeldUp stood still}. */
  private static <T> T await(CompletableFuture<T> answer, long end)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (!HeldUp.isHeldUp(end, System.nanoTime())) {
        throw e;
      }
      return answer.get(HeldUp.GRACE.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Asks for a lease for each item, a {@linkplain Windows window} of them at a time, as long as the
   * store answers. Answers in the order of the items; what failed or was late is unavailable.
   */
  public <T> CompletableFuture<List<Lookup>> leaseAll(
      List<T> items, Function<T, CompletionStage<Lookup>> operation) {
    if (shed()) {
      return unavailable(items.size());
    }
    List<Lookup> answers = new ArrayList<>(Collections.nCopies(items.size(), Lookup.UNAVAILABLE));
    return Windows.<T, Lookup>each(
            items,
            window -> window(window, operation, Kind.LEASES),
            (from, window) -> {
              for (int i = 0; i < window.size(); i++) {
                if (answered(window.get(i))) {
                  answers.set(from + i, window.get(i).join());
                }
              }
            },
            () -> !sheds())
        .thenApply(sent -> answers);
  }

  /**
   * Looks items up, {@link Windows#MOST_AT_ONCE} at a time, and gives each such window one
   * time-out. Answers in the order of the items; what failed or was late is unavailable, and so is
   * the rest when two windows in a row have no answer.
   */
  public <T> CompletableFuture<List<Lookup>> lookAll(
      List<T> items, Function<List<T>, List<CompletionStage<Lookup>>> lookups) {
    if (items.size() <= Windows.MOST_AT_ONCE) {
      return lookAll(items.size(), () -> lookups.apply(items));
    }
    List<Lookup> answers = new ArrayList<>(Collections.nCopies(items.size(), Lookup.UNAVAILABLE));
    return Windows.<T, Lookup>each(
            Windows.MOST_AT_ONCE,
            items,
            window ->
                lookAll(window.size(), () -> lookups.apply(window)).thenApply(StoreGuard::futures),
            (from, window) -> {
              for (int i = 0; i < window.size(); i++) {
                if (answered(window.get(i))) {
                  answers.set(from + i, window.get(i).join());
                }
              }
            },
            () -> true)
        .thenApply(sent -> answers);
  }

  private static List<CompletableFuture<Lookup>> futures(List<Lookup> answers) {
    return answers.stream()
        .map(
            found ->
                found == Lookup.UNAVAILABLE
                    ? CompletableFuture.<Lookup>failedFuture(new TimeoutException())
                    : CompletableFuture.completedFuture(found))
        .toList();
  }

  /** Like {@link #lookAll}, waiting for the answers on the calling thread. */
  public <T> List<Lookup> awaitAll(
      List<T> items, Function<List<T>, List<CompletionStage<Lookup>>> lookups)
      throws InterruptedException {
    if (items.size() <= Windows.MOST_AT_ONCE) {
      return awaitAll(items.size(), () -> lookups.apply(items));
    }
    List<Lookup> answers = new ArrayList<>(items.size());
    int silent = 0;
    while (answers.size() < items.size() && silent < Windows.MOST_SILENT) {
      int from = answers.size();
      List<T> window = items.subList(from, Math.min(items.size(), from + Windows.MOST_AT_ONCE));
      List<Lookup> found = awaitAll(window.size(), () -> lookups.apply(window));
      silent = found.stream().allMatch(Lookup.UNAVAILABLE::equals) ? silent + 1 : 0;
      answers.addAll(found);
    }
    answers.addAll(Collections.nCopies(items.size() - answers.size(), Lookup.UNAVAILABLE));
    return answers;
  }

  private CompletableFuture<List<Lookup>> lookAll(
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
    return await(pending);
  }

  private List<Lookup> awaitAll(int count, Supplier<List<CompletionStage<Lookup>>> operations)
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
      // the last first: mostly all are there with it, and the caller is not woken for each
      for (int i = count - 1; i >= 0; i--) {
        CompletableFuture<Lookup> answer = pending.get(i).toCompletableFuture();
        try {
          if (answered(answer)) {
            answers[i] = answer.join();
          } else if (!(failure instanceof TimeoutException)) {
            answers[i] = await(answer, end);
            end = Math.max(end, System.nanoTime()); // more time is granted once
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
    noteMany(failure, count, Arrays.stream(answers).anyMatch(look -> look != Lookup.UNAVAILABLE));
    return Arrays.asList(answers);
  }

  private static CompletableFuture<List<Lookup>> unavailable(int count) {
    return CompletableFuture.completedFuture(Collections.nCopies(count, Lookup.UNAVAILABLE));
  }

  private CompletableFuture<List<Lookup>> await(List<CompletableFuture<Lookup>> pending) {
    return deadline
        .limit(CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new)))
        .handle(
            (done, failure) -> {
              noteMany(failure, pending.size(), pending.stream().anyMatch(StoreGuard::answered));
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

  /** Of so many lookups that they are several commands, some were answered: the store is well. */
  private void noteMany(@Nullable Throwable failure, int count, boolean someAnswered) {
    if (failure != null && count > Windows.SIZE && someAnswered) {
      Throwable cause = cause(failure);
      if (cause instanceof TimeoutException) {
        counters.storeFailure();
        outages.failed(told(cause));
        noteLate(cause);
        return;
      }
    }
    note(failure, Kind.LOOKUP);
  }

  private void note(@Nullable Throwable failure, Kind kind) {
    if (failure == null) {
      outages.answered();
      return;
    }
    Throwable cause = cause(failure);
    counters.storeFailure();
    outages.failed(told(cause));
    noteLate(cause);
    if (kind == Kind.LOOKUP || cause instanceof TimeoutException) {
      breaker.failed(probe);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private Throwable told(Throwable cause) {
    return cause instanceof TimeoutException
        ? new TimeoutException("no answer within " + timeout)
        : cause;
  }

  private void noteLate(@Nullable Throwable failure) {
    if (failure instanceof TimeoutException) {
      store.notAnswering();
    }
  }
}
