package io.github.cacheaside.spring;

import io.github.cacheaside.AsyncCacheAside;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.spring.transactions.Isolation;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.util.ClassUtils;

/**
 * A cache, for one annotation in one invocation. What a miss of {@code Cacheable} was given, its
 * put uses up; without a miss it puts nothing. What is changed by a method that answers later is
 * sent without waiting, and the answer waits instead.
 */
final class InvokedCache implements Cache {
  private final CacheAsideCache cache;
  private final Invocation invocation;
  private final boolean read;
  private volatile @Nullable Ticket<Object> ticket;

  InvokedCache(CacheAsideCache cache, Invocation invocation, boolean read) {
    this.cache = cache;
    this.invocation = invocation;
    this.read = read;
  }

  boolean mayFill() {
    Ticket<Object> held = ticket;
    return held != null && held.mayFill();
  }

  Isolation isolation() {
    return cache.ofLoads();
  }

  /** The annotated method is the only one who knows whose key it is. */
  private <T extends @Nullable Object> T named(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (KeyWriter.UnknownKeyException e) {
      throw new KeyWriter.UnknownKeyException(
          ClassUtils.getQualifiedMethodName(invocation.method())
              + ", cache "
              + cache.getName()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public String getName() {
    return cache.getName();
  }

  @Override
  public Object getNativeCache() {
    return cache.getNativeCache();
  }

  @Override
  public @Nullable ValueWrapper get(Object key) {
    return named(() -> cache.isBypassed(key) ? null : looked(cache.getNativeCache().ticket(key)));
  }

  @Override
  public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
    return named(() -> cache.get(key, type));
  }

  @Override
  public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
    return named(() -> cache.get(key, valueLoader));
  }

  @Override
  public CompletableFuture<@Nullable ValueWrapper> retrieve(Object key) {
    return named(
        () ->
            cache.isBypassed(key)
                ? CompletableFuture.completedFuture(null)
                : ticket(cache.checked(key)).thenApply(this::looked));
  }

  /** After what is evicted before the invocation. */
  private CompletableFuture<Ticket<Object>> ticket(Object key) {
    AsyncCacheAside<Object, Object> core = cache.getNativeCache().async();
    return invocation.changesBefore().isEmpty()
        ? core.ticket(key)
        : invocation.sent().thenCompose(sent -> core.ticket(key));
  }

  private @Nullable ValueWrapper looked(Ticket<Object> taken) {
    if (!taken.found().isCached()) {
      ticket = taken;
    }
    return CacheAsideCache.wrapper(taken.found());
  }

  @Override
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
    return named(() -> cache.retrieve(key, valueLoader));
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    if (read) {
      fill(value);
    } else if (CacheAsideCache.isNull(value)
        && (!cache.isAllowNullValues() || invocation.answersLater())) {
      evict(key);
    } else if (invocation.answersLater() && value != null) {
      CacheAside<Object, Object> core = cache.getNativeCache();
      invocation.change(
          entry(key),
          change(
              key,
              () -> core.async().put(key, value),
              e -> invocation.errors().handleCachePutError(e, this, key, value)));
    } else {
      named(
          () -> {
            cache.put(key, value);
            return null;
          });
    }
  }

  private void fill(@Nullable Object value) {
    Ticket<Object> held = ticket;
    if (held != null) {
      held.fillAsync(CacheAsideCache.isNull(value) ? null : value);
    }
  }

  @Override
  public void evict(Object key) {
    if (invocation.answersLater()) {
      invocation.change(entry(key), eviction(key));
    } else {
      named(
          () -> {
            cache.evict(key);
            return null;
          });
    }
  }

  /** What the interceptor calls before the invocation; whether there was an entry, it ignores. */
  @Override
  public boolean evictIfPresent(Object key) {
    if (isOfSubscriber()) {
      invocation.changeBefore(eviction(key));
      return false;
    }
    return named(() -> cache.evictIfPresent(key));
  }

  /** Whether no thread may wait, and no transaction of the thread takes part. */
  private boolean isOfSubscriber() {
    return invocation.publishes() && !cache.surroundings().transaction().isActive();
  }

  private Object entry(Object key) {
    return List.of(cache.getName(), key);
  }

  private LateChange eviction(Object key) {
    return change(
        key,
        () -> cache.getNativeCache().async().invalidate(key),
        e -> invocation.errors().handleCacheEvictError(e, this, key));
  }

  @Override
  public void clear() {
    if (invocation.answersLater()) {
      invocation.change(List.of(cache.getName()), clearing());
    } else {
      cache.clear();
    }
  }

  /** As {@link #evictIfPresent}, for all entries. */
  @Override
  public boolean invalidate() {
    if (isOfSubscriber()) {
      invocation.changeBefore(clearing());
      return false;
    }
    return cache.invalidate();
  }

  private LateChange clearing() {
    cache.checkClearable();
    CacheAside<Object, Object> core = cache.getNativeCache();
    return new LateChange(
        cache.surroundings().mode(),
        () ->
            handled(core.async().clear(), e -> invocation.errors().handleCacheClearError(e, this)),
        core::fenceAll,
        () -> core.async().clear());
  }

  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    return named(() -> cache.putIfAbsent(key, value));
  }

  private LateChange change(
      Object key, Supplier<CompletableFuture<?>> send, Consumer<RuntimeException> handler) {
    CacheAside<Object, Object> core = cache.getNativeCache();
    named(() -> cache.checked(key));
    return new LateChange(
        cache.surroundings().mode(),
        () -> handled(send.get(), handler),
        () -> core.fence(List.of(key)),
        () -> core.async().invalidate(key));
  }

  private static CompletableFuture<?> handled(
      CompletableFuture<?> sent, Consumer<RuntimeException> handler) {
    return sent.handle(
        (done, failure) -> {
          if (failure != null) {
            handler.accept(unwrapped(failure));
          }
          return done;
        });
  }

  private static RuntimeException unwrapped(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof RuntimeException known ? known : new CompletionException(cause);
  }

  /** Gives back what was not filled. */
  void end() {
    Ticket<Object> held = ticket;
    if (held != null) {
      held.close();
    }
  }

  @Override
  public String toString() {
    return cache.toString();
  }
}
