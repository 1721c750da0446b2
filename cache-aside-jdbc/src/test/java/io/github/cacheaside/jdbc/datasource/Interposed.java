package io.github.cacheaside.jdbc.datasource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Comes between each call of a data source, its connections and statements. */
final class Interposed {
  private Interposed() {}

  /** A call as it would be made. */
  @FunctionalInterface
  interface Real {
    @Nullable Object call() throws Throwable;
  }

  /** What is done instead. */
  @FunctionalInterface
  interface Around {
    @Nullable Object call(Method method, Real real) throws Throwable;
  }

  static DataSource on(DataSource real, Around around) {
    return on(DataSource.class, real, around);
  }

  private static <T> T on(Class<T> type, Object real, Around around) {
    return type.cast(
        Proxy.newProxyInstance(
            Interposed.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                around.call(
                    method,
                    () -> {
                      Object answer = call(method, real, arguments);
                      Class<?> answered = method.getReturnType();
                      return answer != null
                              && (answered == Connection.class
                                  || Statement.class.isAssignableFrom(answered))
                          ? on(answered, answer, around)
                          : answer;
                    })));
  }

  private static @Nullable Object call(Method method, Object real, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** One connection, lent again and again in a wrapper for each loan. */
  static DataSource lending(Connection one, boolean unwrapsToItself) {
    return (DataSource)
        Proxy.newProxyInstance(
            Interposed.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> loan(one, unwrapsToItself));
  }

  private static Connection loan(Connection one, boolean unwrapsToItself) {
    return (Connection)
        Proxy.newProxyInstance(
            Interposed.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> null;
                  case "unwrap" -> unwrapsToItself ? proxy : one;
                  default -> call(method, one, arguments);
                });
  }
}
