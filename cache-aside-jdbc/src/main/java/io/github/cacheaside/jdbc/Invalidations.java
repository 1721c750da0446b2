package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys that one transaction changes, by cache. */
final class Invalidations {
  private final Map<CacheAside<?, ?>, Group<?>> groups = new LinkedHashMap<>();
  private boolean closed;

  private record Group<K>(CacheAside<K, ?> cache, Set<K> keys) {
    void invalidate() {
      cache.invalidateAll(keys);
    }
  }

  /** Why the keys of one cache may still be cached. */
  record Failure(String cache, int keys, RuntimeException cause) {
    @Override
    public String toString() {
      return keys + " keys of " + cache;
    }
  }

  <K> void add(CacheAside<K, ?> cache, Collection<? extends K> keys) {
    if (closed) {
      throw new IllegalStateException("the transaction has ended");
    }
    @SuppressWarnings("unchecked") // groups are keyed by the cache that fixes K
    Group<K> group =
        (Group<K>) groups.computeIfAbsent(cache, c -> new Group<>(cache, new LinkedHashSet<>()));
    for (K key : keys) {
      group.keys().add(java.util.Objects.requireNonNull(key, "key"));
    }
  }

  /** Takes no more keys. */
  void close() {
    closed = true;
  }

  /** Invalidates everything, cache by cache; one that fails does not stop the others. */
  List<Failure> run() {
    List<Failure> failures = new ArrayList<>();
    for (Group<?> group : groups.values()) {
      try {
        group.invalidate();
      } catch (RuntimeException e) {
        failures.add(new Failure(group.cache().name(), group.keys().size(), e));
      }
    }
    return failures;
  }
}
