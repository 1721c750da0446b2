package io.github.cacheaside.jdbc.datasource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Different calls of a driver have different keys: texts, parameters by setter and class, NULLs,
 * sessions and limits, made of what keys are made of.
 */
class QueryKeyPropertyTest {
  private static final int QUERIES = 120_000;
  private static final Seen.Caching CACHING =
      new Seen.Caching(Set.of("planet"), Duration.ofMinutes(1), false);

  /** What keys are made of; the last makes some too long to be kept as they are. */
  private static final String[] PIECES = {
    "[",
    "]",
    ",",
    ":",
    "n",
    "s1:",
    "null",
    "0",
    "1",
    "1setLong:Long=1",
    "#",
    "SELECT 1",
    "?",
    "'",
    "\ud800",
    "x".repeat(200)
  };

  private final Random random = new Random(42);

  private String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static Call call(String name, Class<?> type, int index, @Nullable Object value) {
    try {
      Method method = PreparedStatement.class.getMethod(name, int.class, type);
      return new Call(method, new @Nullable Object[] {index, value});
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private Call parameter(int index) {
    return switch (random.nextInt(12)) {
      case 0 -> call("setNull", int.class, index, random.nextInt(3));
      case 1 -> call("setInt", int.class, index, random.nextInt(3));
      case 2 -> call("setLong", long.class, index, (long) random.nextInt(3));
      case 3 -> call("setString", String.class, index, random.nextInt(4) == 0 ? null : text(2));
      case 4 -> call("setNString", String.class, index, text(2));
      case 5 -> call("setBytes", byte[].class, index, text(1).getBytes(UTF_8));
      case 6 -> call("setDate", Date.class, index, new Date(random.nextInt(3)));
      case 7 -> call("setTimestamp", Timestamp.class, index, new Timestamp(random.nextInt(3)));
      case 8 -> call("setBoolean", boolean.class, index, random.nextBoolean());
      default -> call("setObject", Object.class, index, object());
    };
  }

  private @Nullable Object object() {
    return switch (random.nextInt(9)) {
      case 0 -> null;
      case 1 -> random.nextInt(3);
      case 2 -> (long) random.nextInt(3);
      case 3 -> (double) random.nextInt(3);
      case 4 -> BigInteger.valueOf(random.nextInt(3));
      case 5 -> new BigDecimal(random.nextInt(3)).setScale(random.nextInt(2));
      case 6 -> LocalDate.ofEpochDay(random.nextInt(3));
      case 7 -> LocalDateTime.of(2026, 1, 1, 0, random.nextInt(3));
      default -> text(2);
    };
  }

  @Test
  void differentCalls_haveDifferentKeys() {
    Map<String, String> byKey = new HashMap<>();
    Map<String, String> byCall = new HashMap<>();
    for (int i = 0; i < QUERIES; i++) {
      String sql = text(3);
      String session = text(1);
      long maxRows = random.nextInt(2);
      SortedMap<Integer, Call> parameters = new TreeMap<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        int index = n == 3 ? 11 : n;
        parameters.put(index, parameter(index));
      }
      QueryKey made = QueryKey.of(sql, parameters, session, maxRows, CACHING);
      String key = Objects.requireNonNull(made, "key").encoded();
      String call = sized(sql) + sized(session) + maxRows + describe(parameters);
      assertThat(byKey.putIfAbsent(key, call)).as("another call with this key").isIn(null, call);
      assertThat(byCall.putIfAbsent(call, key)).as("another key of this call").isIn(null, key);
    }
    assertThat(byKey).hasSizeGreaterThan(QUERIES / 2).hasSameSizeAs(byCall);
  }

  /** By another way than keys: Java's, with the lengths of everything. */
  private static String describe(SortedMap<Integer, Call> parameters) {
    StringBuilder all = new StringBuilder();
    parameters.forEach(
        (index, call) -> {
          Object value = call.arguments()[1];
          String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : text(value);
          String type = value == null ? "none" : value.getClass().getName();
          all.append(index).append('.').append(call.name()).append(type).append(sized(text));
        });
    return all.toString();
  }

  /** A date of SQL has its day only as its text. */
  private static String text(@Nullable Object value) {
    return value instanceof Date date ? date.getTime() + " " + date : "" + value;
  }

  private static String sized(String text) {
    return "<" + text.length() + "|" + text + ">";
  }
}
