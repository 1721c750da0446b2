package io.github.cacheaside;

import io.github.cacheaside.engine.base.LoadFailures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers to a read of many keys, each with where it came from, and the failures of those that
 * could not be loaded. Each distinct key is in one of the two maps, in the order of the call.
 *
 * @param cache the cache's name
 * @param answers what was read, by key; a value of null means that the database has no row
 * @param failures why a key could not be loaded, as {@code get} would have thrown it; empty if all
 *     went well
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record Reads<K, V>(
    String cache, Map<K, Read<V>> answers, Map<K, RuntimeException> failures) {

  /**
   * The values that could be read.
   *
   * @return by key, in the order of the call; rows that do not exist and keys that failed are left
   *     out
   */
  public Map<K, V> found() {
    Map<K, V> found = new LinkedHashMap<>();
    answers.forEach(
        (key, read) -> {
          V value = read.value();
          if (value != null) {
            found.put(key, value);
          }
        });
    return found;
  }

  /**
   * The values, if every key could be read.
   *
   * @return what {@link #found} answers
   * @throws CacheLoadException if any key failed; it says how many, its cause is that of the first,
   *     and other causes, up to ten, are suppressed in it. With {@link LoadExceptions#UNWRAPPED}
   *     the first exception of the loader's own is thrown instead, as it is
   */
  public Map<K, V> orElseThrow() {
    if (!failures.isEmpty()) {
      throw firstOrSum();
    }
    return found();
  }

  private RuntimeException firstOrSum() {
    List<CacheLoadException> wrapped = new ArrayList<>(failures.size());
    for (RuntimeException failure : failures.values()) {
      if (!(failure instanceof CacheLoadException load)) {
        return failure;
      }
      wrapped.add(load);
    }
    return LoadFailures.sum(cache, answers.size() + failures.size(), wrapped);
  }
}
