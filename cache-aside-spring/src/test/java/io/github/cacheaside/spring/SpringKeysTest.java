package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;

class SpringKeysTest {
  private static final UUID ID = UUID.fromString("0aa1b2c3-0000-4000-8000-00000000000f");

  enum Color {
    RED,
    BLUE {
      @Override
      public String toString() {
        return "RED";
      }
    }
  }

  record Range(int from, int to) {}

  record Named(String name, List<Range> ranges) {}

  static final class Page {
    final int number;

    Page(int number) {
      this.number = number;
    }
  }

  private final SpringKeys keys = SpringKeys.standard();

  @Test
  void keys_havePlainTexts() {
    assertThat(keys.encode(5L)).isEqualTo("5");
    assertThat(keys.encode("earth")).isEqualTo("earth");
    assertThat(keys.encode(SimpleKey.EMPTY)).isEqualTo("()");
    assertThat(keys.encode(new SimpleKey(5, "de", null))).isEqualTo("(5,de,null)");
    assertThat(keys.encode(List.of("a", "b c"))).isEqualTo("[a,\"b c\"]");
    assertThat(keys.encode(new int[] {1, 2})).isEqualTo("@[1,2]");
    assertThat(keys.encode(new Range(1, 2)))
        .isEqualTo("io.github.cacheaside.spring.SpringKeysTest$Range(1,2)");
    assertThat(keys.encode(Color.BLUE))
        .isEqualTo("io.github.cacheaside.spring.SpringKeysTest$Color#BLUE");
    assertThat(keys.encode(ID)).isEqualTo(ID.toString());
    assertThat(keys.encode(Instant.EPOCH)).isEqualTo("Instant<1970-01-01T00:00:00Z>");
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // a type of keys that others have chosen
  void keysThatDiffer_haveDifferentTexts() {
    LocalDateTime noon = LocalDateTime.of(2024, 1, 31, 12, 0);
    List<Object> all =
        List.of(
            5,
            "5",
            5.0,
            5.0f,
            new BigDecimal("5"),
            new BigDecimal("5.0"),
            '5',
            -0.0,
            0.0,
            Double.NaN,
            "NaN",
            Float.NaN,
            Double.POSITIVE_INFINITY,
            true,
            "true",
            "null",
            "",
            "()",
            "[]",
            "{}",
            "{=}",
            "a",
            "a,b",
            "\"a\"",
            "\\",
            "\ud800",
            "\\ud800",
            "?",
            "Instant<1970-01-01T00:00:00Z>",
            Color.RED,
            Color.BLUE,
            "RED",
            DayOfWeek.MONDAY,
            Month.MAY,
            ID,
            ID.toString(),
            Instant.EPOCH,
            Instant.EPOCH.atOffset(ZoneOffset.UTC),
            Instant.EPOCH.atZone(ZoneOffset.UTC),
            Instant.EPOCH.atZone(ZoneId.of("UTC")),
            noon,
            LocalDate.of(2024, 1, 31),
            LocalTime.NOON,
            LocalTime.NOON.atOffset(ZoneOffset.UTC),
            OffsetDateTime.of(noon, ZoneOffset.ofHours(1)),
            ZonedDateTime.of(noon, ZoneId.of("Europe/Berlin")),
            Year.of(2024),
            2024,
            YearMonth.of(2024, 1),
            MonthDay.of(1, 31),
            Duration.ofDays(1),
            Period.ofDays(1),
            ZoneId.of("Europe/Berlin"),
            new Date(5),
            Locale.GERMANY,
            "de_DE",
            Currency.getInstance("EUR"),
            "EUR",
            String.class,
            SimpleKey.EMPTY,
            new SimpleKey("a"),
            new SimpleKey("a", "b"),
            new SimpleKey("a,b"),
            new SimpleKey((Object) null),
            new SimpleKey(List.of("a", "b")),
            List.of(),
            List.of("a", "b"),
            List.of("a,b"),
            List.of(List.of("a"), "b"),
            List.of(List.of("a", "b")),
            new String[] {"a", "b"},
            new String[] {},
            new byte[] {1, 2},
            new byte[] {},
            new int[][] {{1}, {2}},
            Set.of(),
            Set.of("a", "b"),
            Map.of(),
            Map.of("a", "b"),
            Map.of("a", Map.of("b", "c")),
            Optional.empty(),
            Optional.of("a"),
            new Range(1, 2),
            new Range(12, 0),
            new Named("a", List.of()),
            new Named("a", List.of(new Range(1, 2))));

    Map<String, Object> texts = new HashMap<>();
    for (Object key : all) {
      Object other = texts.putIfAbsent(keys.encode(key), key);
      assertThat(other).as("has the text of %s %s", key.getClass(), key).isNull();
    }
  }

  @Test
  void equalKeys_haveTheSameText() {
    assertThat(keys.encode((byte) 7)).isEqualTo(keys.encode(7L)).isEqualTo(keys.encode(7));
    assertThat(keys.encode(BigInteger.valueOf(7))).isEqualTo(keys.encode((short) 7));
    assertThat(keys.encode(Arrays.asList("a", "b"))).isEqualTo(keys.encode(List.of("a", "b")));
    assertThat(keys.encode(new LinkedHashSet<>(List.of("b", "a"))))
        .isEqualTo(keys.encode(new LinkedHashSet<>(List.of("a", "b"))));
    assertThat(keys.encode(new SimpleKey(1, new String[] {"a"})))
        .isEqualTo(keys.encode(new SimpleKey(1, new String[] {"a"})));
  }

  @Test
  void whatHasNoStableText_isRefusedWithItsTypeAndPlace() {
    assertThatThrownBy(() -> keys.encode(new Page(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Page.class.getName())
        .hasMessageContaining("key = \"#order.id\"");
    assertThatThrownBy(() -> keys.encode(new SimpleKey("a", List.of(1, new AtomicInteger()))))
        .hasMessageContaining("parameter 2, element 2")
        .hasMessageContaining("java.util.concurrent.atomic.AtomicInteger");
    assertThatThrownBy(() -> keys.encode(new java.sql.Timestamp(5)))
        .hasMessageContaining("java.sql.Timestamp");
  }

  @Test
  void aKeyThatHoldsItself_isRefused() {
    List<Object> self = new java.util.ArrayList<>();
    self.add(self);
    assertThatThrownBy(() -> keys.encode(self)).hasMessageContaining("nested more than 32 times");
  }

  @Test
  void aTypeCanBeMadeKnown() {
    SpringKeys more = keys.with(Page.class, page -> "it's " + page.number);
    assertThat(more.encode(new SimpleKey(1, new Page(3))))
        .isEqualTo("(1,io.github.cacheaside.spring.SpringKeysTest$Page'it\\'s 3')");
  }

  @Test
  void nativeImages_mayReadTheParametersOfASimpleKey() throws NoSuchFieldException {
    RuntimeHints hints = new RuntimeHints();
    new SpringHints().registerHints(hints, null);
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onFieldAccess(SimpleKey.class.getDeclaredField("params")))
        .accepts(hints);
  }

  @Test
  void whatSpringDataGivesToRepositories_isKnown() {
    String order = "org.springframework.data.domain.Sort$Order(";
    assertThat(keys.encode(PageRequest.of(2, 5, Sort.by("name"))))
        .isEqualTo(
            "org.springframework.data.domain.PageRequest(2,5,org.springframework.data.domain.Sort("
                + order
                + "name,org.springframework.data.domain.Sort$Direction#ASC,false,"
                + "org.springframework.data.domain.Sort$NullHandling#NATIVE)))");
    Sort.Order name = Sort.Order.by("name");
    assertDistinct(
        PageRequest.of(2, 5),
        PageRequest.of(5, 2),
        PageRequest.of(2, 5, Sort.by("name")),
        Pageable.unpaged(),
        Pageable.unpaged(Sort.by("name")),
        Sort.unsorted(),
        Sort.by("a", "b"),
        Sort.by("b", "a"),
        Sort.by("a: ASC,b"),
        Sort.by(name),
        Sort.by(name.reverse()),
        Sort.by(name.ignoreCase()),
        Sort.by(name.nullsFirst()),
        Limit.of(3),
        Limit.unlimited(),
        ScrollPosition.offset(),
        ScrollPosition.offset(0),
        ScrollPosition.offset(3),
        ScrollPosition.keyset(),
        ScrollPosition.forward(Map.of("id", 3)),
        ScrollPosition.backward(Map.of("id", 3)));
    assertThat(keys.encode(Sort.by("a"))).isEqualTo(keys.encode(Sort.by(Sort.Order.asc("a"))));
  }

  private void assertDistinct(Object... values) {
    assertThat(Arrays.stream(values).map(keys::encode)).doesNotHaveDuplicates();
  }

  @Test
  void aPageOfTheApplicationMayHaveMore_soItIsRefused() {
    final class Tenants extends PageRequest {
      private static final long serialVersionUID = 1L;

      Tenants() {
        super(0, 5, Sort.unsorted());
      }
    }

    assertThatThrownBy(() -> keys.encode(new Tenants()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Tenants.class.getName());
  }
}
