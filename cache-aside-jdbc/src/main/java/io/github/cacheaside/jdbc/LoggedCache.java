package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A cache whose invalidations can be written down as text and carried out from it, in this JVM or
 * in another one that has the cache of this name. Thread-safe.
 *
 * @param <K> the type of keys
 */
public final class LoggedCache<K> {
  private final CacheAside<K, ?> cache;
  private final KeyText<K> keys;

  private LoggedCache(CacheAside<K, ?> cache, KeyText<K> keys) {
    this.cache = requireNonNull(cache, "cache");
    this.keys = requireNonNull(keys, "keys");
  }

  /**
   * Of any cache.
   *
   * @param cache the cache
   * @param keys turns its keys into text and back
   * @param <K> the type of keys
   * @return the cache, as one that can be written down
   */
  public static <K> LoggedCache<K> of(CacheAside<K, ?> cache, KeyText<K> keys) {
    return new LoggedCache<>(cache, keys);
  }

  /**
   * Of results of queries.
   *
   * @param sql the cache
   * @return the cache, as one that can be written down
   */
  public static LoggedCache<?> of(SqlCache sql) {
    return new LoggedCache<>(
        sql.cache(), new KeyText<SqlQuery>(SqlQuery::toText, SqlQuery::ofText));
  }

  /**
   * The name under which its entries are written: that of the cache, after its namespace and a
   * slash if it has one.
   *
   * @return the name
   */
  public String name() {
    return nameOf(cache);
  }

  /**
   * The name of any cache in a log.
   *
   * @param cache the cache
   * @return its name
   */
  public static String nameOf(CacheAside<?, ?> cache) {
    String namespace = cache.namespace();
    return namespace.isEmpty() ? cache.name() : namespace + "/" + cache.name();
  }

  /**
   * The text of a key.
   *
   * @param key a key of this cache
   * @return its text
   */
  @SuppressWarnings("unchecked") // caches of one name have keys of one type
  public String textOf(Object key) {
    return requireNonNull(keys.toText().apply((K) key), "toText answered null");
  }

  /**
   * Reads keys and invalidates them all, or none if one can't be read. At once, also inside a
   * transaction of Spring.
   *
   * @param texts their texts
   * @throws IllegalArgumentException if a text is none of a key
   * @throws io.github.cacheaside.CacheStoreException if the store failed
   */
  public void invalidate(Collection<String> texts) {
    List<K> read = new ArrayList<>(texts.size());
    for (String text : texts) {
      read.add(key(text));
    }
    AtOnce.invalidateAll(cache, read);
  }

  // Without the cause, which may quote the text.
  private K key(String text) {
    try {
      return requireNonNull(keys.fromText().apply(text), "fromText answered null");
    } catch (OutOfMemoryError e) {
      throw e; // says nothing of the text
    } catch (RuntimeException | Error e) {
      throw new IllegalArgumentException(
          "a text is no key of " + name() + ": " + e.getClass().getName());
    }
  }

  /**
   * Makes all entries of a tag a miss.
   *
   * @param tag the tag
   * @throws io.github.cacheaside.CacheStoreException if the store failed
   */
  public void invalidateTag(String tag) {
    AtOnce.invalidateTag(cache, tag);
  }

  /**
   * Makes all entries a miss.
   *
   * @throws io.github.cacheaside.CacheStoreException if the store failed
   */
  public void clear() {
    AtOnce.clear(cache);
  }
}
