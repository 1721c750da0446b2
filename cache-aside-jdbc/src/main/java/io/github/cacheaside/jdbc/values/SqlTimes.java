package io.github.cacheaside.jdbc.values;

import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;

/** What a {@code TIME} may be: a time of day, or a duration of either sign. */
final class SqlTimes {
  private static final Duration DAY = Duration.ofDays(1);

  private SqlTimes() {}

  /** A time of day, or a duration if it is none. */
  static Object parse(String text) throws SQLException {
    String[] parts = (text.startsWith("-") ? text.substring(1) : text).split("[:.]", -1);
    try {
      Duration time =
          Duration.ofHours(Long.parseLong(parts[0]))
              .plusMinutes(Long.parseLong(parts[1]))
              .plusSeconds(Long.parseLong(parts[2]))
              .plusNanos(parts.length > 3 ? nanos(parts[3]) : 0);
      if (text.startsWith("-") && !time.isZero()) {
        return time.negated();
      }
      return time.compareTo(DAY) < 0 ? LocalTime.ofNanoOfDay(time.toNanos()) : time;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new SQLException("a TIME that is not of the form [-]h:mm:ss[.fraction]");
    }
  }

  private static long nanos(String fraction) {
    String digits = (fraction + "000000000").substring(0, 9);
    return Long.parseLong(digits);
  }
}
