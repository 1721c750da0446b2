package io.github.cacheaside.jdbc.values;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How to get a value out of a column of some SQL type. Dates are asked for as {@code java.time}
 * types, since {@code java.sql.Timestamp} can't say what falls into a gap of the JVM's time zone.
 */
@FunctionalInterface
public interface ColumnReader {
  /** For columns that are not asked for. */
  ColumnReader SKIP = (result, column) -> null;

  /** What the driver gives. */
  ColumnReader OBJECT = (result, column) -> SqlValues.normalise(result.getObject(column));

  /** The database's own text. */
  ColumnReader TEXT = ResultSet::getString;

  /** Whole numbers where the driver would give a boolean or bytes: TINYINT(1), BIT(8). */
  ColumnReader LONG =
      (result, column) -> {
        long value = result.getLong(column);
        return result.wasNull() ? null : value;
      };

  /** A boolean, or the number where it stands for another one than 0 and 1: TINYINT(1). */
  ColumnReader TRUTH =
      (result, column) -> {
        Object value = OBJECT.read(result, column);
        if (value instanceof Boolean) {
          long number = result.getLong(column);
          return number == 0 || number == 1 ? value : (Object) (int) number;
        }
        return value;
      };

  /** A year is a date for one driver and a short for another. */
  ColumnReader YEAR =
      (result, column) -> {
        int value = result.getInt(column);
        return result.wasNull() ? null : value;
      };

  ColumnReader DATE = (result, column) -> result.getObject(column, LocalDate.class);
  ColumnReader TIMESTAMP = (result, column) -> result.getObject(column, LocalDateTime.class);
  ColumnReader MOMENT = (result, column) -> result.getObject(column, OffsetDateTime.class);
  ColumnReader OFFSET_TIME = (result, column) -> result.getObject(column, OffsetTime.class);

  /** As text, because MariaDB's TIME goes from -838 to 838 hours and drivers differ beyond 24. */
  ColumnReader TIME =
      (result, column) -> {
        String text = result.getString(column);
        return text == null ? null : SqlTimes.parse(text);
      };

  @Nullable Object read(ResultSet result, int column) throws SQLException;

  /** The reader for a column, given the type that its value will be converted to. */
  static ColumnReader of(ResultSet result, int column, Class<?> wanted, DatabaseKind database)
      throws SQLException {
    ResultSetMetaData metaData = result.getMetaData();
    int type = metaData.getColumnType(column);
    String typeName = String.valueOf(metaData.getColumnTypeName(column)).toUpperCase(Locale.ROOT);
    if (wanted == String.class && hasText(type, typeName)) {
      return type == Types.REAL ? inAllForms(OBJECT, false) : TEXT;
    }
    boolean mySql = database == DatabaseKind.MYSQL;
    if (mySql && isTruth(type, typeName)) {
      return truth(wanted);
    }
    boolean moment = mySql && typeName.equals("TIMESTAMP");
    if (moment && isMoment(wanted)) {
      return MOMENT;
    }
    ColumnReader reader = ofName(type, typeName, database);
    boolean forms = wanted == Object.class || wanted == String.class;
    return forms && mayDiffer(type, typeName) ? inAllForms(reader, moment) : reader;
  }

  private static boolean isTruth(int type, String typeName) {
    return type == Types.BIT
        || type == Types.BOOLEAN
        || typeName.equals("BIT")
        || typeName.equals("BOOLEAN");
  }

  private static ColumnReader truth(Class<?> wanted) {
    if (isWholeNumber(wanted)) {
      return LONG;
    }
    if (wanted == boolean.class || wanted == Boolean.class) {
      return OBJECT;
    }
    return wanted == Object.class || wanted == String.class ? inAllForms(TRUTH, false) : TRUTH;
  }

  private static ColumnReader ofName(int type, String typeName, DatabaseKind database) {
    return switch (typeName) {
      case "YEAR" -> YEAR;
      case "TIMESTAMPTZ" -> MOMENT;
      case "TIMETZ" -> OFFSET_TIME;
      case "JSON", "MONEY" -> TEXT;
      default -> ofType(type, database);
    };
  }

  private static ColumnReader ofType(int type, DatabaseKind database) {
    return switch (type) {
      case Types.DATE -> DATE;
      case Types.TIME -> TIME;
      case Types.TIMESTAMP -> TIMESTAMP;
      case Types.TIME_WITH_TIMEZONE -> OFFSET_TIME;
      case Types.TIMESTAMP_WITH_TIMEZONE -> MOMENT;
      case Types.ARRAY -> new ArrayReader(database);
      default -> database == DatabaseKind.OTHER || database == DatabaseKind.MYSQL ? OBJECT : OWN;
    };
  }

  /** For PostgreSQL and H2, which have a text for each class of their own. */
  ColumnReader OWN =
      (result, column) -> {
        Object raw = result.getObject(column);
        return SqlValues.hasTextOnly(raw) ? result.getString(column) : SqlValues.normalise(raw);
      };

  /** Whether a text that is wanted is the driver's to give. Bytes and arrays have none. */
  private static boolean hasText(int type, String typeName) {
    return switch (type) {
      case Types.BINARY,
          Types.VARBINARY,
          Types.LONGVARBINARY,
          Types.BLOB,
          Types.ARRAY,
          Types.JAVA_OBJECT,
          Types.STRUCT,
          Types.ROWID,
          Types.REF_CURSOR ->
          false;
      default -> !typeName.startsWith("BIT") && !typeName.equals("YEAR");
    };
  }

  /** Whether the database's text of a value may be another than Java's. */
  private static boolean mayDiffer(int type, String typeName) {
    return switch (type) {
          case Types.DATE,
              Types.TIME,
              Types.TIMESTAMP,
              Types.TIME_WITH_TIMEZONE,
              Types.TIMESTAMP_WITH_TIMEZONE,
              Types.BOOLEAN,
              Types.REAL,
              Types.FLOAT,
              Types.DOUBLE,
              Types.BIT ->
              true;
          default -> false;
        }
        && !typeName.equals("YEAR");
  }

  private static ColumnReader inAllForms(ColumnReader reader, boolean moment) {
    return (result, column) -> {
      Object value = reader.read(result, column);
      if (value == null || value instanceof byte[]) {
        return value;
      }
      OffsetDateTime when = moment ? result.getObject(column, OffsetDateTime.class) : null;
      return SqlForms.of(value, textOf(value, result.getString(column)), when);
    };
  }

  /** Connector/J widens a REAL to a double before it makes a text of it: 1.100000023841858. */
  private static @Nullable String textOf(Object value, @Nullable String text) {
    if (!(value instanceof Float number) || text == null || !Float.isFinite(number)) {
      return text;
    }
    boolean same = new BigDecimal(text).compareTo(new BigDecimal(number.toString())) == 0;
    return same ? text : null;
  }

  private static boolean isMoment(Class<?> wanted) {
    return wanted == Instant.class
        || wanted == OffsetDateTime.class
        || wanted == ZonedDateTime.class;
  }

  private static boolean isWholeNumber(Class<?> type) {
    return type == int.class
        || type == long.class
        || type == short.class
        || type == byte.class
        || (Number.class.isAssignableFrom(type) && type != Number.class);
  }
}
