package io.github.cacheaside.codec;

import io.github.cacheaside.engine.base.Internal;

/** A value or an entry that is not to be used; says why, and never what it is. */
@Internal
public class RefusedValueException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedValueException(String message) {
    super(message);
  }

  RefusedValueException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A payload that is larger than allowed. */
  public static final class Oversized extends RefusedValueException {
    private static final long serialVersionUID = 1L;

    Oversized(long bytes, int most) {
      super("payload of " + bytes + " bytes, maxPayload is " + most);
    }
  }

  /** A value of another schema version. */
  public static final class OtherSchema extends RefusedValueException {
    private static final long serialVersionUID = 1L;

    OtherSchema(int found, int wanted) {
      super("schema version " + found + " instead of " + wanted);
    }
  }
}
