package io.github.cacheaside.jdbc.advisor;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/** Stands before an object of JDBC and passes on what a subclass does not look at. */
abstract class Watched implements InvocationHandler {
  private final Object real;

  Watched(Object real) {
    this.real = real;
  }

  /** Something that looks like the object, with this before it. */
  final <T> T as(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(Watched.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  @Override
  public final @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> arguments != null && proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> String.valueOf(real);
      };
    }
    if (method.getDeclaringClass() == Wrapper.class && arguments != null) {
      Class<?> type = (Class<?>) arguments[0];
      if (type.isInstance(real)) {
        return method.getName().equals("unwrap") ? real : true;
      }
    }
    return call(proxy, method, arguments);
  }

  abstract @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable;

  final @Nullable Object pass(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
