package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.Conversions;
import io.github.cacheaside.jdbc.values.SqlValues;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One row of a cached result: values in the order of the query, by label or by index from 0.
 *
 * <p>Values are of a closed set of types, the same on a hit and on the miss before it: {@code
 * Boolean}, {@code Byte}, {@code Short}, {@code Integer}, {@code Long}, {@code BigInteger}, {@code
 * Float}, {@code Double}, {@code BigDecimal}, {@code String}, {@code byte[]}, {@code LocalDate},
 * {@code LocalTime}, {@code LocalDateTime}, {@code OffsetTime}, {@code OffsetDateTime}, {@code
 * Duration} (a {@code TIME} that is no time of day), {@code UUID}, and lists of these (SQL arrays).
 * SQL {@code NULL} is null. {@link RowFormat#JSON} has fewer kinds of numbers.
 *
 * <p>Labels match exactly, else regardless of case. Two rows are equal if labels and values are,
 * the content of byte arrays included. Immutable: arrays are copied on their way out.
 */
public final class Row {
  private static final int BYTES_SHOWN = 16;

  private final Columns columns;
  private final @Nullable Object[] values;

  Row(Columns columns, @Nullable Object[] values) {
    this.columns = columns;
    this.values = values;
  }

  Columns columns() {
    return columns;
  }

  /** The value itself, not a copy. */
  @Nullable Object raw(int index) {
    return values[index];
  }

  Row mapValues(UnaryOperator<@Nullable Object> change) {
    @Nullable Object[] changed = new Object[values.length];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = change.apply(values[i]);
    }
    return new Row(columns, changed);
  }

  /**
   * The column labels.
   *
   * @return the labels in the order of the query; they may repeat
   */
  public List<String> labels() {
    return columns.labels();
  }

  /**
   * The number of columns.
   *
   * @return from 1
   */
  public int size() {
    return values.length;
  }

  /**
   * A value by its place.
   *
   * @param index from 0
   * @return the value, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column
   */
  public @Nullable Object get(int index) {
    return SqlValues.copy(rawAt(index));
  }

  /**
   * A value by its label.
   *
   * @param label the label, exactly or in another case
   * @return the value, null for SQL {@code NULL}
   * @throws IllegalArgumentException if no column or more than one has this label
   */
  public @Nullable Object get(String label) {
    return get(columns.indexOf(label));
  }

  /**
   * A value as a given type. Whole numbers convert to each other when they fit, numbers to {@code
   * BigDecimal}, {@code double} and {@code float}, text to {@code UUID} and to enums by name, what
   * names a moment ({@code TIMESTAMP WITH TIME ZONE}, MySQL's {@code TIMESTAMP}) to {@code
   * Instant}, {@code OffsetDateTime} and {@code ZonedDateTime}, and SQL arrays to Java arrays,
   * element by element. Everything but bytes and arrays converts to {@code String}: it is the
   * database's own text ({@link RowFormat#JSON} has Java's).
   *
   * @param label the label, exactly or in another case
   * @param type the type wanted
   * @param <T> the type wanted
   * @return the value, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or its value is no such type; the
   *     message does not show the value
   */
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public <T> @Nullable T get(String label, Class<T> type) {
    return get(columns.indexOf(label), type);
  }

  /**
   * A value by its place, as a given type; see {@link #get(String, Class)}.
   *
   * @param index from 0
   * @param type the type wanted
   * @param <T> the type wanted
   * @return the value, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or its value is no such type
   */
  @SuppressWarnings("unchecked") // convert() keeps the type but for primitives, which unbox
  public <T> @Nullable T get(int index, Class<T> type) {
    Object raw = rawAt(index);
    return raw == null ? null : (T) Conversions.convert(raw, type, columns.labels().get(index));
  }

  /** As the type of a member, generics included: a {@code List<LocalTime>}. */
  @Nullable Object get(int index, Type type) {
    return Conversions.convertOrNull(rawAt(index), type, columns.labels().get(index));
  }

  private @Nullable Object rawAt(int index) {
    if (index < 0 || index >= values.length) {
      throw new IllegalArgumentException(
          "index must be 0 to " + (values.length - 1) + " but was " + index);
    }
    return values[index];
  }

  /**
   * A value as text; see {@link #get(String, Class)}.
   *
   * @param label the label
   * @return the text, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or it holds bytes or an array
   */
  public @Nullable String getString(String label) {
    return get(label, String.class);
  }

  /**
   * A value as an {@code int}; see {@link #get(String, Class)}.
   *
   * @param label the label
   * @return the number, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or its value does not fit
   */
  public @Nullable Integer getInt(String label) {
    return get(label, Integer.class);
  }

  /**
   * A value as a {@code long}; see {@link #get(String, Class)}.
   *
   * @param label the label
   * @return the number, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or its value does not fit
   */
  public @Nullable Long getLong(String label) {
    return get(label, Long.class);
  }

  /**
   * A value as a decimal; see {@link #get(String, Class)}.
   *
   * @param label the label
   * @return the number, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or it holds no number
   */
  public @Nullable BigDecimal getBigDecimal(String label) {
    return get(label, BigDecimal.class);
  }

  /**
   * A value as a truth value; the numbers 0 and 1 are false and true.
   *
   * @param label the label
   * @return the value, null for SQL {@code NULL}
   * @throws IllegalArgumentException if there is no such column, or it holds something else
   */
  public @Nullable Boolean getBoolean(String label) {
    return get(label, Boolean.class);
  }

  /**
   * The row as a map.
   *
   * @return values by label, in the order of the query; unmodifiable
   * @throws IllegalArgumentException if two columns have the same label
   */
  public Map<String, @Nullable Object> asMap() {
    if (columns.hasDuplicates()) {
      throw new IllegalArgumentException(
          "more than one column " + columns.duplicate() + "; give them aliases");
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      map.put(labels().get(i), get(i));
    }
    return Collections.unmodifiableMap(map);
  }

  /**
   * The row as a record, a JavaBean or, if it has one column, a single value. Labels match names
   * regardless of case and underscores: {@code planet_name} is {@code planetName}.
   *
   * @param type the class
   * @param <T> the type
   * @return a new object
   * @throws IllegalArgumentException if columns are missing or hold other types
   */
  public <T> T as(Class<T> type) {
    return RowBinder.of(type).bind(columns).map(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Row that) || !columns.equals(that.columns)) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if (!SqlValues.same(values[i], that.values[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = columns.hashCode();
    for (Object value : values) {
      hash = 31 * hash + SqlValues.hash(value);
    }
    return hash;
  }

  /** Labels and values: {@code {id=1, name=Mercury}}. Bytes are in hexadecimal, the first 16. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < values.length; i++) {
      text.add(labels().get(i) + "=" + shown(values[i]));
    }
    return text.toString();
  }

  private static String shown(@Nullable Object raw) {
    Object value = SqlValues.copy(raw);
    if (!(value instanceof byte[] bytes)) {
      return String.valueOf(value);
    }
    int end = Math.min(bytes.length, BYTES_SHOWN);
    String rest = bytes.length > end ? "… (" + bytes.length + " bytes)" : "";
    return "0x" + HexFormat.of().formatHex(bytes, 0, end) + rest;
  }
}
