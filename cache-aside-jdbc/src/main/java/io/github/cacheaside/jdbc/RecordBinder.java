package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.Conversions;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Calls the canonical constructor of a record; every component needs a column. */
final class RecordBinder<T> extends RowBinder<T> {
  private final Class<T> type;
  private final RecordComponent[] components;
  private final Constructor<T> constructor;

  RecordBinder(Class<T> type) {
    this.type = type;
    this.components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      this.constructor = type.getDeclaredConstructor(types);
      this.constructor.setAccessible(true);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no canonical constructor: " + type.getName(), e);
    }
  }

  @Override
  Bound<T> bindNew(Columns columns) {
    NamedColumns named = new NamedColumns(type, columns);
    int[] indexes = new int[components.length];
    @Nullable Class<?>[] wanted = new Class<?>[columns.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = named.require(components[i].getName());
      wanted[indexes[i]] = Conversions.wanted(components[i].getGenericType());
    }
    return new Bound<>() {
      @Override
      public @Nullable Class<?>[] wanted() {
        return wanted;
      }

      @Override
      public T mapOrNull(Row row) {
        @Nullable Object[] arguments = new Object[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
          RecordComponent component = components[i];
          arguments[i] =
              NamedColumns.valueFor(
                  row, indexes[i], component.getGenericType(), component.getName());
        }
        return create(arguments);
      }
    };
  }

  private T create(@Nullable Object[] arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "the constructor of " + type.getName() + " refused a row", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("can't create " + type.getName(), e);
    }
  }
}
