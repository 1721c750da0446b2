package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.text.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text with a placeholder for each value: a list gets as many as it has elements, for {@code IN
 * (?)}, and a name the ones of its value.
 */
record Placeholders(String sql, List<@Nullable Object> values) {
  private static final int MOST = 10_000;

  /** With lists expanded; as it is if there are none. */
  static Placeholders of(String sql, List<? extends @Nullable Object> values) {
    if (values.stream().noneMatch(Collection.class::isInstance)) {
      return new Placeholders(sql, new ArrayList<>(values));
    }
    SqlText text = unambiguous(sql, "a list");
    List<SqlText.Part> places =
        text.parts().stream().filter(part -> part.kind() == SqlText.Kind.PLACEHOLDER).toList();
    if (places.size() != values.size()) {
      throw new IllegalArgumentException(
          "the text has " + places.size() + " placeholders for " + values.size() + " parameters");
    }
    Expansion expansion = new Expansion(sql);
    for (int i = 0; i < values.size(); i++) {
      expansion.put(places.get(i), values.get(i), "parameter " + (i + 1));
    }
    return expansion.end();
  }

  /** With names replaced; each must have a value, and each value a name. */
  static Placeholders named(String sql, Map<String, ? extends @Nullable Object> values) {
    SqlText text = unambiguous(sql, "a named parameter");
    Expansion expansion = new Expansion(sql);
    Set<String> unused = new HashSet<>(values.keySet());
    for (SqlText.Part part : text.parts()) {
      if (part.kind() == SqlText.Kind.PLACEHOLDER) {
        throw new IllegalArgumentException("the text has both ? and :name: " + sql);
      }
      if (part.kind() == SqlText.Kind.NAME) {
        String name = part.text().substring(1);
        if (!values.containsKey(name)) {
          throw new IllegalArgumentException("no value for :" + name + " in: " + sql);
        }
        unused.remove(name);
        expansion.put(part, values.get(name), ":" + name);
      }
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException("no " + unused + " in: " + sql);
    }
    return expansion.end();
  }

  private static SqlText unambiguous(String sql, String what) {
    SqlText text = SqlText.of(sql);
    if (text.isAmbiguous()) {
      throw new IllegalArgumentException(
          what
              + " can't be put into a text with a backslash, #, $, //, /*!, -- without a blank or a"
              + " comment within a comment, which databases read in different ways: "
              + sql);
    }
    return text;
  }

  /** The new text as far as it is done. */
  private static final class Expansion {
    private final String sql;
    private final StringBuilder text = new StringBuilder();
    private final List<@Nullable Object> values = new ArrayList<>();
    private int done;

    Expansion(String sql) {
      this.sql = sql;
    }

    void put(SqlText.Part place, @Nullable Object value, String name) {
      text.append(sql, done, place.start());
      done = place.end();
      if (!(value instanceof Collection<?> list)) {
        text.append('?');
        values.add(value);
        return;
      }
      if (list.isEmpty() || list.size() > MOST) {
        throw new IllegalArgumentException(
            name + " is a list of " + list.size() + " elements; it must have 1 to " + MOST);
      }
      text.append(String.join(", ", Collections.nCopies(list.size(), "?")));
      for (Object element : list) {
        if (element instanceof Collection) {
          throw new IllegalArgumentException(name + " is a list of lists");
        }
        values.add(element);
      }
    }

    Placeholders end() {
      text.append(sql, done, sql.length());
      return new Placeholders(text.toString(), values);
    }
  }
}
