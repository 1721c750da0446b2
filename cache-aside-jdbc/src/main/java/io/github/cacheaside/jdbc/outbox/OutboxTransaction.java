package io.github.cacheaside.jdbc.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A short transaction of the outbox itself, READ COMMITTED, since in MySQL's default a lock on due
 * rows would keep writers from adding others.
 */
final class OutboxTransaction {
  private OutboxTransaction() {}

  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  static <T> T run(DataSource dataSource, Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      if (!autoCommit) {
        connection.rollback(); // a former user may have left a transaction open
      }
      int isolation = connection.getTransactionIsolation();
      boolean ended = false;
      try {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        T answer = work.run(connection);
        connection.commit();
        ended = true;
        return answer;
      } catch (SQLException | RuntimeException | Error e) {
        ended = rollback(connection, e);
        throw e;
      } finally {
        giveBack(connection, autoCommit, isolation, ended);
      }
    }
  }

  private static boolean rollback(Connection connection, Throwable failure) {
    try {
      connection.rollback();
      return true;
    } catch (SQLException | RuntimeException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
      return false;
    }
  }

  private static void giveBack(
      Connection connection, boolean autoCommit, int isolation, boolean ended) throws SQLException {
    if (!ended) {
      connection.abort(Runnable::run);
      return;
    }
    if (autoCommit) {
      connection.setAutoCommit(true);
    }
    connection.setTransactionIsolation(isolation);
  }
}
