package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.OneByOneLoad;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from the database.
 *
 * <pre>{@code
 * CacheLoader<Long, Planet> single = dao::findById; // answers null if there is no row
 * CacheLoader<Long, Planet> optional = CacheLoader.ofOptional(dao::find);
 * CacheLoader<Long, Planet> bulk = CacheLoader.of(dao::findById, dao::findAll); // one query
 * }</pre>
 *
 * <p>A loader must use a connection of its own (autocommit or READ COMMITTED), never a transaction
 * that is already open: a snapshot taken earlier may be older than the lease under which its result
 * is cached, and uncommitted rows would be shown to all readers.
 *
 * <p>It must read the database itself. What an ORM's session answers (an {@code EntityManager} that
 * is bound to the thread, as Spring Boot's open-in-view does it), or a second-level cache below,
 * may be older than the lease; it would be cached as if it were new, for all readers. Use a session
 * of the loader's own; {@code REQUIRES_NEW} is not enough.
 *
 * <p>It may read other caches and other keys. A read of the key that it is loading, directly or by
 * way of another loader, throws {@link IllegalStateException}.
 *
 * <p>Called from many threads at once. {@link CacheAside#get} runs it on the calling thread; the
 * {@linkplain CacheAside#async() asynchronous view} on its executor.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface CacheLoader<K, V> {

  /**
   * Reads one value.
   *
   * @param key the key
   * @return the value, or null if the database has none
   * @throws Exception whatever the database throws; it reaches the caller as the cause of a {@link
   *     CacheLoadException}, or as {@link CacheAsideBuilder#loadExceptions} has it
   */
  @Nullable V load(K key) throws Exception;

  /**
   * Reads many values at once.
   *
   * <p>By default calls {@link #load} for each key in turn. A key whose load throws fails alone;
   * after three failures in a row the rest is not tried and fails with the last of them, so that a
   * database that is down costs three time-outs and not one a key.
   *
   * @param keys distinct keys, in the order the caller gave them; never empty
   * @return what was found; a key that is not in the map has no row. But if the map has a key that
   *     was not asked for, the database may compare keys differently from {@code equals}: then each
   *     key that is missing is loaded by {@link #load}
   * @throws PartialLoadException to say that some keys failed and the others did not
   * @throws Exception whatever the database throws; then all of these keys have failed
   */
  default Map<K, V> loadAll(Collection<K> keys) throws Exception {
    return new OneByOneLoad<>(this).load(keys);
  }

  /**
   * Whether {@link #loadAll} asks for many keys at once, and not for one after the other. Only then
   * are {@linkplain CacheAsideBuilder#coalesceMisses misses coalesced}.
   *
   * @return by default, whether {@code loadAll} is overridden
   */
  default boolean loadsInBulk() {
    try {
      return getClass().getMethod("loadAll", Collection.class).getDeclaringClass()
          != CacheLoader.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // it is the method above
    }
  }

  /**
   * Reads many values with one query. What takes the keys as a {@link List}, a {@link Collection}
   * or an {@link Iterable} will do: {@code CacheLoader.of(dao::find, dao::findAll)}.
   *
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  @FunctionalInterface
  interface Bulk<K, V> {

    /**
     * Reads many values at once.
     *
     * @param keys distinct keys; never empty, not to be changed
     * @return what was found; a key that is not in the map has no row
     * @throws PartialLoadException to say that some keys failed and the others did not
     * @throws Exception whatever the database throws; then all of these keys have failed
     */
    Map<K, V> loadAll(List<K> keys) throws Exception;
  }

  /**
   * A loader from two functions, the second of which answers many keys with one query.
   *
   * @param single reads one value, null if there is none
   * @param bulk reads many; leaves out what it did not find, and may throw a {@link
   *     PartialLoadException}
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader
   */
  static <K, V> CacheLoader<K, V> of(CacheLoader<K, V> single, Bulk<K, V> bulk) {
    requireNonNull(single, "single");
    requireNonNull(bulk, "bulk");
    return new CacheLoader<>() {
      @Override
      public @Nullable V load(K key) throws Exception {
        return single.load(key);
      }

      @Override
      public Map<K, V> loadAll(Collection<K> keys) throws Exception {
        return bulk.loadAll(keys instanceof List<K> list ? list : List.copyOf(keys));
      }
    };
  }

  /**
   * A loader around a finder that answers with an {@link Optional}, as repositories often do.
   *
   * @param finder the finder
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader
   */
  static <K, V> CacheLoader<K, V> ofOptional(Function<? super K, Optional<V>> finder) {
    requireNonNull(finder, "finder");
    return key -> {
      Optional<V> found = finder.apply(key);
      if (found == null) {
        throw new BadAnswerException("the finder", "a loader", "null instead of an Optional");
      }
      return found.orElse(null);
    };
  }
}
