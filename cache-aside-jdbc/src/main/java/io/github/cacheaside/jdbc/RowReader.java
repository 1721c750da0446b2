package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.ColumnReader;
import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.DatabaseKind;
import io.github.cacheaside.jdbc.values.SqlValues;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows of one result into the closed set of types. */
final class RowReader {
  private final ResultSet result;
  private final ResultSetMetaData metaData;
  private final Columns columns;
  private final ColumnReader[] readers;

  private RowReader(ResultSet result, Columns columns, @Nullable Class<?>[] wanted)
      throws SQLException {
    this.result = result;
    this.metaData = result.getMetaData();
    this.columns = columns;
    this.readers = new ColumnReader[columns.size()];
    DatabaseKind database = DatabaseKind.of(result);
    for (int i = 0; i < readers.length; i++) {
      Class<?> type = wanted[i];
      readers[i] =
          type == null ? ColumnReader.SKIP : ColumnReader.of(result, i + 1, type, database);
    }
  }

  /** Reads every column. */
  static RowReader all(ResultSet result) throws SQLException {
    Columns columns = columnsOf(result);
    Class<?>[] wanted = new Class<?>[columns.size()];
    Arrays.fill(wanted, Object.class);
    return new RowReader(result, columns, wanted);
  }

  /** Reads the columns that are asked for; the others are null. */
  static RowReader some(ResultSet result, Columns columns, @Nullable Class<?>[] wanted)
      throws SQLException {
    return new RowReader(result, columns, wanted);
  }

  static Columns columnsOf(ResultSet result) throws SQLException {
    ResultSetMetaData metaData = result.getMetaData();
    List<String> labels = new ArrayList<>();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      labels.add(metaData.getColumnLabel(i));
    }
    if (labels.isEmpty()) {
      throw new SQLException("the query has no columns");
    }
    return new Columns(labels);
  }

  Columns columns() {
    return columns;
  }

  /** Reads the row under the cursor. */
  Row read() throws SQLException {
    @Nullable Object[] values = new Object[readers.length];
    for (int i = 0; i < readers.length; i++) {
      try {
        values[i] = readers[i].read(result, i + 1);
      } catch (SqlValues.UnsupportedClassException e) {
        throw unsupported(i, e);
      }
    }
    return new Row(columns, values);
  }

  private SQLException unsupported(int index, SqlValues.UnsupportedClassException cause)
      throws SQLException {
    return new SQLException(
        "column "
            + columns.labels().get(index)
            + " of type "
            + metaData.getColumnTypeName(index + 1)
            + ": the driver gives a "
            + cause.getMessage()
            + ", which can't be cached; CAST the column to a text or binary type in the query",
        cause);
  }
}
