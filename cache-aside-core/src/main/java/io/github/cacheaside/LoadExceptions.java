package io.github.cacheaside;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** In which form the exceptions of a loader reach those who read. */
public enum LoadExceptions {
  /** Each as the cause of a {@link CacheLoadException}. */
  WRAPPED,
  /**
   * A {@code RuntimeException} of the loader as it is, so that handlers for a data layer's
   * exceptions still see them; all callers who share a load get the same object. Everything else is
   * wrapped: checked exceptions, errors, and what is none of the loader's, as time-outs, refusals
   * and a full executor are.
   */
  UNWRAPPED;

  /** What a caller gets of a load that failed. */
  RuntimeException of(CacheLoadException failure) {
    return this == UNWRAPPED
            && failure.isOfLoader()
            && failure.getCause() instanceof RuntimeException own
        ? own
        : failure;
  }

  /** What a caller gets who has read many keys; one of them at least has failed. */
  RuntimeException of(String cache, int keys, Collection<CacheLoadException> failures) {
    for (CacheLoadException failure : failures) {
      RuntimeException own = of(failure);
      if (own != failure) {
        return own;
      }
    }
    return CacheLoadException.of(cache, keys, failures);
  }

  /** A future that fails as a caller wants it. */
  <T> CompletableFuture<T> of(CompletableFuture<T> future) {
    if (this == WRAPPED) {
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
              cause instanceof CacheLoadException load ? of(load) : cause);
        });
  }
}
