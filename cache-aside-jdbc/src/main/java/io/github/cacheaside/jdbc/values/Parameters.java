package io.github.cacheaside.jdbc.values;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What parameters may be, for loaders and cached queries alike, and how drivers take them. */
public final class Parameters {
  private static final Set<Class<?>> PLAIN = Set.of(String.class, Integer.class, Long.class);
  private static final List<String> DRIVERS = List.of("com.mysql.", "org.mariadb.");

  /** What PostgreSQL calls the elements of an array. */
  private static final Map<Class<?>, String> ELEMENTS =
      Map.ofEntries(
          Map.entry(Boolean.class, "bool"),
          Map.entry(Byte.class, "int2"),
          Map.entry(Short.class, "int2"),
          Map.entry(Integer.class, "int4"),
          Map.entry(Long.class, "int8"),
          Map.entry(BigInteger.class, "numeric"),
          Map.entry(BigDecimal.class, "numeric"),
          Map.entry(Float.class, "float4"),
          Map.entry(Double.class, "float8"),
          Map.entry(String.class, "text"),
          Map.entry(UUID.class, "uuid"),
          Map.entry(LocalDate.class, "date"),
          Map.entry(LocalTime.class, "time"),
          Map.entry(LocalDateTime.class, "timestamp"),
          Map.entry(OffsetTime.class, "timetz"),
          Map.entry(OffsetDateTime.class, "timestamptz"),
          Map.entry(Instant.class, "timestamptz"),
          Map.entry(byte[].class, "bytea"));

  private Parameters() {}

  /**
   * The value that a parameter stands for: enums and characters as text, an {@code Optional} as
   * what is in it, and what {@code java.time} has a better class for as that class.
   */
  public static @Nullable Object plain(@Nullable Object parameter) {
    if (parameter instanceof Enum<?> constant) {
      return constant.name();
    }
    if (parameter instanceof Character) {
      return parameter.toString();
    }
    if (parameter instanceof Optional<?> optional) {
      return plain(optional.orElse(null));
    }
    if (parameter instanceof Calendar calendar) {
      return calendar.toInstant();
    }
    return parameter instanceof Date date ? plainDate(date) : parameter;
  }

  private static Object plainDate(Date date) {
    if (date instanceof java.sql.Timestamp timestamp) {
      return timestamp.toLocalDateTime();
    }
    if (date instanceof java.sql.Date day) {
      return day.toLocalDate();
    }
    return date instanceof java.sql.Time time ? time.toLocalTime() : date.toInstant();
  }

  /**
   * Hands a parameter to the driver.
   *
   * @throws IllegalArgumentException if the driver would send something else
   */
  public static void bind(
      PreparedStatement statement, int index, DatabaseKind database, @Nullable Object parameter)
      throws SQLException {
    Connection connection = statement.getConnection();
    if (parameter instanceof SqlArray array) {
      statement.setArray(index, sqlArray(connection, database, array));
      return;
    }
    if (database == DatabaseKind.POSTGRESQL
        && (parameter instanceof Duration || parameter instanceof Period)) {
      statement.setObject(index, parameter.toString(), Types.OTHER); // an interval
      return;
    }
    statement.setObject(index, bindable(connection, database, parameter));
  }

  private static java.sql.Array sqlArray(
      Connection connection, DatabaseKind database, SqlArray array) throws SQLException {
    String type = ELEMENTS.get(array.component());
    if (database == DatabaseKind.MYSQL || type == null) {
      throw new IllegalArgumentException(
          "an array of "
              + array.component().getSimpleName()
              + " can't be sent to this database; for IN (?) give a list");
    }
    Object[] elements = array.elements().toArray();
    for (int i = 0; i < elements.length; i++) {
      if (elements[i] instanceof Instant moment) {
        elements[i] = moment.atOffset(ZoneOffset.UTC);
      }
    }
    return connection.createArrayOf(type, elements);
  }

  private static @Nullable Object bindable(
      Connection connection, DatabaseKind database, @Nullable Object given) throws SQLException {
    Object parameter = unlessOld(given);
    if (parameter == null || PLAIN.contains(parameter.getClass())) {
      return parameter;
    }
    if (parameter instanceof Year year) {
      return year.getValue();
    }
    if (parameter instanceof YearMonth
        || parameter instanceof MonthDay
        || parameter instanceof ZoneId) {
      return parameter.toString();
    }
    if (database == DatabaseKind.MYSQL) {
      return bindableByMySql(connection, parameter);
    }
    return database == DatabaseKind.POSTGRESQL ? bindableByPostgres(parameter) : parameter;
  }

  /** What a loader's key was before keys were copied: dates stay what the driver knows them as. */
  private static @Nullable Object unlessOld(@Nullable Object given) {
    return given instanceof Date || given instanceof Calendar ? given : plain(given);
  }

  private static Object bindableByPostgres(Object parameter) {
    if (parameter instanceof Instant moment) {
      return moment.atOffset(ZoneOffset.UTC);
    }
    if (parameter instanceof ZonedDateTime zoned) {
      return zoned.toOffsetDateTime();
    }
    return parameter instanceof BigInteger number ? new BigDecimal(number) : parameter;
  }

  /**
   * What Connector/J does not know it sends as the bytes of Java serialization, which no row ever
   * equals; and a number beyond 63 bits without its upper ones. Both would look like no row.
   */
  private static Object bindableByMySql(Connection connection, Object parameter)
      throws SQLException {
    if (parameter instanceof UUID uuid) {
      return uuid.toString();
    }
    if (parameter instanceof BigInteger number && number.bitLength() >= Long.SIZE) {
      return new BigDecimal(number);
    }
    if (SqlValues.isScalar(parameter.getClass())
        || isKnown(parameter)
        || (isKnownToMariaDb(parameter) && isOfMariaDb(connection))) {
      return parameter;
    }
    throw new IllegalArgumentException(
        "a parameter of "
            + parameter.getClass().getName()
            + " can't be sent; convert it, or the key by parameters(…)");
  }

  private static boolean isKnown(Object parameter) {
    return parameter instanceof Date
        || parameter instanceof Calendar
        || parameter instanceof Instant
        || parameter instanceof ZonedDateTime
        || parameter instanceof Blob
        || parameter instanceof Clob
        || parameter instanceof InputStream
        || parameter instanceof Reader
        || DRIVERS.stream().anyMatch(parameter.getClass().getName()::startsWith);
  }

  private static boolean isKnownToMariaDb(Object parameter) {
    return parameter instanceof BitSet
        || parameter instanceof float[]
        || parameter instanceof Float[];
  }

  private static boolean isOfMariaDb(Connection connection) throws SQLException {
    return String.valueOf(connection.getMetaData().getDriverName()).contains("MariaDB");
  }
}
