package io.github.cacheaside.jdbc.advisor;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A connection whose statements are watched. */
final class WatchedConnection extends Watched {
  private final Observer observer;
  private final Dialect dialect;

  private WatchedConnection(Connection real, Observer observer, Dialect dialect) {
    super(real);
    this.observer = observer;
    this.dialect = dialect;
  }

  static Connection of(Connection real, Observer observer) {
    return new WatchedConnection(real, observer, dialect(real, observer)).as(Connection.class);
  }

  // If it is thrown here, the caller has no connection that it could close.
  private static Dialect dialect(Connection real, Observer observer) {
    try {
      return observer.dialect(real);
    } catch (SQLException | RuntimeException | Error e) {
      return Dialect.UNKNOWN; // the connection itself tells its user what is wrong with it
    }
  }

  @Override
  @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object answer = pass(method, arguments);
    if (!(answer instanceof Statement)) {
      return answer;
    }
    Connection owner = (Connection) proxy;
    String sql =
        arguments != null && arguments.length > 0 && arguments[0] instanceof String text
            ? text
            : null;
    WatchedStatement watched = new WatchedStatement(answer, owner, observer, dialect, sql);
    if (answer instanceof CallableStatement) {
      return watched.as(CallableStatement.class);
    }
    return answer instanceof PreparedStatement
        ? watched.as(PreparedStatement.class)
        : watched.as(Statement.class);
  }
}
