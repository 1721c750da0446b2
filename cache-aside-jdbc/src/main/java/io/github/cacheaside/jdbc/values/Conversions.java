package io.github.cacheaside.jdbc.values;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversions between a column's value and a wanted type; none of them loses a whole number. */
public final class Conversions {
  private Conversions() {}

  /**
   * Converts a value, or says between which types it can't, without showing it.
   *
   * @throws IllegalArgumentException if there is no such conversion or the value does not fit
   */
  public static Object convert(Object raw, Type type, String column) {
    Object value = requireNonNull(SqlForms.valueOf(raw));
    Class<?> boxed = MethodType.methodType(rawClass(type)).wrap().returnType();
    Object converted;
    try {
      converted = tryConvert(raw, value, type, boxed, column);
    } catch (ArithmeticException | IllegalArgumentException | DateTimeException e) {
      throw refused(value, type, column);
    }
    if (converted == null) {
      throw refused(value, type, column);
    }
    return converted;
  }

  /** An {@code Optional} is empty for SQL {@code NULL}; all else is null. */
  public static @Nullable Object convertOrNull(@Nullable Object raw, Type type, String column) {
    if (rawClass(type) == Optional.class) {
      return Optional.ofNullable(raw)
          .map(value -> convert(value, argument(type, Object.class), column));
    }
    return raw == null ? null : convert(raw, type, column);
  }

  /** The class to ask the driver for: that of the value, where the type is an {@code Optional}. */
  public static Class<?> wanted(Type type) {
    Class<?> raw = rawClass(type);
    return raw == Optional.class ? rawClass(argument(type, Object.class)) : raw;
  }

  private static Class<?> rawClass(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType parameterized) {
      return rawClass(parameterized.getRawType());
    }
    if (type instanceof GenericArrayType array) {
      return Array.newInstance(rawClass(array.getGenericComponentType()), 0).getClass();
    }
    return Object.class;
  }

  /** The first type argument; a wildcard's bound. */
  private static Type argument(Type type, Class<?> otherwise) {
    if (!(type instanceof ParameterizedType parameterized)) {
      return otherwise;
    }
    Type argument = parameterized.getActualTypeArguments()[0];
    return argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
  }

  private static @Nullable Object tryConvert(
      Object raw, Object value, Type type, Class<?> boxed, String column) {
    if (raw instanceof SqlForms forms) {
      if (boxed == String.class && forms.text() != null) {
        return forms.text();
      }
      if (forms.moment() != null && boxed != OffsetDateTime.class) {
        Object converted = fromOther(forms.moment(), boxed);
        if (converted != null) {
          return converted;
        }
      }
      if (forms.moment() != null && boxed == OffsetDateTime.class) {
        return forms.moment();
      }
    }
    if (value instanceof List<?> elements) {
      return fromArray(elements, type, boxed, column);
    }
    return boxed.isInstance(value) ? SqlValues.copy(value) : tryConvert(value, boxed);
  }

  /** A Java array or a {@code List}, each element as its type says. */
  private static @Nullable Object fromArray(
      List<?> elements, Type type, Class<?> boxed, String column) {
    if (boxed == Object.class) {
      return SqlValues.copy(elements);
    }
    if (boxed.isAssignableFrom(List.class)) {
      Type element = argument(type, Object.class);
      List<@Nullable Object> list = new ArrayList<>(elements.size());
      elements.forEach(each -> list.add(convertOrNull(each, element, column)));
      return Collections.unmodifiableList(list);
    }
    if (!boxed.isArray() || boxed == byte[].class) {
      return null;
    }
    Type element =
        type instanceof GenericArrayType generic
            ? generic.getGenericComponentType()
            : boxed.getComponentType();
    Object array = Array.newInstance(boxed.getComponentType(), elements.size());
    for (int i = 0; i < elements.size(); i++) {
      Object converted = convertOrNull(elements.get(i), element, column);
      if (converted == null && boxed.getComponentType().isPrimitive()) {
        throw new IllegalArgumentException(
            "column " + column + ": an element is NULL, which no " + element + " is");
      }
      Array.set(array, i, converted);
    }
    return array;
  }

  // No cause: the messages of the JDK's parsers show the value.
  private static IllegalArgumentException refused(Object value, Type type, String column) {
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
    return java.util.Date.class.isAssignableFrom(type)
        ? fromLocal(value, type)
        : fromOther(value, type);
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

  static @Nullable String text(Object value) {
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
    if (value instanceof OffsetDateTime moment) {
      return type == Instant.class
          ? moment.toInstant()
          : type == ZonedDateTime.class ? moment.toZonedDateTime() : null;
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

  /** JDBC's old classes, where they can say the same: not in a gap of the JVM's time zone. */
  private static @Nullable Object fromLocal(Object value, Class<?> type) {
    if (type == Timestamp.class && value instanceof LocalDateTime local) {
      Timestamp timestamp = Timestamp.valueOf(local);
      return timestamp.toLocalDateTime().equals(local) ? timestamp : null;
    }
    if (type == java.sql.Date.class && value instanceof LocalDate local) {
      java.sql.Date date = java.sql.Date.valueOf(local);
      return date.toLocalDate().equals(local) ? date : null;
    }
    if (type == Time.class && value instanceof LocalTime local) {
      Time time = Time.valueOf(local);
      return time.toLocalTime().equals(local) ? time : null;
    }
    return null;
  }
}
