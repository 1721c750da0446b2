package io.github.cacheaside.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes down what is called on connections, counts those in use, and fails when told to. */
final class SpyingDataSource implements DataSource {
  private final DataSource real;
  final List<String> calls = new CopyOnWriteArrayList<>();
  final AtomicInteger open = new AtomicInteger();
  private @Nullable String failing;
  private boolean afterwards;

  SpyingDataSource(DataSource real) {
    this.real = real;
  }

  /** From now on this method throws instead of doing anything. */
  void failOn(String method) {
    failing = method;
    afterwards = false;
  }

  /** From now on this method throws after it has done its work. */
  void failAfter(String method) {
    failing = method;
    afterwards = true;
  }

  long count(String call) {
    return calls.stream().filter(call::equals).count();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = real.getConnection();
    calls.add("getConnection");
    open.incrementAndGet();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> call(connection, method, arguments));
  }

  private @Nullable Object call(Connection connection, Method method, Object[] arguments)
      throws Throwable {
    String name = method.getName();
    calls.add(name.equals("setAutoCommit") ? name + " " + arguments[0] : name);
    if (name.equals("close")) {
      open.decrementAndGet();
    }
    if (name.equals(failing) && !afterwards) {
      throw new SQLException(name + " failed");
    }
    try {
      Object answer = method.invoke(connection, arguments);
      if (name.equals(failing)) {
        throw new SQLException(name + " failed");
      }
      return answer;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
