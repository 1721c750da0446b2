package io.github.cacheaside;

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

  /**
   * Creates an exception.
   *
   * @param message what was being loaded
   * @param cause what the loader threw, or what kept it from running
   * @param ofLoader whether the loader threw the cause
   */
  public CacheLoadException(String message, @Nullable Throwable cause, boolean ofLoader) {
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
}
