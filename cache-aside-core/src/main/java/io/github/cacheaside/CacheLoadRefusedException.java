package io.github.cacheaside;

/**
 * The loader was not run, since the cache's {@link OriginLimiter} had no place for it. Trying again
 * makes sense, after a pause.
 */
public final class CacheLoadRefusedException extends CacheLoadException {
  private static final long serialVersionUID = 1L;

  public CacheLoadRefusedException(String message) {
    super(message, null);
  }
}
