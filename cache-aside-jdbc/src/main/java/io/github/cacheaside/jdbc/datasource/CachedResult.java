package io.github.cacheaside.jdbc.datasource;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A result as it is cached.
 *
 * @param ttl how long
 * @param metaData what the driver's metadata answered: for each method without other arguments a
 *     value a column; and {@link ColumnNames#FACT}
 * @param rows values; null for SQL {@code NULL}
 */
record CachedResult(
    Duration ttl, int columns, Map<String, List<Object>> metaData, List<@Nullable Cell[]> rows) {

  /**
   * One value that is not {@code NULL}.
   *
   * @param value what {@code getObject} answers; of {@link Tokens}' classes
   * @param forms what the driver answered where that does not follow from the value; {@link
   *     #NO_ANSWER} where it threw
   * @param large whether {@code getObject} answers a {@code Clob} or {@code Blob}
   */
  record Cell(Object value, Map<Form, Object> forms, boolean large) {
    /** What the driver answered; {@link #NO_ANSWER} if it threw. */
    Object form(Form form) {
      Object own = forms.get(form);
      if (own == null) {
        own = form.derived(value);
      }
      return own == null ? NO_ANSWER : own;
    }

    /** By the content of bytes, too. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Cell that
          && large == that.large
          && Objects.deepEquals(value, that.value)
          && forms.keySet().equals(that.forms.keySet())
          && forms.keySet().stream()
              .allMatch(form -> Objects.deepEquals(forms.get(form), that.forms.get(form)));
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(new Object[] {value}) * 31 + forms.keySet().hashCode();
    }

    /** Without the value, which may be secret. */
    @Override
    public String toString() {
      return value.getClass().getSimpleName() + " " + forms.keySet();
    }
  }

  /** In place of an answer. */
  static final Object NO_ANSWER = new Object();

  List<Object> labels() {
    return metaData.getOrDefault("getColumnLabel", List.of());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CachedResult that
        && ttl.equals(that.ttl)
        && metaData.equals(that.metaData)
        && Arrays.deepEquals(rows.toArray(), that.rows.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(rows.toArray());
  }

  /** Without the rows, which may be secret. */
  @Override
  public String toString() {
    return rows.size() + " rows of " + columns + " columns";
  }
}
