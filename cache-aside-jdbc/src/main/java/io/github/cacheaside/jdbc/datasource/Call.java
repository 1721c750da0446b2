package io.github.cacheaside.jdbc.datasource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A call of a method of JDBC, to be made now or later. */
@SuppressWarnings("ArrayRecordComponent") // never compared; the array is the proxy's own
record Call(Method method, @Nullable Object[] arguments) {
  private static final @Nullable Object[] NONE = {};

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
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
