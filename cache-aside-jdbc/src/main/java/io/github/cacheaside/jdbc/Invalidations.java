package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.WriteFence;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that one transaction changes, by cache. */
final class Invalidations {
  private final Map<CacheAside<?, ?>, Group<?>> groups = new LinkedHashMap<>();
  private boolean closed;

  private static final class Group<K> {
    private final CacheAside<K, ?> cache;
    private final Set<K> keys = new LinkedHashSet<>();
    private @Nullable WriteFence fence;

    Group(CacheAside<K, ?> cache) {
      this.cache = cache;
    }

    void fence() {
      fence = cache.fence(keys);
    }

    boolean mayCommit() {
      return fence == null || fence.mayCommit();
    }

    /** Takes the fence away, which removes the entries too; without one, invalidates. */
    void invalidate() {
      if (fence != null) {
        fence.close();
      } else {
        cache.invalidateAll(keys);
      }
    }

    void unfence() {
      if (fence != null) {
        fence.close();
      }
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
    Group<K> group = (Group<K>) groups.computeIfAbsent(cache, c -> new Group<>(cache));
    for (K key : keys) {
      group.keys.add(java.util.Objects.requireNonNull(key, "key"));
    }
  }

  /** Takes no more keys. */
  void close() {
    closed = true;
  }

  /**
   * Fences the keys of every cache, for a commit that follows at once.
   *
   * @throws SQLTransientException if a fence was lost while the others were placed
   * @throws RuntimeException if one can't be placed; then none is left standing
   */
  void fence() throws SQLTransientException {
    try {
      groups.values().forEach(Group::fence);
      if (!groups.values().stream().allMatch(Group::mayCommit)) {
        throw new SQLTransientException(
            "the write fence was lost before the commit; the transaction is rolled back");
      }
    } catch (SQLTransientException | RuntimeException e) {
      for (Group<?> group : groups.values()) {
        try {
          group.unfence();
        } catch (RuntimeException again) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
  }

  /** Invalidates everything, cache by cache; one that fails does not stop the others. */
  List<Failure> run() {
    List<Failure> failures = new ArrayList<>();
    for (Group<?> group : groups.values()) {
      try {
        group.invalidate();
      } catch (RuntimeException e) {
        failures.add(new Failure(group.cache.name(), group.keys.size(), e));
      }
    }
    return failures;
  }
}
