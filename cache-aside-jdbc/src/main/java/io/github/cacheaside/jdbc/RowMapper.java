package io.github.cacheaside.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Turns one row of a result into a value.
 *
 * <p>It reads columns and nothing else: it must not move the cursor or close anything. Called from
 * many threads at once, each with a result of its own.
 *
 * @param <V> the type of values
 */
@FunctionalInterface
public interface RowMapper<V> {

  /**
   * Reads the row under the cursor.
   *
   * @param row the result, positioned on the row
   * @return the value, never null
   * @throws SQLException if the columns are not as expected
   */
  V map(ResultSet row) throws SQLException;
}
