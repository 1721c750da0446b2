package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Looks at the columns of a result once, then maps its rows. */
@FunctionalInterface
interface ResultMapper<V> {

  /** Maps the row under the cursor; null only for a single value that is SQL NULL. */
  @FunctionalInterface
  interface Rows<V> {
    @Nullable V map() throws SQLException;
  }

  Rows<V> open(ResultSet result) throws SQLException;

  static <V> ResultMapper<V> to(Class<V> type) {
    RowBinder<V> binder = RowBinder.of(type);
    return result -> {
      Columns columns = RowReader.columnsOf(result);
      RowBinder.Bound<V> bound = binder.bind(columns);
      RowReader reader = RowReader.some(result, columns, bound.wanted());
      return () -> bound.mapOrNull(reader.read());
    };
  }

  static <V> ResultMapper<V> by(RowMapper<V> mapper) {
    return result ->
        () -> {
          V value = mapper.map(result);
          if (value == null) {
            throw new SQLException("the RowMapper returned null");
          }
          return value;
        };
  }
}
