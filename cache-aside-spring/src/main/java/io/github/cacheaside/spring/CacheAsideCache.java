package io.github.cacheaside.spring;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.CacheLoadRefusedException;
import io.github.cacheaside.Look;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.spring.transactions.CurrentTransaction;
import io.github.cacheaside.spring.transactions.Isolation;
import io.github.cacheaside.spring.transactions.Participant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.NullValue;
import org.springframework.cache.support.SimpleValueWrapper;

/**
 * One cache, as Spring sees it. Reads fail open; what evicts or puts throws if it has failed.
 *
 * <p>Inside a transaction {@code evict}, {@code clear} and {@code put} take part in it: the keys
 * are fenced around its commit, and until then this transaction reads the database where it has
 * changed something. A put is an eviction there, since the transaction may be rolled back, and
 * another may commit after it. {@code evictIfPresent} and {@code invalidate} take effect at once,
 * and again with the commit.
 */
final class CacheAsideCache extends AbstractValueAdaptingCache {
  private final String name;
  private final Surroundings surroundings;
  private final SpringKeys keys;
  private final boolean clearable;
  private volatile @Nullable Duration ttl;
  private volatile CacheAside<Object, Object> cache;
  private volatile Participant<Object> participant;

  CacheAsideCache(
      NameWithTtl name,
      CacheAside<Object, Object> cache,
      Surroundings surroundings,
      SpringKeys keys,
      CacheSpec spec) {
    super(spec.cachesNull());
    this.name = name.name();
    this.ttl = name.ttl();
    this.surroundings = surroundings;
    this.keys = keys;
    this.clearable = spec.isClearable();
    this.cache = cache;
    this.participant = new Participant<>(cache, keys::encode);
  }

  /** Has the TTL of another name of the same cache, if it has none yet. */
  void outlast(NameWithTtl other, Supplier<CacheAside<Object, Object>> rebuilt) {
    Duration known = ttl;
    if (known == null) {
      cache = rebuilt.get();
      participant = new Participant<>(cache, keys::encode);
      ttl = other.ttl();
    } else if (!known.equals(other.ttl())) {
      throw new IllegalArgumentException(
          "cache \"" + name + "\" has a TTL of " + known + " and of " + other.ttl() + " by name");
    }
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CacheAside<Object, Object> getNativeCache() {
    return cache;
  }

  /** Where its loads run. */
  Isolation ofLoads() {
    return surroundings.ofLoads(name);
  }

  Participant<Object> participant() {
    return participant;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** The key, which has a text, or is refused. */
  Object checked(Object key) {
    keys.encode(key);
    return key;
  }

  private CurrentTransaction transaction() {
    return surroundings.transaction();
  }

  /** Whether reads of this key must not be answered from the cache, and must not fill it. */
  boolean isBypassed(Object key) {
    return transaction().hasChanged(participant, key);
  }

  @Override
  protected @Nullable Object lookup(Object key) {
    Look<Object> look = isBypassed(key) ? new Look.Nothing<>() : cache.look(key);
    return look instanceof Look.Absent ? NullValue.INSTANCE : look.toOptional().orElse(null);
  }

  static @Nullable ValueWrapper wrapper(Look<Object> look) {
    if (look instanceof Look.Hit<Object> hit) {
      return new SimpleValueWrapper(hit.value());
    }
    return look instanceof Look.Absent ? new SimpleValueWrapper(null) : null;
  }

  @Override
  @SuppressWarnings("unchecked") // asked for without a type
  public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
    ValueWrapper found = get(key);
    Object value = found == null ? null : found.get();
    if (value != null && type != null && !type.isInstance(value)) {
      throw new IllegalStateException(
          "a value of cache "
              + name
              + " is not of type "
              + type.getName()
              + " but of "
              + value.getClass().getName());
    }
    return (T) value;
  }

  @Override
  @SuppressWarnings("unchecked") // as the contract has it
  public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
    keys.encode(key); // a key that is refused is no failure of the loader
    try {
      return isBypassed(key)
          ? valueLoader.call()
          : (T) cache.read(key, missed -> ofLoads().call(valueLoader)).value();
    } catch (CacheLoadRefusedException e) {
      throw new ValueRetrievalException(key, valueLoader, e);
    } catch (CacheLoadException e) {
      throw new ValueRetrievalException(key, valueLoader, e.getCause() == null ? e : e.getCause());
    } catch (Exception e) {
      throw new ValueRetrievalException(key, valueLoader, e);
    }
  }

  @Override
  public CompletableFuture<@Nullable ValueWrapper> retrieve(Object key) {
    return isBypassed(key)
        ? CompletableFuture.completedFuture(null)
        : cache.async().look(key).thenApply(CacheAsideCache::wrapper);
  }

  @Override
  @SuppressWarnings("unchecked") // as the contract has it
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
    return isBypassed(key)
        ? valueLoader.get()
        : cache
            .async()
            .ticket(key)
            .thenCompose(
                ticket ->
                    ticket.found().isCached()
                        ? CompletableFuture.completedFuture(
                            (T) ticket.found().toOptional().orElse(null))
                        : loaded(ticket, valueLoader));
  }

  private <T> CompletableFuture<T> loaded(
      Ticket<Object> ticket, Supplier<CompletableFuture<T>> valueLoader) {
    try {
      return valueLoader
          .get()
          .whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  ticket.fillAsync(isNull(value) ? null : value);
                }
                ticket.close();
              });
    } catch (RuntimeException e) {
      ticket.close();
      throw e;
    }
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    toStoreValue(value);
    if (transaction().isActive()) {
      transaction().change(participant, List.of(key));
    } else if (value == null || isNull(value)) {
      cache.invalidate(key);
      fillNull(key);
    } else {
      cache.put(key, value);
    }
  }

  static boolean isNull(@Nullable Object value) {
    return value == null || value instanceof NullValue;
  }

  /** Nothing if it is now cached that there is no value, or can't be; else what is cached. */
  private @Nullable ValueWrapper fillNull(Object key) {
    try (Ticket<Object> ticket = cache.ticket(key)) {
      if (ticket.mayFill()) {
        ticket.fillAbsent();
      }
      return wrapper(ticket.found());
    }
  }

  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    toStoreValue(value);
    if (value == null || isNull(value)) {
      return fillNull(key);
    }
    Look<Object> found = cache.putIfAbsent(key, value);
    if (found instanceof Look.Unknown) {
      throw new IllegalStateException(
          "nothing was put into cache " + name + ": a transaction is writing the row of that key");
    }
    return wrapper(found);
  }

  @Override
  public void evict(Object key) {
    if (transaction().isActive()) {
      keys.encode(key); // here, where the caller is, and not when it commits
      transaction().change(participant, List.of(key));
    } else {
      cache.invalidate(key);
    }
  }

  void invalidateAll(List<?> all) {
    all.forEach(keys::encode);
    if (!transaction().isActive()) {
      cache.invalidateAll(all);
    } else if (!all.isEmpty()) {
      transaction().change(participant, all);
    }
  }

  @Override
  public boolean evictIfPresent(Object key) {
    boolean present = cache.look(key).isCached();
    try {
      cache.invalidate(key);
    } finally { // if that has failed, and the caller goes on, the commit must not go without it
      if (transaction().isActive()) {
        transaction().changeNow(participant, List.of(key));
      }
    }
    return present;
  }

  @Override
  public void clear() {
    checkClearable();
    if (transaction().isActive()) {
      transaction().changeAll(participant);
    } else {
      cache.clear();
    }
  }

  void checkClearable() {
    if (!clearable) {
      throw new UnsupportedOperationException(
          "cache " + name + " was made without clearable, so all entries can't be evicted at once");
    }
  }

  @Override
  public boolean invalidate() {
    checkClearable();
    try {
      cache.clear();
    } finally {
      if (transaction().isActive()) {
        transaction().changeAllNow(participant);
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "CacheAsideCache[" + name + "]";
  }
}
