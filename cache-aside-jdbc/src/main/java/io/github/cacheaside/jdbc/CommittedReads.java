package io.github.cacheaside.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed, also where a data source gives connections at READ UNCOMMITTED: rows
 * that are rolled back later must not be cached. Thread-safe.
 */
final class CommittedReads {
  private static final int MOST_WRAPPERS = 8;

  /** By physical connection, however often a pool gives it out: asking may be a round trip. */
  private final Map<Connection, Boolean> dirty = Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * Whether a connection comes at READ UNCOMMITTED; asked once of each that can be told from its
   * pool's loans, and else each time.
   */
  boolean isDirty(Connection connection) throws SQLException {
    Connection physical = physical(connection);
    if (physical == null) {
      return ask(connection);
    }
    Boolean known = dirty.get(physical);
    if (known == null) {
      known = ask(connection);
      dirty.put(physical, known);
    }
    return known;
  }

  private static boolean ask(Connection connection) throws SQLException {
    return connection.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED;
  }

  /** Data sources may stand around each other. */
  private static @Nullable Connection physical(Connection connection) {
    Connection last = connection;
    try {
      for (int i = 0; i < MOST_WRAPPERS; i++) {
        Connection next = last.unwrap(Connection.class);
        if (next == null || next == last) {
          break;
        }
        last = next;
      }
    } catch (SQLException | RuntimeException e) {
      // it is the driver's, which need not say so
    }
    return last == connection ? null : last;
  }

  /** Of one that is dirty; while no transaction is open. */
  static void raise(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
  }

  /** Of one that was raised; once no transaction is open any more. */
  static void restore(Connection connection) {
    try {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
    } catch (SQLException e) {
      // what it has read is committed, and what it reads next will be
    }
  }

  /** After a failure, which stays the one that counts. */
  static void restore(Connection connection, Throwable failure) {
    try {
      restore(connection);
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
