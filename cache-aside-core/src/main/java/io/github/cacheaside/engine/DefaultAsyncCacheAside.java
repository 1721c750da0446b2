package io.github.cacheaside.engine;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.AsyncCacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.Look;
import io.github.cacheaside.Read;
import io.github.cacheaside.Reads;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.base.Writes;
import io.github.cacheaside.engine.guard.DefaultExecutor;
import io.github.cacheaside.engine.guard.PoolWatch;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.CapturedContext;
import io.github.cacheaside.engine.load.Origin;
import io.github.cacheaside.engine.load.Origins;
import io.github.cacheaside.engine.load.PooledCallThread;
import io.github.cacheaside.engine.read.BulkRead;
import io.github.cacheaside.engine.read.CacheReader;
import io.github.cacheaside.engine.read.ReadParts;
import io.github.cacheaside.engine.read.Warmer;
import io.github.cacheaside.engine.write.Fence;
import io.github.cacheaside.engine.write.Puts;
import io.github.cacheaside.engine.write.Removals;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine, on the builder's executor.
 *
 * <p>What a stage does when it completes, it does not do once its caller has completed it. So
 * callers get copies of stages that count, retry or clean up: they may cancel theirs or give it a
 * time-out.
 */
public final class DefaultAsyncCacheAside<K, V> implements AsyncCacheAside<K, V> {
  /** The cache that this is a view of; it lives as long, for meters watch it weakly. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final Object owner;

  private final Settings<K, V> settings;
  private final ReadParts<K, V> parts;
  private final Origins<K, V> origins;
  private final CacheReader<K, V> reader;
  private final Removals<K, V> removals;
  private final Puts<K, V> puts;

  public DefaultAsyncCacheAside(Object owner, Assembly<K, V> assembly) {
    this.owner = owner;
    this.parts = assembly.read();
    this.settings = parts.settings();
    this.origins = parts.load().origins();
    this.reader = assembly.reader();
    this.removals = assembly.removals();
    this.puts = assembly.puts();
  }

  private Call call(@Nullable Origin<K, V> own) {
    CapturedContext context = CapturedContext.capture(settings);
    return new Call(steps(context, executor(context))).by(own).in(context);
  }

  private Executor executor() {
    return executor(CapturedContext.capture(settings));
  }

  private Executor executor(CapturedContext context) {
    Executor executor = settings.executor();
    if (executor == DefaultExecutor.POOL) {
      PoolWatch.DEFAULT.use();
    }
    return context.on(executor);
  }

  /** Where the steps of a call run: on an own executor all in the context that it carries. */
  private Executor steps(CapturedContext context, Executor executor) {
    boolean own = settings.executor() != DefaultExecutor.POOL;
    return own && context == CapturedContext.NONE
        ? new PooledCallThread(executor, settings.storeTimeout())
        : executor;
  }

  /**
   * How many threads block while asynchronous calls stand still; 0 with an executor of the
   * application.
   */
  int stalledThreads() {
    boolean own = settings.executor() != DefaultExecutor.POOL;
    return own ? 0 : PoolWatch.DEFAULT.stalled();
  }

  /** One within which code of the user's runs that is no serializer. */
  private Call blockingCall() {
    CapturedContext context = CapturedContext.capture(settings);
    Executor executor = DefaultExecutor.forBlocking(settings.executor());
    return new Call(steps(context, context.on(executor)), Call.Kind.MANY);
  }

  private Call bulkCall(@Nullable Origin<K, V> own) {
    CapturedContext context = CapturedContext.capture(settings);
    return new Call(steps(context, executor(context)), Call.Kind.MANY).by(own).in(context);
  }

  @Override
  public CompletableFuture<Read<V>> read(K key) {
    return origins.hasLoader()
        ? reader.readAsync(key, () -> call(null))
        : CompletableFuture.failedFuture(origins.noLoader());
  }

  @Override
  public CompletableFuture<Read<V>> read(K key, CacheLoader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    return reader.readAsync(key, () -> call(Origin.ofCall(loader)));
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys) {
    return origins.hasLoader()
        ? getAll(keys, (Origin<K, V>) null)
        : CompletableFuture.failedFuture(origins.noLoader());
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return getAll(keys, Origin.ofCall(loader, settings));
  }

  private CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, @Nullable Origin<K, V> own) {
    Call call = bulkCall(own);
    return new BulkRead<>(parts, call, keys)
        .values()
        .whenComplete((answer, failure) -> call.over())
        .copy();
  }

  @Override
  public CompletableFuture<Reads<K, V>> readAll(Collection<? extends K> keys) {
    return origins.hasLoader()
        ? readAll(keys, (Origin<K, V>) null)
        : CompletableFuture.failedFuture(origins.noLoader());
  }

  @Override
  public CompletableFuture<Reads<K, V>> readAll(
      Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return readAll(keys, Origin.ofCall(loader, settings));
  }

  private CompletableFuture<Reads<K, V>> readAll(
      Collection<? extends K> keys, @Nullable Origin<K, V> own) {
    Call call = bulkCall(own);
    return new BulkRead<>(parts, call, keys)
        .reads()
        .whenComplete((answer, failure) -> call.over())
        .copy();
  }

  @Override
  public CompletableFuture<Warmed> warm(Iterable<? extends K> keys, Warming how) {
    if (!origins.hasLoader()) {
      return CompletableFuture.failedFuture(origins.noLoader());
    }
    Call call = blockingCall();
    CompletableFuture<Warmed> end =
        new Warmer<>(parts, call.executor(), keys.iterator(), requireNonNull(how, "how")).start();
    end.whenComplete((warmed, failure) -> call.over());
    return end;
  }

  @Override
  public CompletableFuture<Optional<V>> peek(K key) {
    return reader.peek(key, executor());
  }

  @Override
  public CompletableFuture<Look<V>> look(K key) {
    return reader.look(key, executor());
  }

  @Override
  public CompletableFuture<Read<V>> refresh(K key) {
    if (!origins.hasLoader()) {
      return CompletableFuture.failedFuture(origins.noLoader());
    }
    return removals
        .soften(List.of(key), settings.leaseTime().multipliedBy(10))
        .thenCompose(stale -> read(key))
        .copy();
  }

  @Override
  public CompletableFuture<Ticket<V>> ticket(K key) {
    CompletableFuture<Ticket<V>> ticket = reader.ticketAsync(key, () -> call(null));
    CompletableFuture<Ticket<V>> copy = ticket.copy();
    copy.whenComplete(
        (taken, failure) -> {
          if (failure != null) { // it was cancelled: no caller has got it
            ticket.thenAccept(Ticket::close);
          }
        });
    return copy;
  }

  @Override
  public CompletableFuture<Void> put(K key, V value) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return onExecutor(() -> puts.put(key, value));
  }

  @Override
  public CompletableFuture<Void> putAll(Map<? extends K, ? extends V> values) {
    requireNonNull(values, "values");
    return onExecutor(() -> puts.putAll(values, executor()));
  }

  @Override
  public CompletableFuture<Look<V>> putIfAbsent(K key, V value) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return onExecutor(() -> puts.putIfAbsent(key, value, executor()));
  }

  /** For what serializes before it sends anything. */
  private <T> CompletableFuture<T> onExecutor(Supplier<CompletableFuture<T>> operation) {
    try {
      return CompletableFuture.supplyAsync(operation, executor()).thenCompose(done -> done);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<Void> invalidateAll(Collection<? extends K> keys) {
    return removals.invalidate(keys).copy();
  }

  @Override
  public CompletableFuture<Void> softInvalidateAll(
      Collection<? extends K> keys, Duration maxStale) {
    return removals.soften(keys, maxStale).copy();
  }

  @Override
  public CompletableFuture<Void> invalidateTag(String tag) {
    return removals.invalidateTag(Tags.check(tag)).copy();
  }

  @Override
  public CompletableFuture<Void> clear() {
    return removals.invalidateTag(Tags.ALL).copy();
  }

  @Override
  public <T> CompletableFuture<T> write(
      Collection<? extends K> keys, Supplier<? extends CompletionStage<T>> work) {
    Fence<K, V> fence = removals.fence(keys);
    Call call = blockingCall();
    return fence
        .place()
        .thenComposeAsync(placed -> begun(work), call.executor())
        .whenComplete((answer, failure) -> call.over())
        .handle((answer, failure) -> closed(fence, answer, failure))
        .thenCompose(answer -> answer);
  }

  private <T> CompletionStage<T> begun(Supplier<? extends CompletionStage<T>> work) {
    CompletionStage<T> stage = work.get();
    return BadAnswerException.ifNull(stage, "the work of a write", settings.name());
  }

  /** As {@code try} does it: the work's own failure comes first. */
  private static <T> CompletableFuture<T> closed(
      Fence<?, ?> fence, T answer, @Nullable Throwable failure) {
    return fence
        .closeAsync()
        .handle(
            (closed, unclosed) -> {
              if (failure != null && unclosed != null && cause(failure) != cause(unclosed)) {
                cause(failure).addSuppressed(cause(unclosed));
              }
              if (failure != null) {
                throw new CompletionException(cause(failure));
              }
              if (unclosed != null) {
                throw new CompletionException(Writes.done(answer, cause(unclosed)));
              }
              return answer;
            });
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
