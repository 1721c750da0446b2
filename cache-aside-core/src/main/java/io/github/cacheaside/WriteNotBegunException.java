package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * A write could not be fenced, so it was not begun: its work has not run. (That of a {@code
 * JdbcWriter}, which places the fence before the commit, was rolled back.) The database is as it
 * was; to try again is safe.
 */
public final class WriteNotBegunException extends CacheStoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was tried, on how many keys of which cache
   * @param cause the store's own failure, or null
   */
  public WriteNotBegunException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
