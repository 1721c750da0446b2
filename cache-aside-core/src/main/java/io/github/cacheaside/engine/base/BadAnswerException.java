package io.github.cacheaside.engine.base;

import org.jspecify.annotations.Nullable;

/**
 * A function of the user's has answered what can't be used. Its message names function and cache,
 * and never a key or a value, so it may be logged.
 */
public final class BadAnswerException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public BadAnswerException(String function, String cache, String answer) {
    super(function + " of " + cache + " answered " + answer);
  }

  /** Refuses null. */
  public static <T> T ifNull(@Nullable T answer, String function, String cache) {
    if (answer == null) {
      throw new BadAnswerException(function, cache, "null");
    }
    return answer;
  }
}
