package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.benchmarks.load.Stalls;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool whose callers stall: now and then after a query has been answered, and after a commit.
 * That is what widens races.
 */
final class StallingDataSource implements DataSource {
  private final DataSource pool;
  private final LongSupplier writes;
  private final Runnable committed;

  /**
   * Wraps a pool.
   *
   * @param writes changes with each write; half of the stalls of readers end soon after
   * @param committed told of each commit as soon as the database has answered, by its thread
   */
  StallingDataSource(DataSource pool, LongSupplier writes, Runnable committed) {
    this.pool = pool;
    this.writes = writes;
    this.committed = committed;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return wrap(pool.getConnection());
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return wrap(pool.getConnection(username, password));
  }

  private Connection wrap(Connection connection) {
    AtomicBoolean wrote = new AtomicBoolean(); // and has not committed that yet
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object answer = call(method, connection, arguments);
          if (answer instanceof PreparedStatement statement) {
            return wrap(connection, statement, wrote);
          }
          switch (method.getName()) {
            case "rollback" -> wrote.set(false);
            case "commit", "setAutoCommit" -> {
              if (wrote.getAndSet(false)) {
                afterCommit();
              }
            }
            default -> {}
          }
          return answer;
        });
  }

  private PreparedStatement wrap(
      Connection connection, PreparedStatement statement, AtomicBoolean wrote) {
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          long before = writes.getAsLong();
          Object answer = call(method, statement, arguments);
          switch (method.getName()) {
            case "executeQuery" -> Stalls.maybe(() -> {}, () -> writes.getAsLong() != before);
            case "executeUpdate", "executeBatch" -> {
              wrote.set(!connection.getAutoCommit());
              if (!wrote.get()) {
                afterCommit();
              }
            }
            default -> {}
          }
          return answer;
        });
  }

  private void afterCommit() {
    committed.run();
    Stalls.afterCommit();
  }

  /** Makes a call of JDBC. */
  @FunctionalInterface
  private interface Handler {
    @Nullable Object handle(Method method, Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            StallingDataSource.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> handler.handle(method, arguments)));
  }

  private static @Nullable Object call(Method method, Object real, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return pool.isWrapperFor(type);
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    pool.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return pool.getParentLogger();
  }
}
