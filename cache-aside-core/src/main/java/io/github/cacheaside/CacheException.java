package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this library throws besides {@link IllegalArgumentException} and {@link
 * NullPointerException} for bad arguments.
 *
 * <p>Messages name the operation, the cache and how many keys were concerned; never a cached value
 * and never a credential.
 */
public class CacheException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was tried, on what
   * @param cause what went wrong below, or null
   */
  public CacheException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
