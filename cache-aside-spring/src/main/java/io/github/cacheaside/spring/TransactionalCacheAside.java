package io.github.cacheaside.spring;

import io.github.cacheaside.AsyncCacheAside;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Health;
import io.github.cacheaside.Look;
import io.github.cacheaside.Read;
import io.github.cacheaside.Reads;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.spring.transactions.CurrentTransaction;
import io.github.cacheaside.spring.transactions.Participant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * A cache that is a bean: what invalidates takes part in the transaction, and loads are isolated
 * from it. Where the transaction has changed something, it reads the database: a fence stands there
 * from then on, so that the core bypasses the cache.
 */
final class TransactionalCacheAside<K, V> implements CacheAside<K, V> {
  private final CacheAside<K, V> cache;
  private final Supplier<Surroundings> surroundings;
  private final Participant<K> participant;

  TransactionalCacheAside(CacheAside<K, V> cache, Supplier<Surroundings> surroundings) {
    this.cache = cache;
    this.surroundings = surroundings;
    this.participant = new Participant<>(cache, key -> key);
  }

  CacheAside<K, V> target() {
    return cache;
  }

  private CurrentTransaction transaction() {
    return surroundings.get().transaction();
  }

  private <T> T read(Collection<? extends K> keys, Supplier<T> read) {
    List<K> changed = new ArrayList<>(0);
    for (K key : keys) {
      if (transaction().hasChanged(participant, key)) {
        changed.add(key);
      }
    }
    if (!changed.isEmpty()) {
      transaction().changeNow(participant, changed);
      return read.get(); // in the transaction, which sees its own changes; nothing is cached
    }
    return isolated(read::get);
  }

  private <T> T isolated(Callable<T> read) {
    try {
      return surroundings.get().isolation().call(read);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // none of the reads throws one
    }
  }

  @Override
  public Optional<V> get(K key) {
    return read(List.of(key), () -> cache.get(key));
  }

  @Override
  public Read<V> read(K key) {
    return read(List.of(key), () -> cache.read(key));
  }

  @Override
  public Optional<V> get(K key, CacheLoader<? super K, ? extends V> loader) {
    return read(List.of(key), () -> cache.get(key, loader));
  }

  @Override
  public Read<V> read(K key, CacheLoader<? super K, ? extends V> loader) {
    return read(List.of(key), () -> cache.read(key, loader));
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    return read(keys, () -> cache.getAll(keys));
  }

  @Override
  public Reads<K, V> readAll(Collection<? extends K> keys) {
    return read(keys, () -> cache.readAll(keys));
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return read(keys, () -> cache.getAll(keys, loader));
  }

  @Override
  public Reads<K, V> readAll(Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return read(keys, () -> cache.readAll(keys, loader));
  }

  @Override
  public Warmed warm(Iterable<? extends K> keys, Warming how) {
    return isolated(() -> cache.warm(keys, how));
  }

  @Override
  public Optional<V> peek(K key) {
    return transaction().hasChanged(participant, key) ? Optional.empty() : cache.peek(key);
  }

  @Override
  public Look<V> look(K key) {
    return transaction().hasChanged(participant, key) ? new Look.Nothing<>() : cache.look(key);
  }

  /**
   * What its holder reads in this transaction is not isolated; it must not fill what is changed.
   */
  @Override
  public Ticket<V> ticket(K key) {
    if (transaction().hasChanged(participant, key)) {
      transaction().changeNow(participant, List.of(key));
    }
    return cache.ticket(key);
  }

  @Override
  public Read<V> refresh(K key) {
    return read(List.of(key), () -> cache.refresh(key));
  }

  @Override
  public void put(K key, V value) {
    if (transaction().isActive()) {
      transaction().change(participant, List.of(key));
    } else {
      cache.put(key, value);
    }
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    if (transaction().isActive()) {
      transaction().change(participant, List.copyOf(values.keySet()));
    } else {
      cache.putAll(values);
    }
  }

  @Override
  public Look<V> putIfAbsent(K key, V value) {
    return transaction().hasChanged(participant, key)
        ? new Look.Unknown<>()
        : cache.putIfAbsent(key, value);
  }

  @Override
  public void invalidateAll(Collection<? extends K> keys) {
    if (transaction().isActive()) {
      transaction().change(participant, List.copyOf(keys));
    } else {
      cache.invalidateAll(keys);
    }
  }

  @Override
  public void softInvalidateAll(Collection<? extends K> keys, Duration maxStale) {
    if (transaction().isActive()) {
      transaction().change(participant, List.copyOf(keys));
    } else {
      cache.softInvalidateAll(keys, maxStale);
    }
  }

  @Override
  public void invalidateTag(String tag) {
    if (transaction().isActive()) {
      transaction().changeTag(participant, tag);
    } else {
      cache.invalidateTag(tag);
    }
  }

  @Override
  public void clear() {
    if (transaction().isActive()) {
      transaction().changeAll(participant);
    } else {
      cache.clear();
    }
  }

  @Override
  public WriteFence fence(Collection<? extends K> keys) {
    return cache.fence(keys);
  }

  @Override
  public WriteFence fenceTags(Collection<String> tags) {
    return cache.fenceTags(tags);
  }

  @Override
  public WriteFence fenceAll() {
    return cache.fenceAll();
  }

  @Override
  public CacheStats stats() {
    return cache.stats();
  }

  @Override
  public Health health() {
    return cache.health();
  }

  @Override
  public String name() {
    return cache.name();
  }

  @Override
  public String namespace() {
    return cache.namespace();
  }

  /** Transactions belong to threads: what is asynchronous knows of none. */
  @Override
  public AsyncCacheAside<K, V> async() {
    return cache.async();
  }

  @Override
  public String toString() {
    return cache.toString();
  }
}
