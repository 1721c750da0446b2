package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Columns;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the column for the name of a component or property, regardless of case and underscores. */
final class NamedColumns {
  static final int NONE = -1;
  private static final int AMBIGUOUS = -2;

  private final Class<?> type;
  private final Columns columns;
  private final Map<String, Integer> indexes = new HashMap<>();

  NamedColumns(Class<?> type, Columns columns) {
    this.type = type;
    this.columns = columns;
    List<String> labels = columns.labels();
    for (int i = 0; i < labels.size(); i++) {
      indexes.merge(plain(labels.get(i)), i, (first, second) -> AMBIGUOUS);
    }
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** The column's index, or {@link #NONE}. */
  int find(String name) {
    int index = indexes.getOrDefault(plain(name), NONE);
    if (index == AMBIGUOUS) {
      throw new IllegalArgumentException(
          "more than one column for " + name + " of " + type.getName() + " among " + columns);
    }
    return index;
  }

  int require(String name) {
    int index = find(name);
    if (index == NONE) {
      throw new IllegalArgumentException(
          "no column for " + name + " of " + type.getName() + " among " + columns);
    }
    return index;
  }

  /** One value of a row as the type of the member that takes it. */
  static @Nullable Object valueFor(Row row, int index, Type memberType, String member) {
    Object value = row.get(index, memberType);
    if (value == null && memberType instanceof Class<?> plain && plain.isPrimitive()) {
      throw new IllegalArgumentException(
          "column " + row.labels().get(index) + " is NULL, but " + member + " is " + memberType);
    }
    return value;
  }
}
