package io.github.cacheaside.engine.load;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a load reads, and those of the loads within which it runs. A load that reads one of
 * them would wait for itself, so such a read is refused.
 *
 * <p>It follows the thread that runs the loader, and calls that such a thread makes: also where
 * these go on on other threads.
 */
public final class LoadScope {
  private static final ThreadLocal<@Nullable LoadScope> CURRENT = new ThreadLocal<>();

  private final Object cache;
  private final Collection<String> storeKeys;
  private final List<LoadScope> outer;
  private @Nullable Set<String> many;

  /**
   * A load.
   *
   * @param outer the loads within which its waiting callers run
   */
  LoadScope(Object cache, Collection<String> storeKeys, List<LoadScope> outer) {
    this.cache = cache;
    this.storeKeys = storeKeys;
    this.outer = outer;
  }

  /** A load of one key for a call. */
  static LoadScope of(Object cache, String storeKey, Call call) {
    LoadScope outer = call.within();
    return new LoadScope(cache, List.of(storeKey), outer == null ? List.of() : List.of(outer));
  }

  /** What the calling thread loads; null if it loads nothing. */
  public static @Nullable LoadScope current() {
    return CURRENT.get();
  }

  /** Runs a loader on this thread. */
  <T> T run(Callable<T> loader) throws Exception {
    LoadScope before = CURRENT.get();
    CURRENT.set(this);
    try {
      return loader.call();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** Whether this load, or one around it, reads this key of this cache. */
  boolean reads(Object other, String storeKey) {
    if (cache == other && keys().contains(storeKey)) {
      return true;
    }
    for (LoadScope around : outer) {
      if (around.reads(other, storeKey)) {
        return true;
      }
    }
    return false;
  }

  private synchronized Collection<String> keys() {
    if (storeKeys.size() == 1) {
      return storeKeys;
    }
    if (many == null) {
      many = new HashSet<>(storeKeys);
    }
    return many;
  }
}
