package io.github.cacheaside.jdbc.datasource;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** How single values are written: a byte for the class, then the value. */
final class Tokens {
  /** A fact of metadata that is null. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private static final int LONGEST = 64_000_000;

  /** Whose text says all that there is. */
  private static final Map<Integer, Function<String, Object>> BY_TEXT =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(20, BigInteger::new),
              Map.entry(21, BigDecimal::new),
              Map.entry(22, LocalDate::parse),
              Map.entry(23, LocalTime::parse),
              Map.entry(24, LocalDateTime::parse),
              Map.entry(25, OffsetTime::parse),
              Map.entry(26, OffsetDateTime::parse),
              Map.entry(27, ZonedDateTime::parse),
              Map.entry(28, Instant::parse),
              Map.entry(29, UUID::fromString)));

  private static final List<Class<?>> CLASSES_BY_TEXT =
      List.of(
          BigInteger.class,
          BigDecimal.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          Instant.class,
          UUID.class);

  private static final List<Class<?>> OTHERS =
      List.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class,
          byte[].class,
          Date.class,
          Time.class,
          Timestamp.class);

  private Tokens() {}

  static boolean knows(Object value) {
    return OTHERS.contains(value.getClass()) || CLASSES_BY_TEXT.contains(value.getClass());
  }

  static void write(DataOutput out, Object value) throws IOException {
    int byText = CLASSES_BY_TEXT.indexOf(value.getClass());
    if (byText >= 0) {
      out.writeByte(20 + byText);
      writeText(out, value.toString());
    } else if (value == NULL) {
      out.writeByte(0);
    } else if (value == CachedResult.NO_ANSWER) {
      out.writeByte(1);
    } else {
      int other = OTHERS.indexOf(value.getClass());
      if (other < 0) {
        throw new IOException("no way to write a " + value.getClass().getName());
      }
      out.writeByte(2 + other);
      writeOther(out, other, value);
    }
  }

  private static void writeOther(DataOutput out, int kind, Object value) throws IOException {
    switch (kind) {
      case 0 -> out.writeBoolean((Boolean) value);
      case 1 -> out.writeByte((Byte) value);
      case 2 -> out.writeShort((Short) value);
      case 3 -> out.writeInt((Integer) value);
      case 4 -> out.writeLong((Long) value);
      case 5 -> out.writeInt(Float.floatToRawIntBits((Float) value));
      case 6 -> out.writeLong(Double.doubleToRawLongBits((Double) value));
      case 7 -> writeText(out, (String) value);
      case 8 -> {
        out.writeInt(((byte[]) value).length);
        out.write((byte[]) value);
      }
      case 11 -> {
        out.writeLong(((Timestamp) value).getTime());
        out.writeInt(((Timestamp) value).getNanos());
      }
      case 9 -> out.writeLong(((Date) value).getTime());
      default -> out.writeLong(((Time) value).getTime());
    }
  }

  static Object read(DataInput in) throws IOException {
    int kind = in.readByte();
    Function<String, Object> parser = BY_TEXT.get(kind);
    if (parser != null) {
      return parser.apply(readText(in));
    }
    return switch (kind) {
      case 0 -> NULL;
      case 1 -> CachedResult.NO_ANSWER;
      case 2 -> in.readBoolean();
      case 3 -> in.readByte();
      case 4 -> in.readShort();
      case 5 -> in.readInt();
      case 6 -> in.readLong();
      case 7 -> Float.intBitsToFloat(in.readInt());
      case 8 -> Double.longBitsToDouble(in.readLong());
      case 9 -> readText(in);
      case 10 -> readBytes(in);
      case 11 -> new Date(in.readLong());
      case 12 -> new Time(in.readLong());
      case 13 -> {
        Timestamp value = new Timestamp(in.readLong());
        value.setNanos(in.readInt());
        yield value;
      }
      default -> throw new IOException("no value of kind " + kind);
    };
  }

  /** Refuses half a surrogate pair, which would come back as another text. */
  static void writeText(DataOutput out, String text) throws IOException {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
      out.writeInt(bytes.remaining());
      out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    } catch (CharacterCodingException e) {
      throw new IOException("a text holds half of a surrogate pair", e);
    }
  }

  static String readText(DataInput in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("a length of " + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
