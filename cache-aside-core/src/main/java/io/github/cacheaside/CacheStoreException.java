package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * The store failed or did not answer in time.
 *
 * <p>Reads never throw it: for them an ill store is a miss. {@link CacheAside#invalidate} and
 * {@link CacheAside#put} do, because a caller that is not told would serve old values. Whether the
 * operation took effect is then unknown; trying again is always safe. Writes throw one of two
 * subclasses, which tell what has become of the write itself: {@link WriteNotBegunException} and
 * {@link WriteNotInvalidatedException}.
 */
public class CacheStoreException extends CacheException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was tried, on how many keys of which cache
   * @param cause the store's own failure, or null
   */
  public CacheStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
