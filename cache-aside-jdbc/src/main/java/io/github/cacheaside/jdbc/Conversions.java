package io.github.cacheaside.jdbc;

import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversions between a column's value and a wanted type; none of them loses a whole number. */
final class Conversions {
  private Conversions() {}

  /**
   * Converts a value, or says between which types it can't, without showing it.
   *
   * @throws IllegalArgumentException if there is no such conversion or the value does not fit
   */
  @SuppressWarnings("unchecked") // wrap() keeps the type but for primitives, which unbox
  static <T> T convert(Object value, Class<T> type, String column) {
    Class<?> boxed = MethodType.methodType(type).wrap().returnType();
    Object converted;
    try {
      converted = boxed.isInstance(value) ? value : tryConvert(value, boxed);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw refused(value, type, column);
    }
    if (converted == null) {
      throw refused(value, type, column);
    }
    return (T) converted;
  }

  // No cause: the messages of the JDK's parsers show the value.
  private static IllegalArgumentException refused(Object value, Class<?> type, String column) {
    return new IllegalArgumentException(
        "column "
            + column
            + ": this "
            + value.getClass().getSimpleName()
            + " can't be read as "
            + type.getTypeName());
  }

  private static @Nullable Object tryConvert(Object value, Class<?> type) {
    if (type == String.class) {
      return text(value);
    }
    if (isFloating(value) && (type == Double.class || type == Float.class)) {
      return floating((Number) value, type);
    }
    if (Number.class.isAssignableFrom(type)) {
      BigDecimal number = number(value);
      return number == null ? null : toNumber(number, type);
    }
    if (value instanceof String text) {
      return fromText(text, type);
    }
    if (type == Boolean.class) {
      return truth(value);
    }
    return fromOther(value, type);
  }

  private static boolean isFloating(Object value) {
    return value instanceof Double || value instanceof Float;
  }

  /**
   * By way of the decimal form where there is one: 0.1f is 0.1. NaN and the infinities have none.
   */
  private static Number floating(Number value, Class<?> type) {
    double number =
        Double.isFinite(value.doubleValue())
            ? Double.parseDouble(value.toString())
            : value.doubleValue();
    return type == Double.class ? (Number) number : (Number) (float) number;
  }

  private static @Nullable String text(Object value) {
    if (value instanceof byte[] || value instanceof List) {
      return null;
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  private static @Nullable BigDecimal number(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    return value instanceof Number ? new BigDecimal(value.toString()) : null;
  }

  private static @Nullable Object toNumber(BigDecimal number, Class<?> type) {
    if (type == Long.class) {
      return number.longValueExact();
    }
    if (type == Integer.class) {
      return number.intValueExact();
    }
    if (type == Short.class) {
      return number.shortValueExact();
    }
    if (type == Byte.class) {
      return number.byteValueExact();
    }
    if (type == BigInteger.class) {
      return number.toBigIntegerExact();
    }
    if (type == Double.class) {
      return number.doubleValue();
    }
    if (type == Float.class) {
      return number.floatValue();
    }
    return type == BigDecimal.class ? number : null;
  }

  private static @Nullable Object fromText(String text, Class<?> type) {
    if (type == UUID.class) {
      return UUID.fromString(text);
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(text)) {
          return constant;
        }
      }
    }
    return type == Character.class && text.length() == 1 ? text.charAt(0) : null;
  }

  private static @Nullable Boolean truth(Object value) {
    BigDecimal number = number(value);
    if (number == null) {
      return null;
    }
    if (number.signum() == 0) {
      return false;
    }
    return number.compareTo(BigDecimal.ONE) == 0 ? true : null;
  }

  private static @Nullable Object fromOther(Object value, Class<?> type) {
    if (type == Instant.class && value instanceof OffsetDateTime moment) {
      return moment.toInstant();
    }
    if (type == Duration.class && value instanceof LocalTime time) {
      return Duration.ofNanos(time.toNanoOfDay());
    }
    if (type == Year.class) {
      BigDecimal number = number(value);
      return number == null ? null : Year.of(number.intValueExact());
    }
    return null;
  }
}
