package io.github.cacheaside.jdbc;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How to get a value out of a column of some SQL type. Dates are asked for as {@code java.time}
 * types, since {@code java.sql.Timestamp} can't say what falls into a gap of the JVM's time zone.
 */
enum ColumnReader {
  OBJECT {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      return SqlValues.normalise(result.getObject(column));
    }
  },
  /** For columns that nobody wants. */
  SKIP {
    @Override
    @Nullable Object read(ResultSet result, int column) {
      return null;
    }
  },
  /** Whole numbers where the driver would give a boolean or bytes: TINYINT(1), BIT(8). */
  LONG {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      long value = result.getLong(column);
      return result.wasNull() ? null : value;
    }
  },
  /** A boolean, or the number where it stands for another one than 0 and 1: TINYINT(1). */
  TRUTH {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      Object value = OBJECT.read(result, column);
      if (value instanceof Boolean) {
        long number = result.getLong(column);
        return number == 0 || number == 1 ? value : (Object) (int) number;
      }
      return value;
    }
  },
  /** A year is a date for one driver and a short for another. */
  YEAR {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      int value = result.getInt(column);
      return result.wasNull() ? null : value;
    }
  },
  DATE {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      return result.getObject(column, LocalDate.class);
    }
  },
  TIMESTAMP {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      return result.getObject(column, LocalDateTime.class);
    }
  },
  OFFSET_TIMESTAMP {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      return result.getObject(column, OffsetDateTime.class);
    }
  },
  OFFSET_TIME {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      return result.getObject(column, OffsetTime.class);
    }
  },
  /** As text, because MariaDB's TIME goes from -838 to 838 hours and drivers differ beyond 24. */
  TIME {
    @Override
    @Nullable Object read(ResultSet result, int column) throws SQLException {
      String text = result.getString(column);
      return text == null ? null : parseTime(text);
    }
  };

  private static final Duration DAY = Duration.ofDays(1);

  abstract @Nullable Object read(ResultSet result, int column) throws SQLException;

  /** The reader for a column, given the type that its value will be converted to. */
  static ColumnReader of(ResultSet result, int column, Class<?> wanted) throws SQLException {
    ResultSetMetaData metaData = result.getMetaData();
    int type = metaData.getColumnType(column);
    if (isWholeNumber(wanted) && (type == Types.BIT || type == Types.BOOLEAN)) {
      return LONG;
    }
    String typeName = String.valueOf(metaData.getColumnTypeName(column)).toUpperCase(Locale.ROOT);
    return switch (typeName) {
      case "BIT", "BOOLEAN" -> mayBeNumber(result, wanted) ? TRUTH : ofType(type);
      case "YEAR" -> YEAR;
      case "TIMESTAMPTZ" -> OFFSET_TIMESTAMP;
      case "TIMETZ" -> OFFSET_TIME;
      default -> ofType(type);
    };
  }

  private static boolean mayBeNumber(ResultSet result, Class<?> wanted) throws SQLException {
    return wanted != boolean.class
        && wanted != Boolean.class
        && Parameters.isMySql(result.getStatement().getConnection());
  }

  private static ColumnReader ofType(int type) {
    return switch (type) {
      case Types.DATE -> DATE;
      case Types.TIME -> TIME;
      case Types.TIMESTAMP -> TIMESTAMP;
      case Types.TIME_WITH_TIMEZONE -> OFFSET_TIME;
      case Types.TIMESTAMP_WITH_TIMEZONE -> OFFSET_TIMESTAMP;
      default -> OBJECT;
    };
  }

  private static boolean isWholeNumber(Class<?> type) {
    return type == int.class
        || type == long.class
        || type == short.class
        || type == byte.class
        || (Number.class.isAssignableFrom(type) && type != Number.class);
  }

  /** A time of day, or a duration if it is none. */
  static Object parseTime(String text) throws SQLException {
    String[] parts = (text.startsWith("-") ? text.substring(1) : text).split("[:.]", -1);
    try {
      Duration time =
          Duration.ofHours(Long.parseLong(parts[0]))
              .plusMinutes(Long.parseLong(parts[1]))
              .plusSeconds(Long.parseLong(parts[2]))
              .plusNanos(parts.length > 3 ? nanos(parts[3]) : 0);
      if (text.startsWith("-") && !time.isZero()) {
        return time.negated();
      }
      return time.compareTo(DAY) < 0 ? LocalTime.ofNanoOfDay(time.toNanos()) : time;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new SQLException("a TIME that is not of the form [-]h:mm:ss[.fraction]");
    }
  }

  private static long nanos(String fraction) {
    String digits = (fraction + "000000000").substring(0, 9);
    return Long.parseLong(digits);
  }
}
