package io.github.cacheaside.jdbc.values;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the elements of an SQL array as columns are read, each by the rules of its type. */
record ArrayReader(DatabaseKind database) implements ColumnReader {
  private static final int ELEMENT = 2; // the first column is the index

  @Override
  public @Nullable Object read(ResultSet result, int column) throws SQLException {
    Array array = result.getArray(column);
    if (array == null) {
      return null;
    }
    if (database == DatabaseKind.OTHER) {
      return SqlValues.normalise(array);
    }
    try (ResultSet elements = array.getResultSet()) {
      ColumnReader reader = ColumnReader.of(elements, ELEMENT, Object.class, database);
      List<@Nullable Object> values = new ArrayList<>();
      while (elements.next()) {
        values.add(reader.read(elements, ELEMENT));
      }
      return Collections.unmodifiableList(values);
    }
  }
}
