package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Does something before and after every call of a connection, given the method's name. */
public final class Hooks {
  private Hooks() {}

  public static DataSource on(DataSource real, Consumer<String> before, Consumer<String> after) {
    return (DataSource)
        Proxy.newProxyInstance(
            Hooks.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                connection(
                    (Connection) requireNonNull(call(method, real, arguments)), before, after));
  }

  private static Connection connection(
      Connection real, Consumer<String> before, Consumer<String> after) {
    return (Connection)
        Proxy.newProxyInstance(
            Hooks.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              before.accept(method.getName());
              Object answer = call(method, real, arguments);
              after.accept(method.getName());
              return answer;
            });
  }

  private static @Nullable Object call(Method method, Object real, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
