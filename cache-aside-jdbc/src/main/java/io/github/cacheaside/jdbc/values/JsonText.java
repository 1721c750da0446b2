package io.github.cacheaside.jdbc.values;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Types that JSON has not, as an object of one member: {@code {"$decimal":"1.50"}}. */
public enum JsonText {
  // The names are in people's caches: add, never change.
  DECIMAL("$decimal", BigDecimal.class, Object::toString, JsonText::decimal),
  DOUBLE("$double", Double.class, Object::toString, Double::valueOf),
  BYTES(
      "$bytes",
      byte[].class,
      value -> Base64.getEncoder().encodeToString((byte[]) value),
      text -> Base64.getDecoder().decode(text)),
  DATE("$date", LocalDate.class, Object::toString, LocalDate::parse),
  TIME("$time", LocalTime.class, Object::toString, LocalTime::parse),
  DATE_TIME("$datetime", LocalDateTime.class, Object::toString, LocalDateTime::parse),
  OFFSET_TIME("$offsettime", OffsetTime.class, Object::toString, OffsetTime::parse),
  OFFSET_DATE_TIME(
      "$offsetdatetime", OffsetDateTime.class, Object::toString, OffsetDateTime::parse),
  DURATION("$duration", Duration.class, Object::toString, Duration::parse),
  UUID_VALUE("$uuid", UUID.class, Object::toString, UUID::fromString);

  public static final Map<Class<?>, JsonText> BY_CLASS =
      Arrays.stream(values()).collect(Collectors.toMap(type -> type.javaType, type -> type));
  public static final Map<String, JsonText> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(type -> type.member, type -> type));

  /** PostgreSQL has up to 131,072 digits before the point and 16,383 after it. */
  private static final int LONGEST_NUMBER = 150_000;

  private final String member;
  private final Class<?> javaType;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda without captures
  private final Function<Object, String> writer;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda without captures
  private final Function<String, Object> reader;

  JsonText(
      String member,
      Class<?> javaType,
      Function<Object, String> writer,
      Function<String, Object> reader) {
    this.member = member;
    this.javaType = javaType;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * No database has a number of more digits, and to read one takes time that grows with their
   * square. The scale needs no bound here: nothing is as long as it says until it is written out.
   */
  private static BigDecimal decimal(String text) {
    if (text.length() > LONGEST_NUMBER) {
      throw new NumberFormatException("a number of " + text.length() + " characters");
    }
    return new BigDecimal(text);
  }

  public String member() {
    return member;
  }

  public String text(Object value) {
    return writer.apply(value);
  }

  public Object parse(String text) {
    return reader.apply(text);
  }
}
