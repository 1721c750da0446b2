package io.github.cacheaside.engine.base;

import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.PartialLoadException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A bulk load by a loader that knows only single keys: one after the other. */
public final class OneByOneLoad<K, V> {
  private static final int MOST_FAILURES_IN_A_ROW = 3;

  private final CacheLoader<K, V> loader;
  private final Map<K, V> found = new LinkedHashMap<>();
  private final Map<K, Throwable> failures = new LinkedHashMap<>();

  public OneByOneLoad(CacheLoader<K, V> loader) {
    this.loader = loader;
  }

  public Map<K, V> load(Collection<K> keys) throws Exception {
    List<K> all = new ArrayList<>(keys);
    int inARow = 0;
    for (int i = 0; i < all.size(); i++) {
      try {
        V value = loader.load(all.get(i));
        inARow = 0;
        if (value != null) {
          found.put(all.get(i), value);
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
        inARow++;
        List<K> lost =
            inARow < MOST_FAILURES_IN_A_ROW ? all.subList(i, i + 1) : all.subList(i, all.size());
        lost.forEach(key -> failures.put(key, e));
        i += lost.size() - 1;
      }
    }
    if (!failures.isEmpty()) {
      throw new PartialLoadException(found, failures);
    }
    return found;
  }
}
