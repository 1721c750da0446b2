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

  private static @Nullable Connection physical(Connection connection) {
    try {
      Connection physical = connection.unwrap(Connection.class);
      return physical == connection ? null : physical;
    } catch (SQLException | RuntimeException e) {
      return null;
    }
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
