package io.github.cacheaside.mybatis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.ibatis.cache.CacheKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys that differ have texts that differ, also where MyBatis' own text does not. */
@SuppressWarnings("JavaUtilDate") // parameters of mappers
final class KeyTextTest {
  private static final List<@Nullable Object> VALUES =
      Arrays.asList(
          null,
          "",
          ":",
          "a",
          "a:",
          ":a",
          "1",
          "null",
          "\uD800",
          "\uD801",
          "?",
          1,
          1L,
          (short) 1,
          1.0,
          new BigDecimal("1"),
          new BigDecimal("1.0"),
          true,
          'a',
          new Date(1),
          new Date(2),
          new java.sql.Date(1),
          new java.sql.Timestamp(1),
          LocalDate.of(2026, 1, 1),
          Thread.State.NEW,
          new byte[] {1},
          new byte[] {1, 0},
          new Object[] {1},
          List.of(1),
          List.of(1, 1),
          List.of(List.of(1), 1));

  private static String text(List<?> parts) {
    CacheKey key = new CacheKey();
    key.update("find");
    parts.forEach(key::update);
    return KeyText.of("find", KeyText.parts(key)).orElseThrow();
  }

  @Test
  void noTwoKeysMeet() {
    Set<String> texts = new HashSet<>();
    int keys = 0;
    for (Object one : VALUES) {
      assertThat(texts.add(text(Arrays.asList(one)))).as("%s", one).isTrue();
      keys++;
      for (Object other : VALUES) {
        assertThat(texts.add(text(Arrays.asList(one, other)))).as("%s, %s", one, other).isTrue();
        keys++;
      }
    }
    assertThat(texts).hasSize(keys);
  }

  @Test
  void equalKeysHaveEqualTexts() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      List<@Nullable Object> parts = new ArrayList<>();
      for (int part = random.nextInt(6); part >= 0; part--) {
        parts.add(VALUES.get(random.nextInt(VALUES.size())));
      }
      assertThat(text(parts)).isEqualTo(text(new ArrayList<>(parts)));
    }
  }

  @Test
  void whatHasNoStableTextHasNone() {
    assertThat(KeyText.of("find", List.of("find", new Object()))).isEmpty();
    assertThat(KeyText.of("find", List.of("find", List.of(new StringBuilder("a"))))).isEmpty();
    assertThat(KeyText.of("find", List.of("find", Set.of(1, 2)))).isEmpty();
  }
}
