package io.github.cacheaside.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How parameters are handed to a driver. */
final class Parameters {
  private static final Set<Class<?>> PLAIN = Set.of(String.class, Integer.class, Long.class);
  private static final List<String> DRIVERS = List.of("com.mysql.", "org.mariadb.");

  private Parameters() {}

  /**
   * What to hand to {@code setObject}.
   *
   * @throws IllegalArgumentException if a driver for MySQL or MariaDB would send something else
   */
  static @Nullable Object bindable(Connection connection, @Nullable Object parameter)
      throws SQLException {
    if (parameter instanceof Enum<?> constant) {
      return constant.name();
    }
    if (parameter instanceof Character character) {
      return character.toString();
    }
    return parameter == null || PLAIN.contains(parameter.getClass()) || !isMySql(connection)
        ? parameter
        : bindableByMySql(connection, parameter);
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
    if (parameter instanceof Year year) {
      return year.getValue();
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

  static boolean isMySql(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return "MySQL".equalsIgnoreCase(product) || "MariaDB".equalsIgnoreCase(product);
  }
}
