package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.DatabaseKind;
import io.github.cacheaside.jdbc.values.Parameters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries on a connection of their own, outside of any transaction that was open before.
 *
 * <p>The connection is closed before the result is returned, so no thread holds one while talking
 * to the store. Where it comes with autocommit off, the transaction is ended by a rollback after
 * the query, as a REPEATABLE READ snapshot would show the same rows for ever; and before it, as a
 * former user may have left one open.
 *
 * @param timeoutSeconds from 1
 * @param fetchSize 0 for the driver's own
 * @param committed raises the isolation level where it is too low
 */
record QueryRunner(
    DataSource dataSource, int timeoutSeconds, int fetchSize, CommittedReads committed) {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  QueryRunner(DataSource dataSource, int timeoutSeconds, int fetchSize) {
    this(dataSource, timeoutSeconds, fetchSize, new CommittedReads());
  }

  @FunctionalInterface
  interface ConnectionFunction<T> {
    T apply(Connection connection) throws SQLException;
  }

  @FunctionalInterface
  interface ResultFunction<T> {
    T apply(ResultSet result) throws SQLException;
  }

  /** The whole seconds that JDBC knows, rounded up. */
  static int timeoutSeconds(Duration timeout) {
    if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "queryTimeout must be " + SHORTEST + " to " + LONGEST + " but was " + timeout);
    }
    return (int) timeout.plusNanos(999_999_999).toSeconds();
  }

  static int positive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive but was " + value);
    }
    return value;
  }

  static String checkSql(String sql) {
    if (sql.isBlank()) {
      throw new IllegalArgumentException("sql must not be blank");
    }
    return sql;
  }

  <T> T withConnection(ConnectionFunction<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try {
        return alone(connection, work);
      } catch (RuntimeException | Error e) {
        if (DriverFault.is(e, connection)) {
          DriverFault.discard(connection, e);
        }
        throw e;
      }
    }
  }

  private <T> T alone(Connection connection, ConnectionFunction<T> work) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    if (!autoCommit) {
      connection.rollback();
    }
    boolean dirty = committed.isDirty(connection);
    T answer;
    try {
      if (dirty) {
        raise(connection, autoCommit);
      }
      answer = work.apply(connection);
    } catch (SQLException | RuntimeException | Error e) {
      if (!autoCommit) {
        rollback(connection, e);
      }
      if (dirty && !DriverFault.is(e, connection)) {
        CommittedReads.restore(connection, e);
      }
      throw e;
    }
    if (!autoCommit) {
      connection.rollback();
    }
    if (dirty) {
      CommittedReads.restore(connection);
    }
    return answer;
  }

  private static void raise(Connection connection, boolean autoCommit) throws SQLException {
    if (!autoCommit) {
      connection.rollback(); // asking for the level may have begun a transaction
    }
    CommittedReads.raise(connection);
  }

  /**
   * Ends a transaction, if there is one, on account of a failure, which stays the one that counts.
   */
  static void rollback(Connection connection, Throwable failure) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException | RuntimeException | Error alsoFailed) {
      if (alsoFailed != failure) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }

  /** Runs one query; {@code maxRows} 0 is no limit. */
  <T> T query(
      Connection connection,
      String sql,
      List<? extends @Nullable Object> parameters,
      int maxRows,
      ResultFunction<T> reader)
      throws SQLException {
    Placeholders filled = Placeholders.of(sql, parameters);
    try (PreparedStatement statement = connection.prepareStatement(filled.sql());
        QueryTimeout timeout = new QueryTimeout(statement, statement.getQueryTimeout())) {
      timeout.set(timeoutSeconds);
      if (fetchSize > 0) {
        statement.setFetchSize(fetchSize);
      }
      if (maxRows > 0) {
        statement.setMaxRows(maxRows);
      }
      DatabaseKind database = DatabaseKind.of(connection);
      int index = 0;
      for (Object parameter : filled.values()) {
        Parameters.bind(statement, ++index, database, parameter);
      }
      try (ResultSet result = statement.executeQuery()) {
        return reader.apply(result);
      }
    }
  }

  /** Set for one statement, and taken back: H2 keeps it for whatever the connection does later. */
  private record QueryTimeout(PreparedStatement statement, int before) implements AutoCloseable {
    void set(int seconds) throws SQLException {
      statement.setQueryTimeout(seconds);
    }

    @Override
    public void close() {
      try {
        statement.setQueryTimeout(before);
      } catch (SQLException e) {
        // the connection is gone, and its timeout with it
      }
    }
  }
}
