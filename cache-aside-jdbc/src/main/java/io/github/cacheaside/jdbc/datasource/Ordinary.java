package io.github.cacheaside.jdbc.datasource;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Which values a driver converts, or refuses to, by their class alone. A driver that has refused a
 * form of an ordinary value refuses it of every ordinary value of that column, so it need not be
 * asked again and throw an exception for each row.
 */
final class Ordinary {
  private static final int YEARS_FROM = 1900;
  private static final int YEARS_TO = 2200;
  private static final int LENGTH_OF_UUID = 16;

  private static final Set<Form> OF_NUMBERS =
      EnumSet.of(
          Form.STRING,
          Form.BYTE,
          Form.SHORT,
          Form.INT,
          Form.LONG,
          Form.FLOAT,
          Form.DOUBLE,
          Form.DECIMAL);

  /** Texts that some driver takes for a truth, a number or a time. */
  private static final Set<String> WORDS =
      Set.of(
          "t",
          "true",
          "f",
          "false",
          "y",
          "yes",
          "n",
          "no",
          "on",
          "off",
          "nan",
          "inf",
          "infinity",
          "epoch",
          "now",
          "today",
          "tomorrow",
          "yesterday",
          "allballs",
          "null");

  private Ordinary() {}

  static boolean is(Object value) {
    if (value instanceof String text) {
      return !mayBeMore(text);
    }
    if (value instanceof byte[] bytes) {
      return bytes.length != LENGTH_OF_UUID
          && !mayBeMore(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    if (value instanceof Boolean || value instanceof Number || value instanceof UUID) {
      return true; // but see below
    }
    return isOrdinaryTime(value);
  }

  /** Whether an ordinary value decides all the same: whether a number is in range. */
  static boolean matters(Form form, Object value) {
    if (form == Form.STRING || form == Form.BYTES) {
      return value instanceof String || value instanceof byte[];
    }
    if (value instanceof Boolean) {
      return form == Form.BOOLEAN || OF_NUMBERS.contains(form);
    }
    if (!(value instanceof Number number)) {
      return false;
    }
    return switch (form) {
      // PostgreSQL's driver makes a boolean of 0 and 1 only.
      case BOOLEAN -> number.doubleValue() == 0 || number.doubleValue() == 1;
      case BIG_INTEGER ->
          number instanceof BigDecimal || number instanceof Float || number instanceof Double;
      default -> OF_NUMBERS.contains(form);
    };
  }

  /** Begins as a number or a time does, is one of a few words, or may be a UUID. */
  private static boolean mayBeMore(String value) {
    String text = value.strip();
    if (text.isEmpty()) {
      return true;
    }
    char first = text.charAt(0);
    return Character.isDigit(first)
        || "+-.,:({\"'\\".indexOf(first) >= 0
        || first < ' '
        || WORDS.contains(text.toLowerCase(Locale.ROOT))
        || isHex(text);
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(c -> c == '-' || Character.digit(c, LENGTH_OF_UUID) >= 0);
  }

  /** No time of day: a database may have more hours than a day has. */
  private static boolean isOrdinaryTime(Object value) {
    if (value instanceof Timestamp time) {
      return isOrdinary(time.toLocalDateTime());
    }
    if (value instanceof Date date) {
      return isOrdinary(date.toLocalDate());
    }
    if (value instanceof LocalDateTime time) {
      return isOrdinary(time);
    }
    if (value instanceof LocalDate date) {
      return isOrdinary(date);
    }
    if (value instanceof OffsetDateTime time) {
      return isOrdinary(time.toLocalDate());
    }
    return value instanceof ZonedDateTime zoned && isOrdinary(zoned.toLocalDate());
  }

  /** And it exists in this JVM's zone. */
  private static boolean isOrdinary(LocalDateTime time) {
    return isOrdinary(time.toLocalDate())
        && ZoneId.systemDefault().getRules().getValidOffsets(time).size() == 1;
  }

  private static boolean isOrdinary(LocalDate date) {
    return date.getYear() >= YEARS_FROM && date.getYear() <= YEARS_TO;
  }
}
