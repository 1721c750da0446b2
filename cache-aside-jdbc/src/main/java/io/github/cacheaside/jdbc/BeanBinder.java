package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.Conversions;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls the constructor without arguments, then the public setters that have a column. Columns
 * without a setter are ignored, but at least one must have one.
 */
final class BeanBinder<T> extends RowBinder<T> {
  private static final String SET = "set";

  private final Class<T> type;
  private final Constructor<T> constructor;
  private final List<Setter> setters = new ArrayList<>();

  private record Setter(Method method, String property) {
    Type valueType() {
      return method.getGenericParameterTypes()[0];
    }
  }

  private record Assignment(Setter setter, int index) {}

  BeanBinder(Class<T> type) {
    this.type = type;
    try {
      this.constructor = type.getDeclaredConstructor();
      this.constructor.setAccessible(true);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName() + " is no record and has no constructor without arguments", e);
    }
    Map<String, List<Method>> byName = new TreeMap<>();
    for (Method method : type.getMethods()) {
      if (isSetter(method)) {
        byName.computeIfAbsent(method.getName(), name -> new ArrayList<>()).add(method);
      }
    }
    byName.forEach((name, methods) -> setters.add(setter(name.substring(SET.length()), methods)));
  }

  /** The only setter of a property, or the one that takes what its getter gives. */
  private Setter setter(String property, List<Method> methods) {
    Method setter = methods.get(0);
    if (methods.size() > 1) {
      Class<?> propertyType = typeOf(property);
      setter =
          methods.stream()
              .filter(method -> method.getParameterTypes()[0] == propertyType)
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          type.getName()
                              + " has more than one setter of "
                              + property
                              + " and no getter that tells which; give a RowMapper"));
    }
    setter.setAccessible(true);
    return new Setter(setter, property);
  }

  private @Nullable Class<?> typeOf(String property) {
    for (String prefix : List.of("get", "is")) {
      try {
        return type.getMethod(prefix + property).getReturnType();
      } catch (NoSuchMethodException e) {
        // the other one, perhaps
      }
    }
    return null;
  }

  private static boolean isSetter(Method method) {
    return method.getName().startsWith(SET)
        && method.getName().length() > SET.length()
        && method.getParameterCount() == 1
        && !method.isBridge()
        && !Modifier.isStatic(method.getModifiers());
  }

  @Override
  Bound<T> bindNew(Columns columns) {
    NamedColumns named = new NamedColumns(type, columns);
    List<Assignment> assignments = new ArrayList<>();
    @Nullable Class<?>[] wanted = new Class<?>[columns.size()];
    for (Setter setter : setters) {
      int index = named.find(setter.property());
      if (index != NamedColumns.NONE) {
        assignments.add(new Assignment(setter, index));
        wanted[index] = Conversions.wanted(setter.valueType());
      }
    }
    if (assignments.isEmpty()) {
      throw new IllegalArgumentException(
          "no setter of " + type.getName() + " matches any column of " + columns);
    }
    return new Bound<>() {
      @Override
      public @Nullable Class<?>[] wanted() {
        return wanted;
      }

      @Override
      public T mapOrNull(Row row) {
        return create(row, assignments);
      }
    };
  }

  private T create(Row row, List<Assignment> assignments) {
    try {
      T bean = constructor.newInstance();
      for (Assignment assignment : assignments) {
        Setter setter = assignment.setter();
        setter
            .method()
            .invoke(
                bean,
                NamedColumns.valueFor(
                    row, assignment.index(), setter.valueType(), setter.property()));
      }
      return bean;
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "the constructor or a setter of " + type.getName() + " refused a row", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("can't create " + type.getName(), e);
    }
  }
}
