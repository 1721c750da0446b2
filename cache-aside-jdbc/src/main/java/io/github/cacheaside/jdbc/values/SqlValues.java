package io.github.cacheaside.jdbc.values;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The closed set of Java types that a {@link Row} holds, and the way into it from a driver's. */
public final class SqlValues {
  private static final Set<Class<?>> SCALARS =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          BigInteger.class,
          Float.class,
          Double.class,
          BigDecimal.class,
          String.class,
          byte[].class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetTime.class,
          OffsetDateTime.class,
          Duration.class,
          UUID.class);

  private SqlValues() {}

  public static boolean isScalar(Class<?> type) {
    return SCALARS.contains(type);
  }

  /** The value in the closed set that stands for what the driver gave. */
  static @Nullable Object normalise(@Nullable Object raw) throws SQLException {
    if (raw == null || isScalar(raw.getClass())) {
      return raw;
    }
    if (raw instanceof java.util.Date || raw instanceof ZonedDateTime) {
      return normaliseDate(raw);
    }
    if (raw instanceof Blob blob) {
      return blob.getBytes(1, length(blob.length()));
    }
    if (raw instanceof Clob clob) {
      return clob.getSubString(1, length(clob.length()));
    }
    if (raw instanceof SQLXML xml) {
      return xml.getString();
    }
    if (raw instanceof Array array) {
      return normalise(array.getArray());
    }
    if (raw instanceof Object[] elements) {
      return normaliseAll(elements);
    }
    if (raw instanceof float[] floats) { // a VECTOR
      List<@Nullable Object> values = new ArrayList<>(floats.length);
      for (float each : floats) {
        values.add(each);
      }
      return Collections.unmodifiableList(values);
    }
    throw new UnsupportedClassException(raw.getClass());
  }

  /** Whether the closed set has nothing for a driver's class but its text. */
  static boolean hasTextOnly(@Nullable Object raw) {
    return raw != null
        && !isScalar(raw.getClass())
        && !(raw instanceof java.util.Date
            || raw instanceof ZonedDateTime
            || raw instanceof Blob
            || raw instanceof Clob
            || raw instanceof SQLXML
            || raw instanceof Array
            || raw instanceof Object[]
            || raw instanceof float[]
            || raw instanceof ResultSet
            || raw instanceof java.sql.Struct);
  }

  private static Object normaliseDate(Object raw) throws SQLException {
    if (raw instanceof java.sql.Timestamp timestamp) {
      return timestamp.toLocalDateTime();
    }
    if (raw instanceof java.sql.Date date) {
      return date.toLocalDate();
    }
    if (raw instanceof java.sql.Time time) {
      return time.toLocalTime();
    }
    if (raw instanceof ZonedDateTime zoned) {
      return zoned.toOffsetDateTime();
    }
    throw new UnsupportedClassException(raw.getClass());
  }

  private static List<@Nullable Object> normaliseAll(@Nullable Object[] elements)
      throws SQLException {
    List<@Nullable Object> values = new ArrayList<>(elements.length);
    for (Object element : elements) {
      values.add(normalise(element));
    }
    return Collections.unmodifiableList(values);
  }

  private static int length(long length) throws SQLException {
    if (length > Integer.MAX_VALUE - 8) {
      throw new SQLException("a large object of " + length + " characters or bytes");
    }
    return (int) length;
  }

  /** What a row shows of a value: itself, or a copy if it could be changed. */
  public static @Nullable Object copy(@Nullable Object raw) {
    Object value = SqlForms.valueOf(raw);
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copies = new ArrayList<>(list.size());
      list.forEach(element -> copies.add(copy(element)));
      return Collections.unmodifiableList(copies);
    }
    return value;
  }

  /** Equality of class and content, that of byte arrays included. */
  public static boolean same(@Nullable Object rawOne, @Nullable Object rawOther) {
    Object one = SqlForms.valueOf(rawOne);
    Object other = SqlForms.valueOf(rawOther);
    if (one instanceof List<?> a && other instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof byte[] a && other instanceof byte[] b) {
      return Arrays.equals(a, b);
    }
    return Objects.equals(one, other);
  }

  public static int hash(@Nullable Object raw) {
    Object value = SqlForms.valueOf(raw);
    if (value instanceof List<?> list) {
      int hash = 1;
      for (Object element : list) {
        hash = 31 * hash + hash(element);
      }
      return hash;
    }
    return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value);
  }

  /** Whether UTF-8 can express a text: each surrogate is half of a pair. */
  public static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** A class of the driver's that has no counterpart in the closed set. */
  public static final class UnsupportedClassException extends SQLException {
    private static final long serialVersionUID = 1L;

    public UnsupportedClassException(Class<?> type) {
      super(type.getName());
    }
  }
}
