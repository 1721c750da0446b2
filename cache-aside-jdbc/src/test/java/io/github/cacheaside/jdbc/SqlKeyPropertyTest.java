package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.jdbc.values.SqlArray;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Different queries have different keys: texts, parameters, NULLs, arrays and sessions, made of
 * what keys are made of, so that they would run into each other if they could.
 */
class SqlKeyPropertyTest {
  private static final int QUERIES = 200_000;
  private static final String[] PIECES = {
    "[", "]", ",", ":", "@", "n", "s1:", "i:1", "a", "(", ")", "*", "#", "SELECT 1", "'", "1", "x:"
  };

  private final Random random = new Random(42);

  private record Query(String sql, List<@Nullable Object> parameters, @Nullable String session) {}

  private String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private @Nullable Object parameter(boolean arrays) {
    return switch (random.nextInt(arrays ? 16 : 14)) {
      case 0 -> null;
      case 1, 2, 3 -> text(3);
      case 4 -> random.nextInt(2);
      case 5 -> (long) random.nextInt(2);
      case 6 -> BigInteger.valueOf(random.nextInt(2));
      case 7 -> new BigDecimal(random.nextInt(2)).setScale(random.nextInt(2));
      case 8 -> random.nextBoolean();
      case 9 -> LocalDate.ofEpochDay(random.nextInt(2));
      case 10 -> LocalDateTime.of(2024, 1, 1, 0, random.nextInt(2));
      case 11 -> Instant.ofEpochSecond(random.nextInt(2));
      case 12 ->
          ZonedDateTime.ofInstant(
              Instant.EPOCH, ZoneId.of(random.nextBoolean() ? "Europe/Paris" : "UTC"));
      case 13 -> ZoneId.of(random.nextBoolean() ? "Europe/Paris" : "UTC");
      case 14 -> array(new String[random.nextInt(3)]);
      default -> array(new Object[random.nextInt(3)]);
    };
  }

  private Object array(Object[] array) {
    for (int i = 0; i < array.length; i++) {
      array[i] = array instanceof String[] ? text(2) : parameter(false);
    }
    return array;
  }

  @Test
  void differentQueries_haveDifferentKeys() {
    Map<String, String> named = new HashMap<>();
    Map<String, String> bare = new HashMap<>();
    int collisions = 0;
    for (int i = 0; i < QUERIES; i++) {
      List<@Nullable Object> parameters = new ArrayList<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        parameters.add(parameter(true));
      }
      Query query = new Query(text(4), parameters, random.nextInt(3) == 0 ? text(2) : null);
      SqlQuery made =
          SqlQuery.of(query.sql(), query.parameters(), query.session(), SqlQuery.Extras.NONE);
      String whole = describe(made);
      for (Map<String, String> keys : List.of(named, bare)) {
        SqlKeys form = keys == named ? SqlKeys.NAMED : SqlKeys.TEXT;
        String other = keys.putIfAbsent(form.encode(made), whole);
        collisions += other != null && !other.equals(whole) ? 1 : 0;
      }
    }
    assertThat(collisions).isZero();
    assertThat(named).hasSizeGreaterThan(QUERIES / 2);
  }

  /** By another way than keys: Java's, with the lengths of everything. */
  private static String describe(SqlQuery query) {
    StringBuilder all = new StringBuilder();
    all.append(query.session() == null ? "none" : "session " + sized(query.session()));
    all.append(sized(query.sql()));
    query.parameters().forEach(parameter -> all.append(describe(parameter)));
    return all.toString();
  }

  private static String describe(@Nullable Object value) {
    if (value instanceof SqlArray array) {
      StringBuilder all =
          new StringBuilder("array of " + array.component() + array.elements().size());
      array.elements().forEach(element -> all.append(describe(element)));
      return all.toString();
    }
    return value == null ? "null" : value.getClass().getName() + sized(value.toString());
  }

  private static String sized(String text) {
    return "<" + text.length() + "|" + text + ">";
  }
}
