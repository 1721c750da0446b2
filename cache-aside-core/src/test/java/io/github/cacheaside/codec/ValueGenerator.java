package io.github.cacheaside.codec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes types, nested at random, and values of them. */
@SuppressWarnings("JavaUtilDate")
final class ValueGenerator {
  /** A type and how its values are made. */
  record Made(JavaType type, Function<Random, @Nullable Object> value) {}

  record Box<T>(@Nullable T content) {}

  record Pair<A, B>(A left, @Nullable B right, int number) {}

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "verdant";
      }
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
  sealed interface Shape permits Circle, Square, Hidden {}

  record Circle(double radius) implements Shape {}

  record Square(Instant since, long side) implements Shape {}

  /** One that its type information forgets. */
  record Hidden(String why) implements Shape {}

  sealed interface Untold permits Told {}

  record Told(int x) implements Untold {}

  /** A class as many have them; and one below it. */
  static class Plain {
    public String name = "";
    public @Nullable Number amount;

    @Override
    public boolean equals(Object other) {
      return other instanceof Plain that
          && that.getClass() == getClass()
          && name.equals(that.name)
          && Objects.equals(amount, that.amount);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  static final class More extends Plain {
    public int more = 1;
  }

  private final TypeFactory types = TypeFactory.defaultInstance();
  private final List<Made> leaves = new ArrayList<>();

  ValueGenerator() {
    leaf(String.class, ValueGenerator::text);
    leaf(Boolean.class, Random::nextBoolean);
    leaf(Integer.class, random -> random.nextInt(64) - 32);
    leaf(Long.class, Random::nextLong);
    leaf(Short.class, random -> (short) random.nextInt());
    leaf(Byte.class, random -> (byte) random.nextInt());
    leaf(Character.class, random -> (char) random.nextInt(0x600));
    leaf(Float.class, random -> Float.intBitsToFloat(random.nextInt()));
    leaf(Double.class, random -> Double.longBitsToDouble(random.nextLong()));
    leaf(BigDecimal.class, ValueGenerator::decimal);
    leaf(BigInteger.class, random -> new BigInteger(random.nextInt(4000), random));
    leaf(UUID.class, random -> new UUID(random.nextLong(), random.nextLong()));
    leaf(URI.class, random -> URI.create("http://x/" + random.nextInt()));
    leaf(byte[].class, ValueGenerator::bytes);
    leaf(int[].class, random -> random.ints(random.nextInt(4)).toArray());
    leaf(Color.class, random -> Color.values()[random.nextInt(2)]);
    leaf(Shape.class, ValueGenerator::shape);
    leaf(Untold.class, random -> new Told(random.nextInt()));
    leaf(Plain.class, ValueGenerator::plain);
    leaf(Object.class, random -> any(random, 2));
    leaf(Number.class, ValueGenerator::number);
    leaf(CharSequence.class, ValueGenerator::text);
    leaf(Date.class, ValueGenerator::date);
    leaf(java.sql.Date.class, ValueGenerator::sqlDate);
    leaf(java.sql.Time.class, ValueGenerator::sqlTime);
    leaf(java.sql.Timestamp.class, ValueGenerator::timestamp);
    leaf(Calendar.class, ValueGenerator::calendar);
    leaf(TimeZone.class, random -> TimeZone.getTimeZone(zone(random)));
    times();
  }

  private void times() {
    leaf(Instant.class, ValueGenerator::instant);
    leaf(LocalDate.class, random -> local(random).toLocalDate());
    leaf(LocalTime.class, random -> local(random).toLocalTime());
    leaf(LocalDateTime.class, ValueGenerator::local);
    leaf(OffsetDateTime.class, random -> local(random).atOffset(offset(random)));
    leaf(OffsetTime.class, random -> local(random).toLocalTime().atOffset(offset(random)));
    leaf(ZonedDateTime.class, random -> local(random).atZone(zone(random)));
    leaf(Duration.class, random -> Duration.ofSeconds(random.nextInt(), random.nextInt(1 << 30)));
    leaf(
        Period.class, random -> Period.of(random.nextInt(9), random.nextInt(), random.nextInt(40)));
    leaf(Year.class, random -> Year.of(random.nextInt(20_000) - 5_000));
    leaf(YearMonth.class, random -> YearMonth.from(local(random)));
    leaf(MonthDay.class, random -> MonthDay.from(local(random)));
    leaf(DayOfWeek.class, random -> DayOfWeek.of(1 + random.nextInt(7)));
    leaf(ZoneId.class, ValueGenerator::zone);
    leaf(ZoneOffset.class, ValueGenerator::offset);
  }

  private void leaf(Class<?> type, Function<Random, @Nullable Object> value) {
    leaves.add(new Made(types.constructType(type), value));
  }

  /** A type of at most so many levels. */
  Made type(Random random, int levels) {
    Made leaf = leaves.get(random.nextInt(leaves.size()));
    if (levels == 0 || random.nextInt(4) == 0) {
      return leaf;
    }
    Made part = type(random, levels - 1);
    return switch (random.nextInt(8)) {
      case 0 -> list(part);
      case 1 -> set(part);
      case 2 -> map(part);
      case 3 -> keyed(leaf, part);
      case 4 -> optional(part);
      case 5 -> array(part);
      case 6 -> box(part);
      default -> pair(part, type(random, levels - 1));
    };
  }

  /** A list in any of the classes that there are. */
  private Made list(Made part) {
    return new Made(
        types.constructCollectionType(List.class, part.type()),
        random -> {
          List<@Nullable Object> list = several(part, random);
          return switch (random.nextInt(4)) {
            case 0 -> Arrays.asList(list.toArray());
            case 1 -> Collections.unmodifiableList(list);
            case 2 -> list.contains(null) ? list : List.copyOf(list);
            default -> list;
          };
        });
  }

  private static List<@Nullable Object> several(Made part, Random random) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(part.value().apply(random));
    }
    return list;
  }

  private Made set(Made part) {
    return new Made(
        types.constructCollectionType(Set.class, part.type()),
        random -> new LinkedHashSet<>(several(part, random)));
  }

  private Made map(Made part) {
    return new Made(
        types.constructMapType(Map.class, types.constructType(String.class), part.type()),
        random -> {
          Map<String, @Nullable Object> map =
              random.nextBoolean() ? new HashMap<>() : new TreeMap<>();
          several(part, random).forEach(one -> map.put(text(random), one));
          return map;
        });
  }

  private Made keyed(Made key, Made part) {
    return new Made(
        types.constructMapType(Map.class, key.type(), part.type()),
        random -> {
          Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
          several(part, random).forEach(one -> map.put(key.value().apply(random), one));
          return map;
        });
  }

  private Made optional(Made part) {
    return new Made(
        types.constructReferenceType(Optional.class, part.type()),
        random -> random.nextInt(9) == 0 ? null : Optional.ofNullable(part.value().apply(random)));
  }

  private Made array(Made part) {
    return new Made(
        types.constructArrayType(part.type()),
        random -> {
          Class<?> raw = part.type().getRawClass();
          Object array = java.lang.reflect.Array.newInstance(raw, random.nextInt(3));
          for (int i = 0; i < java.lang.reflect.Array.getLength(array); i++) {
            java.lang.reflect.Array.set(array, i, part.value().apply(random));
          }
          return array;
        });
  }

  private Made box(Made part) {
    return new Made(
        types.constructParametricType(Box.class, part.type()),
        random -> new Box<>(random.nextInt(9) == 0 ? null : part.value().apply(random)));
  }

  private Made pair(Made left, Made right) {
    return new Made(
        types.constructParametricType(Pair.class, left.type(), right.type()),
        random ->
            new Pair<>(left.value().apply(random), right.value().apply(random), random.nextInt()));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int code = random.nextInt(random.nextBoolean() ? 128 : 0x11000);
      text.appendCodePoint(random.nextInt(500) > 0 && code >= 0xd800 && code < 0xe000 ? 32 : code);
    }
    return text.toString();
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static BigDecimal decimal(Random random) {
    int scale = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(40) - 20;
    return new BigDecimal(new BigInteger(random.nextInt(200), random), scale);
  }

  private static Shape shape(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> new Hidden("x");
      case 1, 2, 3, 4 -> new Square(instant(random), random.nextLong());
      default -> new Circle(random.nextDouble());
    };
  }

  private static Plain plain(Random random) {
    Plain plain = random.nextInt(5) == 0 ? new More() : new Plain();
    plain.name = text(random);
    plain.amount = random.nextBoolean() ? random.nextInt() : number(random);
    return plain;
  }

  private static Number number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> (long) random.nextInt();
      case 2 -> decimal(random);
      case 3 -> random.nextFloat();
      case 4 -> random.nextDouble();
      default -> random.nextInt();
    };
  }

  private static @Nullable Object any(Random random, int levels) {
    return switch (random.nextInt(levels == 0 ? 5 : 7)) {
      case 0 -> number(random);
      case 1 -> instant(random);
      case 2 -> random.nextBoolean() ? date(random) : null;
      case 3, 4 -> text(random);
      case 5 -> new ArrayList<>(Arrays.asList(any(random, levels - 1), any(random, levels - 1)));
      default -> new HashMap<>(Collections.singletonMap(text(random), any(random, levels - 1)));
    };
  }

  private static Instant instant(Random random) {
    long seconds = random.nextInt(20) == 0 ? random.nextLong() % 31_556_889_864_403_199L : 0;
    return Instant.ofEpochSecond(
        seconds == 0 ? random.nextInt() : seconds, random.nextBoolean() ? 0 : random.nextInt());
  }

  private static LocalDateTime local(Random random) {
    long days =
        random.nextInt(20) == 0 ? random.nextInt(10_000_000) - 5_000_000 : random.nextInt(40_000);
    LocalDateTime day = LocalDate.ofEpochDay(days).atTime(random.nextInt(24), random.nextInt(60));
    return random.nextBoolean() ? day : day.plusNanos(random.nextLong() & 0xfffffffffL);
  }

  private static ZoneOffset offset(Random random) {
    return ZoneOffset.ofTotalSeconds(random.nextBoolean() ? 0 : random.nextInt(64_800) - 32_400);
  }

  private static ZoneId zone(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> ZoneOffset.UTC;
      case 1 -> ZoneId.of("UTC");
      case 2 -> ZoneId.of("GMT+3");
      case 3 -> offset(random);
      case 4 -> ZoneId.of("America/New_York");
      default -> ZoneId.of("Europe/Paris");
    };
  }

  private static Date date(Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> timestamp(random);
      case 1 -> new Date(random.nextLong());
      default -> new Date(instant(random).getEpochSecond() * 1000 + random.nextInt(1000));
    };
  }

  private static java.sql.Date sqlDate(Random random) {
    return random.nextInt(3) == 0
        ? new java.sql.Date(random.nextLong() >> 16)
        : java.sql.Date.valueOf(local(random).toLocalDate());
  }

  private static java.sql.Time sqlTime(Random random) {
    return random.nextInt(3) == 0
        ? new java.sql.Time(random.nextLong() >> 16)
        : java.sql.Time.valueOf(local(random).toLocalTime());
  }

  private static java.sql.Timestamp timestamp(Random random) {
    return java.sql.Timestamp.valueOf(local(random));
  }

  private static Calendar calendar(Random random) {
    Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone(zone(random)));
    calendar.setTimeInMillis(random.nextLong() >> 20);
    if (random.nextInt(5) == 0) {
      calendar.setLenient(false);
    }
    return calendar;
  }
}
