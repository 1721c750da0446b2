package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * The loader failed; its exception is the cause. The load was tried once and nothing was cached. Or
 * it took longer than {@link CacheAsideBuilder#loadTimeout}; then the cause is a {@link
 * java.util.concurrent.TimeoutException}, and the load goes on.
 *
 * @see CacheLoadRefusedException
 */
public class CacheLoadException extends CacheException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was being loaded
   * @param cause what the loader threw
   */
  public CacheLoadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
