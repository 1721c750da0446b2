package io.github.cacheaside.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An SQL text and its parameters. Two are equal if the texts are, character by character, and the
 * parameters are in class and value.
 *
 * <p>The identity has the parameters in front, each with its type, so that it can be read in one
 * way only: {@code [i:3,n,s5:Earth]SELECT …}. The text follows as it is: white space counts inside
 * literals, hints and comments matter to the database.
 */
final class SqlQuery {
  private static final char OPEN = '[';

  private static final Map<Class<?>, String> TAGS =
      Map.ofEntries(
          Map.entry(Boolean.class, "b"),
          Map.entry(Byte.class, "i1"),
          Map.entry(Short.class, "i2"),
          Map.entry(Integer.class, "i"),
          Map.entry(Long.class, "l"),
          Map.entry(BigInteger.class, "I"),
          Map.entry(Float.class, "f"),
          Map.entry(Double.class, "d"),
          Map.entry(BigDecimal.class, "D"),
          Map.entry(LocalDate.class, "date"),
          Map.entry(LocalTime.class, "time"),
          Map.entry(LocalDateTime.class, "datetime"),
          Map.entry(OffsetTime.class, "offsettime"),
          Map.entry(OffsetDateTime.class, "offsetdatetime"),
          Map.entry(Instant.class, "instant"),
          Map.entry(Duration.class, "duration"),
          Map.entry(UUID.class, "uuid"));

  private final String sql;
  private final List<@Nullable Object> parameters;
  private final String identity;

  private SqlQuery(String sql, List<@Nullable Object> parameters) {
    this.sql = sql;
    this.parameters = parameters;
    this.identity = identify(sql, parameters);
  }

  /**
   * Checks and copies, so that nothing changes between the key and the query.
   *
   * @throws IllegalArgumentException if a parameter's class has no text for a key
   */
  static SqlQuery of(String sql, @Nullable Object... parameters) {
    if (!SqlValues.isUnicode(sql)) {
      throw new IllegalArgumentException("sql holds half of a surrogate pair: " + sql);
    }
    List<@Nullable Object> copies = new ArrayList<>(parameters.length);
    for (int i = 0; i < parameters.length; i++) {
      copies.add(snapshot(parameters[i], i));
    }
    return new SqlQuery(sql, Collections.unmodifiableList(copies));
  }

  private static @Nullable Object snapshot(@Nullable Object value, int index) {
    if (value instanceof java.sql.Timestamp timestamp) {
      return timestamp.toLocalDateTime();
    }
    if (value instanceof java.sql.Date date) {
      return date.toLocalDate();
    }
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (value instanceof String text) {
      if (!SqlValues.isUnicode(text)) {
        throw new IllegalArgumentException(
            "parameter " + (index + 1) + " holds half of a surrogate pair");
      }
      return text;
    }
    if (value == null || TAGS.containsKey(value.getClass())) {
      return value;
    }
    throw new IllegalArgumentException(
        "parameter "
            + (index + 1)
            + " is a "
            + value.getClass().getName()
            + "; a key is known for strings, numbers, booleans, byte[], java.time and UUID");
  }

  private static String identify(String sql, List<@Nullable Object> parameters) {
    if (parameters.isEmpty() && sql.indexOf(OPEN) != 0) {
      return sql;
    }
    List<String> texts = new ArrayList<>(parameters.size());
    parameters.forEach(parameter -> texts.add(identify(parameter)));
    return OPEN + String.join(",", texts) + "]" + sql;
  }

  private static String identify(@Nullable Object parameter) {
    if (parameter == null) {
      return "n";
    }
    if (parameter instanceof String text) {
      return "s" + text.length() + ":" + text; // the length, as the text may hold , and ]
    }
    if (parameter instanceof byte[] bytes) {
      return "x:" + HexFormat.of().formatHex(bytes);
    }
    return TAGS.get(parameter.getClass()) + ":" + parameter;
  }

  String sql() {
    return sql;
  }

  List<@Nullable Object> parameters() {
    return parameters;
  }

  String identity() {
    return identity;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SqlQuery that && identity.equals(that.identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  /** The text without the parameters, which may be secret. */
  @Override
  public String toString() {
    return sql;
  }
}
