package io.github.cacheaside.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed, also where a data source gives connections at READ UNCOMMITTED: rows
 * that are rolled back later must not be cached. The first connection tells for all, as asking may
 * be a round trip. Thread-safe.
 */
final class CommittedReads {
  private volatile @Nullable Boolean dirty;

  /** Asks for the isolation level, if it is not known yet; before a transaction begins. */
  void ask(Connection connection) {
    if (dirty == null) {
      try {
        dirty = connection.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED;
      } catch (SQLException e) {
        // the query will tell what is wrong with the connection; the next one is asked
      }
    }
  }

  <T> T on(Connection connection, QueryRunner.ConnectionFunction<T> work) throws SQLException {
    if (!Boolean.TRUE.equals(dirty)) {
      return work.apply(connection);
    }
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    return work.apply(connection);
  }

  /** Once no transaction is open any more. */
  void restore(Connection connection) {
    if (Boolean.TRUE.equals(dirty)) {
      try {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
      } catch (SQLException | RuntimeException e) {
        // what it has read is committed, and what it reads next will be
      }
    }
  }
}
