package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Parameters;
import io.github.cacheaside.jdbc.values.SqlArray;
import io.github.cacheaside.jdbc.values.SqlValues;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
          Map.entry(UUID.class, "uuid"),
          Map.entry(Year.class, "year"),
          Map.entry(YearMonth.class, "yearmonth"),
          Map.entry(MonthDay.class, "monthday"),
          Map.entry(Period.class, "period"));

  /**
   * What one call wants besides the rows; no part of the identity.
   *
   * @param ttl null for that of the cache
   */
  record Extras(@Nullable Duration ttl, Set<String> tags) {
    static final Extras NONE = new Extras(null, Set.of());
  }

  private final String sql;
  private final List<@Nullable Object> parameters;
  private final @Nullable String session;
  private final Extras extras;
  private final String identity;

  private SqlQuery(
      String sql, List<@Nullable Object> parameters, @Nullable String session, Extras extras) {
    this.sql = sql;
    this.parameters = parameters;
    this.session = session;
    this.extras = extras;
    this.identity = identify(sql, parameters, session);
  }

  private SqlQuery(String sql, String identity) {
    this.sql = sql;
    this.parameters = List.of();
    this.session = null;
    this.extras = Extras.NONE;
    this.identity = identity;
  }

  /**
   * Checks and copies, so that nothing changes between the key and the query.
   *
   * @throws IllegalArgumentException if a parameter's class has no text for a key
   */
  static SqlQuery of(String sql, @Nullable Object... parameters) {
    return of(sql, Arrays.asList(parameters), null, Extras.NONE);
  }

  /**
   * As {@link #of(String, Object...)}, of one kind of session. Lists are expanded.
   *
   * @param session what tells its sessions apart; null if there is nothing to tell
   */
  static SqlQuery of(
      String text,
      List<? extends @Nullable Object> values,
      @Nullable String session,
      Extras extras) {
    Placeholders expanded = Placeholders.of(text, values);
    String sql = expanded.sql();
    if (!SqlValues.isUnicode(sql)) {
      throw new IllegalArgumentException("sql holds half of a surrogate pair: " + sql);
    }
    if (session != null && !SqlValues.isUnicode(session)) {
      throw new IllegalArgumentException("the session holds half of a surrogate pair");
    }
    List<@Nullable Object> copies = new ArrayList<>(expanded.values().size());
    for (Object value : expanded.values()) {
      copies.add(snapshot(value, copies.size()));
    }
    return new SqlQuery(sql, Collections.unmodifiableList(copies), session, extras);
  }

  private static @Nullable Object snapshot(@Nullable Object given, int index) {
    Object value = Parameters.plain(given);
    if (value != null && value.getClass().isArray() && !(value instanceof byte[])) {
      return array(value, index);
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
    if (value == null
        || value instanceof ZonedDateTime
        || value instanceof ZoneId
        || TAGS.containsKey(value.getClass())) {
      return value;
    }
    throw new IllegalArgumentException(
        "parameter "
            + (index + 1)
            + " is a "
            + value.getClass().getName()
            + "; a key is known for strings, numbers, booleans, enums, byte[], java.time, UUID, and"
            + " lists and arrays of these");
  }

  private static SqlArray array(Object array, int index) {
    Class<?> component =
        MethodType.methodType(array.getClass().getComponentType()).wrap().returnType();
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      Object element = snapshot(Array.get(array, i), index);
      if (element instanceof SqlArray) {
        throw new IllegalArgumentException(
            "parameter " + (index + 1) + " is an array of arrays; write it as a text");
      }
      elements.add(element);
    }
    return new SqlArray(component, Collections.unmodifiableList(elements));
  }

  private static String identify(
      String sql, List<@Nullable Object> parameters, @Nullable String session) {
    if (parameters.isEmpty() && session == null && sql.indexOf(OPEN) != 0) {
      return sql;
    }
    List<String> texts = new ArrayList<>(parameters.size() + 1);
    if (session != null) {
      texts.add("@" + session.length() + ":" + session);
    }
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
    if (parameter instanceof SqlArray array) {
      List<String> texts = new ArrayList<>(array.elements().size());
      array.elements().forEach(element -> texts.add(identify(element)));
      String type = array.component().getName();
      return "a" + type + "*" + texts.size() + "(" + String.join(",", texts) + ")";
    }
    if (parameter instanceof ZonedDateTime || parameter instanceof ZoneId) {
      String text = parameter.toString(); // the name of a zone may hold anything
      return (parameter instanceof ZoneId ? "zone" : "zoned") + text.length() + ":" + text;
    }
    return TAGS.get(parameter.getClass()) + ":" + parameter;
  }

  String sql() {
    return sql;
  }

  List<@Nullable Object> parameters() {
    return parameters;
  }

  @Nullable String session() {
    return session;
  }

  Extras extras() {
    return extras;
  }

  String identity() {
    return identity;
  }

  /** All that a key is made of; {@link #ofText} reads it. */
  String toText() {
    return sql.length() + ":" + identity;
  }

  /**
   * A query that is equal to the one whose text this is. It names an entry; it can't be run, as its
   * parameters are not read.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  static SqlQuery ofText(String text) {
    int colon = text.indexOf(':');
    String identity = text.substring(colon + 1);
    int length = colon < 0 ? -1 : Integer.parseInt(text, 0, colon, 10);
    if (length < 0 || length > identity.length()) {
      throw new IllegalArgumentException("no text of a query");
    }
    return new SqlQuery(identity.substring(identity.length() - length), identity);
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
