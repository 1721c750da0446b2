package io.github.cacheaside.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection with one transaction on it, given back as it came. */
final class WriteConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteConnection.class);

  private static final int MOST_CAUSES = 16;

  private final Connection connection;
  private final boolean autoCommit;
  private boolean ended;
  private boolean inDoubt;
  private boolean broken;

  private WriteConnection(Connection connection, boolean autoCommit) {
    this.connection = connection;
    this.autoCommit = autoCommit;
  }

  static WriteConnection open(DataSource dataSource) throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      boolean autoCommit = connection.getAutoCommit();
      if (autoCommit) {
        connection.setAutoCommit(false);
      } else {
        connection.rollback(); // a former user may have left a transaction open
      }
      return new WriteConnection(connection, autoCommit);
    } catch (SQLException | RuntimeException | Error e) {
      try (connection) {
        throw e;
      }
    }
  }

  Connection connection() {
    return connection;
  }

  /** Commits, or returns the failure after which the outcome is unknown. */
  @Nullable Throwable commit() {
    try {
      connection.commit();
      ended = true;
      return null;
    } catch (SQLException | RuntimeException | Error e) {
      rollback(e);
      inDoubt = !ended || broken || isOfALostConnection(e);
      return e instanceof RuntimeException ? new SQLException("commit failed", e) : e;
    }
  }

  /**
   * Whether a commit that failed may happen yet: its connection was lost over it. That a rollback
   * was answered says nothing then, since some drivers reconnect by themselves.
   */
  boolean isInDoubt() {
    return inDoubt;
  }

  private static boolean isOfALostConnection(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
      if (each instanceof SQLException cause && isOfALostConnection(cause)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  private static boolean isOfALostConnection(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return state.startsWith("08")
        || state.equals("40003") // statement completion unknown
        || state.equals("25S03") // MariaDB's driver, which has reconnected
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLTransientConnectionException
        || failure instanceof SQLRecoverableException
        || failure instanceof SQLTimeoutException;
  }

  /** Rolls back on account of a failure, which stays the one that counts. */
  void rollback(Throwable failure) {
    broken = DriverFault.is(failure, connection);
    try {
      connection.rollback();
      ended = true;
    } catch (SQLException | RuntimeException | Error e) {
      if (e != failure) { // which some drivers keep, and throw for whatever comes after it
        failure.addSuppressed(e);
      }
    }
  }

  /** Does not throw: the outcome of the transaction is known, and the caller must learn of that. */
  @Override
  public void close() {
    try (connection) {
      if (broken) {
        DriverFault.discard(connection, new SQLException("the driver broke"));
      } else if (!ended) {
        // Turning autocommit on, or a pool's close, might commit what could not be rolled back.
        connection.abort(Runnable::run);
      } else if (autoCommit) {
        connection.setAutoCommit(true);
      }
    } catch (SQLException | RuntimeException | Error e) {
      LOG.warn("a connection could not be given back after its transaction had ended", e);
    }
  }
}
