package io.github.cacheaside.spring;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A cache's name as an annotation has it, {@code planet#30m}, in its two parts. */
record NameWithTtl(String name, @Nullable Duration ttl) {
  private static final Pattern WITH_TTL =
      Pattern.compile("(.+)#([0-9]{1,18})(ms|s|m|h|d)?", Pattern.CASE_INSENSITIVE);

  static NameWithTtl of(String full) {
    Matcher matcher = WITH_TTL.matcher(full);
    if (!matcher.matches()) {
      return new NameWithTtl(full, null);
    }
    long number = Long.parseLong(matcher.group(2));
    String unit = matcher.group(3) == null ? "s" : matcher.group(3).toLowerCase(Locale.ROOT);
    try {
      return new NameWithTtl(matcher.group(1), ttl(number, unit));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the TTL of cache \"" + full + "\" is too long", e);
    }
  }

  private static Duration ttl(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }
}
