package io.github.cacheaside.codec;

import org.jspecify.annotations.Nullable;

/**
 * A value would not come back from the cache as it went in. The message names class and property,
 * and no value. Thrown with {@link RoundTripCheck#STRICT} only.
 */
public final class RoundTripException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RoundTripException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
