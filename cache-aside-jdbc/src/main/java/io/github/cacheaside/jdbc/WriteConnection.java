package io.github.cacheaside.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection with one transaction on it, given back as it came. */
final class WriteConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteConnection.class);

  private final Connection connection;
  private final boolean autoCommit;
  private boolean ended;

  private WriteConnection(Connection connection, boolean autoCommit) {
    this.connection = connection;
    this.autoCommit = autoCommit;
  }

  /** The commit threw, so its outcome is unknown. */
  static final class CommitFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SQLException failure;

    CommitFailedException(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    @Override
    public synchronized SQLException getCause() {
      return failure;
    }
  }

  static WriteConnection open(DataSource dataSource) throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      boolean autoCommit = connection.getAutoCommit();
      if (autoCommit) {
        connection.setAutoCommit(false);
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

  void commit() {
    try {
      connection.commit();
      ended = true;
    } catch (SQLException e) {
      rollback(e);
      throw new CommitFailedException(e);
    }
  }

  /** Rolls back on account of a failure, which stays the one that counts. */
  void rollback(Throwable failure) {
    try {
      connection.rollback();
      ended = true;
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /** Does not throw: the outcome of the transaction is known, and the caller must learn of that. */
  @Override
  public void close() {
    try (connection) {
      if (!ended) {
        // Turning autocommit on, or a pool's close, might commit what could not be rolled back.
        connection.abort(Runnable::run);
      } else if (autoCommit) {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      LOG.warn("a connection could not be given back after its transaction had ended", e);
    }
  }
}
