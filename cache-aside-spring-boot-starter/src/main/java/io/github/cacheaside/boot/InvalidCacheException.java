package io.github.cacheaside.boot;

import org.jspecify.annotations.Nullable;

/** A cache can't be made as properties and annotations want it. Says what to do. */
final class InvalidCacheException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String action;

  InvalidCacheException(String message, String action, @Nullable Throwable cause) {
    super(message, cause);
    this.action = action;
  }

  String action() {
    return action;
  }
}
