package io.github.cacheaside.jdbc;

import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.SqlValues;
import java.time.Instant;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of one class out of rows. What it finds out by reflection it finds out once per
 * class, and once more per set of columns.
 */
abstract class RowBinder<T> {

  /** What one class takes from one set of columns. */
  interface Bound<T> {

    /** The type wanted of each column; null for a column that is not used. */
    @Nullable Class<?>[] wanted();

    /**
     * Makes an object, null only if a single value is SQL NULL.
     *
     * @throws IllegalArgumentException if a value has another type, naming the column
     */
    @Nullable T mapOrNull(Row row);

    /** Makes an object, or refuses SQL NULL. */
    default T map(Row row) {
      T object = mapOrNull(row);
      if (object == null) {
        throw new IllegalArgumentException("column " + row.labels().get(0) + " is NULL");
      }
      return object;
    }
  }

  private record Remembered<T>(Columns columns, Bound<T> bound) {}

  // Rows of one result share their columns, and most classes are bound to one query only.
  private volatile @Nullable Remembered<T> last;

  /** Of the application's classes: one of the JDK's would keep this class after a redeployment. */
  private static final ClassValue<RowBinder<?>> BINDERS =
      new ClassValue<>() {
        @Override
        protected RowBinder<?> computeValue(Class<?> type) {
          return create(type);
        }
      };

  @SuppressWarnings("unchecked") // create() makes a binder of its argument
  static <T> RowBinder<T> of(Class<T> type) {
    boolean ofAll = type == Row.class || isSingleValue(type);
    return (RowBinder<T>) (ofAll ? create(type) : BINDERS.get(type));
  }

  private static RowBinder<?> create(Class<?> type) {
    if (type == Row.class) {
      return new WholeRow();
    }
    if (isSingleValue(type)) {
      return new SingleValue<>(type);
    }
    if (type.isRecord()) {
      return new RecordBinder<>(type);
    }
    if (type.isInterface() || type == Object.class || type == Map.class) {
      throw new IllegalArgumentException(
          "no record, JavaBean, single value or Row: " + type.getName() + "; give a RowMapper");
    }
    return new BeanBinder<>(type);
  }

  private static boolean isSingleValue(Class<?> type) {
    return SqlValues.isScalar(type)
        || type.isPrimitive()
        || type.isEnum()
        || type == Character.class
        || type == Instant.class
        || type == ZonedDateTime.class
        || type.isArray()
        || type == Year.class;
  }

  final Bound<T> bind(Columns columns) {
    Remembered<T> known = last;
    if (known != null && known.columns.equals(columns)) {
      return known.bound;
    }
    Bound<T> bound = bindNew(columns);
    last = new Remembered<>(columns, bound);
    return bound;
  }

  abstract Bound<T> bindNew(Columns columns);

  private static final class WholeRow extends RowBinder<Row> {
    @Override
    Bound<Row> bindNew(Columns columns) {
      Class<?>[] wanted = new Class<?>[columns.size()];
      java.util.Arrays.fill(wanted, Object.class);
      return new Bound<>() {
        @Override
        public @Nullable Class<?>[] wanted() {
          return wanted;
        }

        @Override
        public Row mapOrNull(Row row) {
          return row;
        }
      };
    }
  }

  private static final class SingleValue<T> extends RowBinder<T> {
    private final Class<T> type;

    SingleValue(Class<T> type) {
      this.type = type;
    }

    @Override
    Bound<T> bindNew(Columns columns) {
      if (columns.size() != 1) {
        throw new IllegalArgumentException(
            "a " + type.getSimpleName() + " takes one column, not " + columns);
      }
      return new Bound<>() {
        @Override
        public @Nullable Class<?>[] wanted() {
          return new Class<?>[] {type};
        }

        @Override
        public @Nullable T mapOrNull(Row row) {
          return row.get(0, type);
        }
      };
    }
  }
}
