package io.github.cacheaside.spring;

/** A key, or a part of it, has no stable text. */
final class UnknownKeyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnknownKeyException(String message) {
    super(message);
  }

  UnknownKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
