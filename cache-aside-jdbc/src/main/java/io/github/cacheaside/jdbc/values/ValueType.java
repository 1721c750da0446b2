package io.github.cacheaside.jdbc.values;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The binary form of one value: a byte that says its type, then what the type needs. */
public enum ValueType {
  // The numbers are in people's caches: add, never change or reuse.
  NULL(0, Void.class, (value, out) -> {}, in -> null),
  FALSE(1, Void.class, (value, out) -> {}, in -> false),
  TRUE(2, Void.class, (value, out) -> {}, in -> true),
  BYTE(3, Byte.class, (value, out) -> out.putSigned((Byte) value), in -> toByte(in.getInt())),
  SHORT(4, Short.class, (value, out) -> out.putSigned((Short) value), in -> toShort(in.getInt())),
  INTEGER(5, Integer.class, (value, out) -> out.putSigned((Integer) value), WireReader::getInt),
  LONG(6, Long.class, (value, out) -> out.putSigned((Long) value), WireReader::getSigned),
  BIG_INTEGER(
      7,
      BigInteger.class,
      (value, out) -> out.putBytes(((BigInteger) value).toByteArray()),
      in -> new BigInteger(in.getBytes())),
  FLOAT(
      8,
      Float.class,
      (value, out) -> out.putSigned(Float.floatToRawIntBits((Float) value)),
      in -> Float.intBitsToFloat(in.getInt())),
  DOUBLE(
      9,
      Double.class,
      (value, out) -> out.putFixed(Double.doubleToRawLongBits((Double) value)),
      in -> Double.longBitsToDouble(in.getFixed())),
  BIG_DECIMAL(10, BigDecimal.class, ValueType::writeDecimal, ValueType::readDecimal),
  STRING(11, String.class, (value, out) -> out.putText((String) value), WireReader::getText),
  BYTES(12, byte[].class, (value, out) -> out.putBytes((byte[]) value), WireReader::getBytes),
  DATE(13, LocalDate.class, ValueType::writeDate, ValueType::readDate),
  TIME(14, LocalTime.class, ValueType::writeTime, ValueType::readTime),
  DATE_TIME(15, LocalDateTime.class, ValueType::writeDateTime, ValueType::readDateTime),
  OFFSET_TIME(
      16,
      OffsetTime.class,
      (value, out) -> {
        writeTime(((OffsetTime) value).toLocalTime(), out);
        out.putSigned(((OffsetTime) value).getOffset().getTotalSeconds());
      },
      in -> OffsetTime.of(readTime(in), ZoneOffset.ofTotalSeconds(in.getInt()))),
  OFFSET_DATE_TIME(
      17,
      OffsetDateTime.class,
      (value, out) -> {
        writeDateTime(((OffsetDateTime) value).toLocalDateTime(), out);
        out.putSigned(((OffsetDateTime) value).getOffset().getTotalSeconds());
      },
      in -> OffsetDateTime.of(readDateTime(in), ZoneOffset.ofTotalSeconds(in.getInt()))),
  DURATION(
      18,
      Duration.class,
      (value, out) -> {
        Duration duration = (Duration) value;
        out.putSigned(duration.getSeconds());
        out.putUnsigned(duration.getNano());
      },
      in -> Duration.ofSeconds(in.getSigned(), in.getUnsigned())),
  UUID_VALUE(
      19,
      UUID.class,
      (value, out) -> {
        out.putFixed(((UUID) value).getMostSignificantBits());
        out.putFixed(((UUID) value).getLeastSignificantBits());
      },
      in -> new UUID(in.getFixed(), in.getFixed())),
  LIST(20, List.class, (value, out) -> {}, in -> null),
  FORMS(21, SqlForms.class, (value, out) -> {}, in -> null);

  /** Deeper arrays are no arrays of a database's. */
  private static final int DEEPEST = 16;

  private static final Map<Class<?>, ValueType> BY_CLASS = new HashMap<>();
  private static final ValueType[] BY_TAG = new ValueType[values().length];

  static {
    for (ValueType type : values()) {
      BY_CLASS.put(type.javaType, type);
      BY_TAG[type.tag] = type;
    }
  }

  @FunctionalInterface
  private interface Writer {
    void write(Object value, WireWriter out) throws IOException;
  }

  @FunctionalInterface
  private interface Reader {
    @Nullable Object read(WireReader in) throws IOException;
  }

  private final int tag;
  private final Class<?> javaType;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda without captures
  private final Writer writer;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda without captures
  private final Reader reader;

  ValueType(int tag, Class<?> javaType, Writer writer, Reader reader) {
    this.tag = tag;
    this.javaType = javaType;
    this.writer = writer;
    this.reader = reader;
  }

  public static void write(@Nullable Object value, WireWriter out) throws IOException {
    if (value == null) {
      out.putByte(NULL.tag);
    } else if (value instanceof Boolean truth) {
      out.putByte(truth ? TRUE.tag : FALSE.tag);
    } else if (value instanceof SqlForms forms) {
      out.putByte(FORMS.tag);
      write(forms.value(), out);
      write(forms.text(), out);
      write(forms.moment(), out);
    } else if (value instanceof List<?> list) {
      out.putByte(LIST.tag);
      out.putUnsigned(list.size());
      for (Object element : list) {
        write(element, out);
      }
    } else {
      ValueType type = BY_CLASS.get(value.getClass());
      if (type == null) {
        throw new IOException("no binary form for " + value.getClass().getName());
      }
      out.putByte(type.tag);
      type.writer.write(value, out);
    }
  }

  public static @Nullable Object read(WireReader in) throws IOException {
    return read(in, 0);
  }

  private static @Nullable Object read(WireReader in, int depth) throws IOException {
    int tag = in.getByte();
    if (tag >= BY_TAG.length) {
      throw new IOException("unknown type " + tag);
    }
    if (tag == FORMS.tag) {
      return readForms(in, depth);
    }
    if (tag != LIST.tag) {
      return BY_TAG[tag].reader.read(in);
    }
    if (depth == DEEPEST) {
      throw new IOException("arrays in arrays, more than " + DEEPEST + " deep");
    }
    int size = in.getCount();
    List<@Nullable Object> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(read(in, depth + 1));
    }
    return Collections.unmodifiableList(list);
  }

  private static SqlForms readForms(WireReader in, int depth) throws IOException {
    if (depth == DEEPEST) {
      throw new IOException("forms in forms, more than " + DEEPEST + " deep");
    }
    Object value = read(in, depth + 1);
    Object text = read(in, depth + 1);
    Object moment = read(in, depth + 1);
    if (value == null
        || value instanceof SqlForms
        || !(text == null || text instanceof String)
        || !(moment == null || moment instanceof OffsetDateTime)) {
      throw new IOException("impossible forms of a value");
    }
    return new SqlForms(value, (String) text, (OffsetDateTime) moment);
  }

  private static byte toByte(int value) throws IOException {
    if (value != (byte) value) {
      throw new IOException("not a byte");
    }
    return (byte) value;
  }

  private static short toShort(int value) throws IOException {
    if (value != (short) value) {
      throw new IOException("not a short");
    }
    return (short) value;
  }

  private static void writeDecimal(Object value, WireWriter out) {
    BigDecimal decimal = (BigDecimal) value;
    out.putSigned(decimal.scale());
    out.putBytes(decimal.unscaledValue().toByteArray());
  }

  private static BigDecimal readDecimal(WireReader in) throws IOException {
    int scale = in.getInt();
    return new BigDecimal(new BigInteger(in.getBytes()), scale);
  }

  private static void writeDate(Object value, WireWriter out) {
    out.putSigned(((LocalDate) value).toEpochDay());
  }

  private static LocalDate readDate(WireReader in) throws IOException {
    return LocalDate.ofEpochDay(in.getSigned());
  }

  private static void writeTime(Object value, WireWriter out) {
    out.putUnsigned(((LocalTime) value).toNanoOfDay());
  }

  private static LocalTime readTime(WireReader in) throws IOException {
    return LocalTime.ofNanoOfDay(in.getUnsigned());
  }

  private static void writeDateTime(Object value, WireWriter out) {
    writeDate(((LocalDateTime) value).toLocalDate(), out);
    writeTime(((LocalDateTime) value).toLocalTime(), out);
  }

  private static LocalDateTime readDateTime(WireReader in) throws IOException {
    return LocalDateTime.of(readDate(in), readTime(in));
  }
}
