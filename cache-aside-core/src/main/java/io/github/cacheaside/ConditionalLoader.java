package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * Reads values from the database, and is shown the old one where there is one: so that a query by
 * version, or an HTTP request with an ETag, need not transfer again what has not changed. See
 * {@link CacheAsideBuilder#buildConditional}.
 *
 * <p>What {@link CacheLoader} says of loaders holds for it too.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface ConditionalLoader<K, V> {

  /**
   * Reads one value.
   *
   * @param key the key
   * @param previous the value that was cached and is stale, or is reloaded ahead of time; null if
   *     there is none, as on a miss, for one of many keys, and for a load that caches nothing
   * @return the value, with how long it may be cached; {@link Loaded#unchanged} if the database
   *     still has what {@code previous} says; null if it has no such row
   * @throws Exception whatever the database throws; it reaches the caller as the cause of a {@link
   *     CacheLoadException}, or as {@link CacheAsideBuilder#loadExceptions} has it
   */
  @Nullable Loaded<V> load(K key, @Nullable V previous) throws Exception;
}
