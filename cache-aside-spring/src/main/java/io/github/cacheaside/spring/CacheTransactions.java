package io.github.cacheaside.spring;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;

/**
 * Invalidates many keys from code, where an annotation has only one.
 *
 * <pre>{@code
 * @Transactional
 * void reprice(List<Long> ids) {
 *   prices.raise(ids);
 *   caches.invalidate("item", ids);
 * }
 * }</pre>
 *
 * <p>Inside a transaction the keys are fenced around its commit, as {@link TransactionMode} has it;
 * without one they are invalidated at once. A bean of this type is there with {@link
 * EnableCacheAside}. Thread-safe.
 */
public final class CacheTransactions {
  private final CacheAsideCacheManager caches;

  /**
   * For the caches of a manager.
   *
   * @param caches the manager
   */
  public CacheTransactions(CacheAsideCacheManager caches) {
    this.caches = requireNonNull(caches, "caches");
  }

  /**
   * Invalidates keys.
   *
   * @param cache the name of the cache
   * @param keys the keys, each as the annotation's {@code key} would be: the parameter itself, or a
   *     {@code SimpleKey} of several
   * @throws IllegalArgumentException if there is no such cache, or no text for one of the keys
   * @throws io.github.cacheaside.CacheStoreException if there is no transaction and the store
   *     failed; it is tried again in the background
   */
  public void invalidate(String cache, Collection<?> keys) {
    caches.existing(cache).invalidateAll(List.copyOf(keys));
  }

  /**
   * Invalidates all entries of a cache.
   *
   * @param cache the name of the cache
   * @throws IllegalArgumentException if there is no such cache
   * @throws UnsupportedOperationException if it was made without {@link CacheSpec#clearable}
   * @throws io.github.cacheaside.CacheStoreException if there is no transaction and the store
   *     failed; it is tried again in the background
   */
  public void clear(String cache) {
    caches.existing(cache).clear();
  }
}
