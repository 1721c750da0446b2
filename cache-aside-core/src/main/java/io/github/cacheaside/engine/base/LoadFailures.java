package io.github.cacheaside.engine.base;

import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.CacheLoadRefusedException;
import io.github.cacheaside.LoadExceptions;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What callers get of loads that failed. */
public final class LoadFailures {
  private static final int MOST_SUPPRESSED = 10;

  private LoadFailures() {}

  /** What a caller gets of a load that failed. */
  public static RuntimeException of(LoadExceptions form, CacheLoadException failure) {
    return form == LoadExceptions.UNWRAPPED
            && failure.isOfLoader()
            && failure.getCause() instanceof RuntimeException own
        ? own
        : failure;
  }

  /** What a caller gets that has read many keys; one of them at least has failed. */
  public static RuntimeException of(
      LoadExceptions form, String cache, int keys, Collection<CacheLoadException> failures) {
    for (CacheLoadException failure : failures) {
      RuntimeException own = of(form, failure);
      if (own != failure) {
        return own;
      }
    }
    return sum(cache, keys, failures);
  }

  /** A future that fails as a caller wants it. */
  public static <T> CompletableFuture<T> of(LoadExceptions form, CompletableFuture<T> future) {
    if (form == LoadExceptions.WRAPPED) {
      return future;
    }
    return future.handle(
        (value, failure) -> {
          if (failure == null) {
            return value;
          }
          Throwable cause =
              failure instanceof CompletionException && failure.getCause() != null
                  ? failure.getCause()
                  : failure;
          throw new CompletionException(
              cause instanceof CacheLoadException load ? of(form, load) : cause);
        });
  }

  /** Sums up the failures of one read of many keys, at least one. */
  public static CacheLoadException sum(
      String cache, int keys, Collection<CacheLoadException> failures) {
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
