package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * A function of the user's has answered what can't be used. Its message names function and cache,
 * and never a key or a value, so it may be logged.
 */
final class BadAnswerException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadAnswerException(String function, String cache, String answer) {
    super(function + " of " + cache + " answered " + answer);
  }

  /** Refuses null. */
  static <T> T ifNull(@Nullable T answer, String function, String cache) {
    if (answer == null) {
      throw new BadAnswerException(function, cache, "null");
    }
    return answer;
  }
}
