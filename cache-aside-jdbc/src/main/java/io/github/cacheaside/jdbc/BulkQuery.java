package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.ColumnReader;
import io.github.cacheaside.jdbc.values.Conversions;
import io.github.cacheaside.jdbc.values.DatabaseKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A query with {@code (?)} in it, which becomes a placeholder for each key of a chunk; for keys of
 * several parameters a group of placeholders, {@code ((?, ?), (?, ?))}.
 */
final class BulkQuery<K, V> {
  private static final String PLACEHOLDER = "(?)";

  private final String head;
  private final String tail;
  private final KeyReader<K, V> keyReader;

  /** Prepares to find the keys of a result's rows. */
  @FunctionalInterface
  interface KeyReader<K, V> {
    RowKeys<K, V> open(ResultSet result) throws SQLException;
  }

  /** Finds the key of the row under the cursor. */
  @FunctionalInterface
  interface RowKeys<K, V> {
    @Nullable K keyOf(V value) throws SQLException;
  }

  BulkQuery(String sql, KeyReader<K, V> keyReader) {
    int start = sql.indexOf(PLACEHOLDER);
    if (start < 0 || sql.indexOf(PLACEHOLDER, start + 1) >= 0) {
      throw new IllegalArgumentException("bulk sql must hold (?) exactly once: " + sql);
    }
    this.head = sql.substring(0, start);
    this.tail = sql.substring(start + PLACEHOLDER.length());
    this.keyReader = keyReader;
  }

  /** Keys read off the mapped values. */
  static <K, V> KeyReader<K, V> keyFunction(Function<? super V, ? extends K> keyOf) {
    return result -> keyOf::apply;
  }

  /** Keys read from a column. */
  static <K, V> KeyReader<K, V> keyColumn(String label, Class<K> type) {
    return result -> {
      int column = result.findColumn(label);
      ColumnReader reader = ColumnReader.of(result, column, type, DatabaseKind.of(result));
      return value -> {
        Object key = reader.read(result, column);
        return key == null ? null : type.cast(Conversions.convert(key, type, label));
      };
    };
  }

  /** Runs the query for one chunk and adds what it finds. */
  void load(
      QueryRunner runner,
      Connection connection,
      List<? extends List<?>> parameters,
      ResultMapper<V> mapper,
      Map<K, V> found)
      throws SQLException {
    List<Object> flat = new ArrayList<>();
    parameters.forEach(flat::addAll);
    runner.query(
        connection,
        sql(parameters),
        flat,
        0,
        result -> {
          found.putAll(read(result, mapper)); // a row may be that of a key of another chunk too
          return found;
        });
  }

  private String sql(List<? extends List<?>> parameters) {
    int width = parameters.get(0).size();
    if (width == 0 || parameters.stream().anyMatch(group -> group.size() != width)) {
      throw new IllegalArgumentException("keys must have equally many parameters, at least one");
    }
    String one = String.join(", ", Collections.nCopies(width, "?"));
    String group = width == 1 ? one : "(" + one + ")";
    return head
        + "("
        + String.join(", ", Collections.nCopies(parameters.size(), group))
        + ")"
        + tail;
  }

  private Map<K, V> read(ResultSet result, ResultMapper<V> mapper) throws SQLException {
    Map<K, V> found = new LinkedHashMap<>();
    ResultMapper.Rows<V> rows = mapper.open(result);
    RowKeys<K, V> keys = keyReader.open(result);
    while (result.next()) {
      V value = rows.map();
      if (value == null) {
        continue;
      }
      K key = keys.keyOf(value);
      if (key == null) {
        throw new SQLException("a row of the bulk query has no key");
      }
      if (found.putIfAbsent(key, value) != null) {
        throw JdbcLoader.tooManyRows();
      }
    }
    return found;
  }
}
