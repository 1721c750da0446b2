package io.github.cacheaside.jdbc.datasource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A call of a method of JDBC, to be made now or later. */
@SuppressWarnings("ArrayRecordComponent") // never compared; the array is the proxy's own
record Call(Method method, @Nullable Object[] arguments) {
  private static final @Nullable Object[] NONE = {};
  private static final Object BY_REFLECTION = new Object();

  static Call of(Method method, @Nullable Object @Nullable [] arguments) {
    return new Call(method, arguments == null ? NONE : arguments);
  }

  String name() {
    return method.getName();
  }

  int count() {
    return arguments.length;
  }

  /** The first argument, if it is a text. */
  @Nullable String text() {
    return arguments.length > 0 && arguments[0] instanceof String text ? text : null;
  }

  /**
   * Makes the call.
   *
   * @throws Throwable what the method threw
   */
  @Nullable Object on(Object target) throws Throwable {
    Object answer = often(target);
    if (answer != BY_REFLECTION) {
      return answer;
    }
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** What nearly all calls are: reflection would cost more than they do. */
  private @Nullable Object often(Object target) throws SQLException {
    if (target instanceof PreparedStatement statement) {
      return arguments.length == 0 ? execution(statement) : parameter(statement);
    }
    return target instanceof Connection connection ? ofConnection(connection) : BY_REFLECTION;
  }

  private @Nullable Object execution(PreparedStatement statement) throws SQLException {
    switch (name()) {
      case "executeQuery" -> {
        return statement.executeQuery();
      }
      case "executeUpdate" -> {
        return statement.executeUpdate();
      }
      case "close" -> statement.close();
      default -> {
        return BY_REFLECTION;
      }
    }
    return null;
  }

  private @Nullable Object parameter(PreparedStatement statement) throws SQLException {
    if (arguments.length != 2 || !(arguments[0] instanceof Integer index)) {
      return BY_REFLECTION;
    }
    Object value = arguments[1];
    if (value instanceof Integer number && name().equals("setInt")) {
      statement.setInt(index, number);
    } else if (value instanceof Long number && name().equals("setLong")) {
      statement.setLong(index, number);
    } else if (value instanceof String text && name().equals("setString")) {
      statement.setString(index, text);
    } else {
      return BY_REFLECTION;
    }
    return null;
  }

  private @Nullable Object ofConnection(Connection connection) throws SQLException {
    switch (name()) {
      case "prepareStatement" -> {
        String sql = text();
        return arguments.length == 1 && sql != null
            ? connection.prepareStatement(sql)
            : BY_REFLECTION;
      }
      case "setAutoCommit" -> connection.setAutoCommit(Boolean.TRUE.equals(arguments[0]));
      case "commit" -> connection.commit();
      case "close" -> connection.close();
      default -> {
        return BY_REFLECTION;
      }
    }
    return null;
  }
}
