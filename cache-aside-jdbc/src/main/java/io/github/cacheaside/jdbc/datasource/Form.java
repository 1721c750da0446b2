package io.github.cacheaside.jdbc.datasource;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ways to ask a driver for one value. A result keeps what the driver answered to each, as far
 * as that is not what follows from the value itself; so a hit converts as this driver does.
 */
enum Form {
  STRING(1, String.class, ResultSet::getString),
  BOOLEAN(2, Boolean.class, ResultSet::getBoolean),
  BYTE(20, Byte.class, ResultSet::getByte),
  SHORT(21, Short.class, ResultSet::getShort),
  INT(22, Integer.class, ResultSet::getInt),
  LONG(3, Long.class, ResultSet::getLong),
  FLOAT(4, Float.class, ResultSet::getFloat),
  DOUBLE(5, Double.class, ResultSet::getDouble),
  DECIMAL(6, BigDecimal.class, ResultSet::getBigDecimal),
  BYTES(7, byte[].class, ResultSet::getBytes),
  DATE(8, Date.class, ResultSet::getDate),
  TIME(9, Time.class, ResultSet::getTime),
  TIMESTAMP(10, Timestamp.class, ResultSet::getTimestamp),
  LOCAL_DATE(11, LocalDate.class),
  LOCAL_TIME(12, LocalTime.class),
  LOCAL_DATE_TIME(13, LocalDateTime.class),
  OFFSET_TIME(14, OffsetTime.class),
  OFFSET_DATE_TIME(15, OffsetDateTime.class),
  ZONED_DATE_TIME(16, ZonedDateTime.class),
  INSTANT(17, Instant.class),
  UUID_(18, UUID.class),
  BIG_INTEGER(19, BigInteger.class);

  /** How a driver is asked. */
  @FunctionalInterface
  interface Getter {
    @Nullable Object get(ResultSet result, int column) throws SQLException;
  }

  private final int code;
  private final Class<?> type;

  @SuppressWarnings("ImmutableEnumChecker") // a reference to a method
  private final Getter getter;

  Form(int code, Class<?> type, Getter getter) {
    this.code = code;
    this.type = type;
    this.getter = getter;
  }

  Form(int code, Class<?> type) {
    this(code, type, (result, column) -> result.getObject(column, type));
  }

  /** What stands for it in the store. */
  int code() {
    return code;
  }

  static Form of(int code) throws IOException {
    for (Form each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    throw new IOException("no form " + code + " of a value");
  }

  Class<?> type() {
    return type;
  }

  @Nullable Object ask(ResultSet result, int column) throws SQLException {
    return getter.get(result, column);
  }

  /** What most drivers answer for a value; null if there is nothing of the kind. */
  @Nullable Object derived(Object value) {
    if (type == value.getClass()) {
      return value;
    }
    if (value instanceof Number number) {
      return ofNumber(number);
    }
    if (this == STRING) {
      return value.toString();
    }
    if (this == BYTES && value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    return value instanceof Boolean truth ? ofNumber(truth ? 1 : 0) : null;
  }

  private @Nullable Object ofNumber(Number number) {
    return switch (this) {
      case STRING ->
          number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
      case BOOLEAN -> number.doubleValue() != 0;
      case BYTE -> (byte) number.longValue() == number.doubleValue() ? number.byteValue() : null;
      case SHORT -> (short) number.longValue() == number.doubleValue() ? number.shortValue() : null;
      case INT -> (int) number.longValue() == number.doubleValue() ? number.intValue() : null;
      case LONG -> number.longValue();
      case FLOAT -> number.floatValue();
      case DOUBLE -> number.doubleValue();
      case DECIMAL -> isFinite(number) ? new BigDecimal(number.toString()) : null;
      default -> null;
    };
  }

  private static boolean isFinite(Number number) {
    return Double.isFinite(number.doubleValue())
        || number instanceof BigDecimal
        || number instanceof BigInteger;
  }
}
