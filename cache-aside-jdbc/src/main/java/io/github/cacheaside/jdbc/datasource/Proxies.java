package io.github.cacheaside.jdbc.datasource;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all proxies of this package have. */
final class Proxies {
  /** To find a proxy's class costs more than to make a proxy, and each statement is one. */
  private static final Map<Class<?>, Constructor<?>> CONSTRUCTORS = new ConcurrentHashMap<>();

  private Proxies() {}

  static <T> T of(Class<T> type, InvocationHandler handler) {
    try {
      return type.cast(constructor(type).newInstance(handler));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // it is public, and throws nothing
    }
  }

  private static Constructor<?> constructor(Class<?> type) {
    Constructor<?> known = CONSTRUCTORS.get(type);
    return known == null ? CONSTRUCTORS.computeIfAbsent(type, Proxies::find) : known;
  }

  private static Constructor<?> find(Class<?> type) {
    InvocationHandler none = (proxy, method, arguments) -> null;
    Object first =
        Proxy.newProxyInstance(
            CachingDataSource.class.getClassLoader(), new Class<?>[] {type}, none);
    try {
      Constructor<?> found = first.getClass().getConstructor(InvocationHandler.class);
      found.setAccessible(true); // it is anyway, but need not be checked each time
      return found;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // each proxy class has it
    }
  }

  /** {@code equals}, {@code hashCode} and {@code toString}; null for another call. */
  static @Nullable Object ofObject(Object proxy, Call call, String text) {
    return switch (call.name()) {
      case "equals" -> call.count() == 1 ? (Object) (proxy == call.arguments()[0]) : null;
      case "hashCode" -> call.count() == 0 ? (Object) System.identityHashCode(proxy) : null;
      case "toString" -> call.count() == 0 ? text : null;
      default -> null;
    };
  }

  /** {@code unwrap} and {@code isWrapperFor} give the driver's own; null for another call. */
  static @Nullable Object ofWrapper(Call call, java.sql.Wrapper real) throws SQLException {
    if (call.count() != 1 || !(call.arguments()[0] instanceof Class<?> type)) {
      return null;
    }
    return switch (call.name()) {
      case "unwrap" -> type.isInstance(real) ? real : real.unwrap(type);
      case "isWrapperFor" -> (Object) (type.isInstance(real) || real.isWrapperFor(type));
      default -> null;
    };
  }
}
