package io.github.cacheaside;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The loader failed; its exception is the cause. The load was tried once, and nothing was cached of
 * the keys that failed. Or it took longer than {@link CacheAsideBuilder#loadTimeout}; then the
 * cause is a {@link java.util.concurrent.TimeoutException}, and the load goes on.
 *
 * @see CacheLoadRefusedException
 * @see CacheAsideBuilder#loadExceptions
 */
public class CacheLoadException extends CacheException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_SUPPRESSED = 10;

  private final boolean ofLoader;

  /**
   * Creates an exception.
   *
   * @param message what was being loaded
   * @param cause what the loader threw
   */
  public CacheLoadException(String message, @Nullable Throwable cause) {
    this(message, cause, /* ofLoader= */ false);
  }

  CacheLoadException(String message, @Nullable Throwable cause, boolean ofLoader) {
    super(message, cause);
    this.ofLoader = ofLoader;
  }

  /**
   * Whether the loader threw, so that {@link #getCause} is its exception. False for a time-out, a
   * refusal, and a load for which no thread could be had; and for the sum of many keys.
   *
   * @return true if the cause is what the loader threw
   */
  public boolean isOfLoader() {
    return ofLoader;
  }

  /** Sums up the failures of one read of many keys, at least one. */
  static CacheLoadException of(String cache, int keys, Collection<CacheLoadException> failures) {
    String what = "loading " + failures.size() + " of " + keys + " values of " + cache;
    if (failures.stream().allMatch(CacheLoadRefusedException.class::isInstance)) {
      return new CacheLoadRefusedException(what + " was refused");
    }
    Set<Throwable> causes = Collections.newSetFromMap(new IdentityHashMap<>());
    Iterator<CacheLoadException> each = failures.iterator();
    Throwable first = reason(each.next());
    CacheLoadException summary = new CacheLoadException(what + " failed", first);
    causes.add(first);
    while (each.hasNext() && causes.size() <= MOST_SUPPRESSED) {
      Throwable cause = reason(each.next());
      if (causes.add(cause)) {
        summary.addSuppressed(cause);
      }
    }
    return summary;
  }

  private static Throwable reason(CacheLoadException failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause; // a refusal has none
  }
}
