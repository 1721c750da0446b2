package io.github.cacheaside.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tells an unchecked exception out of a driver from one out of the code that uses it. After the
 * former the driver may be out of step with its server, and answer a statement with the result of
 * the one before; such a connection must not go back to its pool as good.
 */
final class DriverFault {
  private static final int MOST_CAUSES = 16;
  private static final String OURS = DriverFault.class.getPackageName() + ".";

  private DriverFault() {}

  /** Whether a failure, or a cause of it, is unchecked and was thrown within the driver's code. */
  static boolean is(Throwable failure, Connection connection) {
    String driver = packageOf(connection);
    Throwable each = failure;
    for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
      if (!(each instanceof Exception) || each instanceof RuntimeException) {
        if (passedThrough(driver, each)) {
          return true;
        }
      }
      each = each.getCause();
    }
    return false;
  }

  /** Closes a connection for good, in a way that its pool notices. */
  static void discard(Connection connection, Throwable failure) {
    try {
      connection.abort(Runnable::run);
      try (Statement noticed = connection.createStatement()) {
        noticed.getConnection(); // a pool forgets a connection that fails with state 08
      }
    } catch (SQLException closed) {
      // as it should be
    } catch (RuntimeException | Error alsoFailed) {
      if (alsoFailed != failure) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }

  /** The first two parts of the name of the driver's packages, such as {@code org.mariadb.}. */
  private static String packageOf(Connection connection) {
    String name;
    try {
      name = connection.unwrap(Connection.class).getClass().getName();
    } catch (SQLException | RuntimeException | Error e) {
      name = connection.getClass().getName();
    }
    int second = name.indexOf('.', name.indexOf('.') + 1);
    return name.substring(0, second + 1);
  }

  /**
   * Whether the driver was being called when it was thrown. Without a stack trace its class tells:
   * the JVM leaves out that of its own, and an application has such classes for what it expects.
   */
  private static boolean passedThrough(String driver, Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    for (StackTraceElement frame : trace) {
      String type = frame.getClassName();
      if (type.startsWith(OURS + "QueryRunner") || type.startsWith(OURS + "JdbcWriter")) {
        return false;
      }
      if (type.startsWith(driver)) {
        return true;
      }
    }
    String type = thrown.getClass().getName();
    return trace.length == 0 && (type.startsWith("java.") || type.startsWith(driver));
  }
}
