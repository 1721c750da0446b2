package io.github.cacheaside.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells what the errors of Redis mean for callers that may try again. */
final class Refusals {
  private Refusals() {}

  /**
   * The answer of a Redis that will say the same next time: the user lacks the right, or this Redis
   * or a proxy does not know the command. Any other error passes: that it loads its data, is a
   * replica, has lost its primary, does not yet know a new password.
   *
   * @return the message; empty if it pays to try again soon
   */
  static Optional<String> lasting(@Nullable Throwable failure) {
    return error(failure).filter(Refusals::isLasting);
  }

  /** Whether a node refused to write because it is a replica, in a script or not. */
  static boolean isReadOnly(@Nullable Throwable failure) {
    return error(failure).filter(message -> message.contains("READONLY ")).isPresent();
  }

  private static Optional<String> error(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof RedisCommandExecutionException)) {
      cause = cause.getCause();
    }
    return Optional.ofNullable(cause).map(Throwable::getMessage);
  }

  private static boolean isLasting(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    return words.startsWith("noperm")
        || words.startsWith("noproto")
        || (words.startsWith("err ")
            && Stream.of("unknown", "unsupported", "not supported", "syntax", "not allowed")
                .anyMatch(words::contains));
  }
}
