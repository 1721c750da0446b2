package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Jackson 3 keeps what Jackson 2 keeps, and refuses what it refuses. */
final class Jackson3Test {
  private static final JsonMapper BOOTS = JsonMapper.builder().build();

  /** Jackson 3 knows the names of parameters, but not which constructor is meant. */
  static final class Unclear {
    private final String name;

    Unclear(String name, int length) {
      this.name = name.substring(0, length);
    }

    Unclear(String name, String more) {
      this.name = name + more;
    }

    public String getName() {
      return name;
    }
  }

  private static SerializerTest.Moment moment() {
    return new SerializerTest.Moment(
        LocalDate.of(2026, 1, 31),
        LocalDateTime.of(2026, 1, 31, 23, 59, 59, 123_456_789),
        Instant.ofEpochSecond(1_700_000_000, 1),
        OffsetDateTime.parse("2026-01-31T10:00:00.5+05:30"),
        Duration.ofNanos(90_061_000_000_001L),
        null,
        SerializerTest.Kind.GAS);
  }

  @Test
  void eachReadsWhatTheOtherWrites() throws Exception {
    Serializer<SerializerTest.Moment> two = Serializer.json(SerializerTest.Moment.class);
    Serializer<SerializerTest.Moment> three = Jackson3.json(SerializerTest.Moment.class);
    Serializer<SerializerTest.Moment> boots =
        Jackson3.json(BOOTS, new TypeReference<SerializerTest.Moment>() {});
    for (Serializer<SerializerTest.Moment> writer : List.of(two, three)) {
      for (Serializer<SerializerTest.Moment> reader : List.of(two, three)) {
        assertThat(reader.deserialize(writer.serialize(moment()))).isEqualTo(moment());
      }
    }
    byte[] behind = ("..." + text(three.serialize(moment()))).getBytes(StandardCharsets.UTF_8);
    assertThat(three.deserialize(behind, 3)).isEqualTo(moment());
    SerializerTest.Order order = new SerializerTest.Order(7, new BigDecimal("1.50"), List.of("x"));
    Serializer<SerializerTest.Order> orders = Jackson3.json(BOOTS, SerializerTest.Order.class);
    assertThat(orders.deserialize(orders.serialize(order))).isEqualTo(order);
    assertRefused(boots, moment(), "Moment.offset"); // which that mapper turns into UTC
    Serializer<SerializerTest.Moment> keeping =
        Jackson3.json(Jackson3.keepingDates(BOOTS), SerializerTest.Moment.class);
    assertThat(keeping.deserialize(keeping.serialize(moment()))).isEqualTo(moment());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void unknownPropertiesAreIgnored_andWhatIsNotOneValueIsRefused() throws Exception {
    Serializer<SerializerTest.Stranger> json = Jackson3.json(SerializerTest.Stranger.class);
    byte[] later = "{\"text\":\"x\",\"more\":1}".getBytes(StandardCharsets.UTF_8);
    assertThat(json.deserialize(later)).isEqualTo(new SerializerTest.Stranger("x"));
    for (String bad : List.of("", "null", "{", "[]", "{\"text\":\"x\"}{}", "7")) {
      assertThatThrownBy(() -> json.deserialize(bad.getBytes(StandardCharsets.UTF_8)))
          .as(bad)
          .isInstanceOf(Exception.class);
    }
  }

  @Test
  void whatCanNeverBeReadIsRefusedWhenItIsBuilt() {
    assertThatThrownBy(() -> Jackson3.json(Unclear.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Unclear.class.getName() + " can't be cached: ")
        .hasMessageContaining("@JsonCreator");
    assertThatThrownBy(() -> Jackson3.json(new TypeReference<Set<RefusedValuesTest.Zoo>>() {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[].animals[] (" + RefusedValuesTest.Animal.class.getName() + ")")
        .hasMessageContaining("@JsonTypeInfo");
    assertThatThrownBy(() -> Jackson3.json(RefusedValuesTest.Blind.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no property");
  }

  private static void assertRefused(Serializer<?> serializer, Object value, String... parts) {
    @SuppressWarnings("unchecked")
    Serializer<Object> any = (Serializer<Object>) serializer;
    Throwable refusal = catchThrowable(() -> any.serialize(value));
    assertThat(refusal).isNotNull();
    assertThat(Reasons.of(refusal)).contains(parts).doesNotContain("SECRET");
  }

  @Test
  void aValueThatWouldBeChangedIsRefusedWithItsPropertyAndWithoutItsKeys() {
    assertRefused(
        Jackson3.json(RefusedValuesTest.Bag.class),
        new RefusedValuesTest.Bag(Map.of("SECRET", 5L)),
        RefusedValuesTest.Bag.class.getName()
            + ".things{}: java.lang.Long comes back as java.lang.Integer");
    assertRefused(
        Jackson3.json(RefusedValuesTest.Born.class),
        new RefusedValuesTest.Born(new java.sql.Date(1)),
        "(" + RefusedValuesTest.Born.class.getName() + ").day");
    assertRefused(
        Jackson3.json(new TypeReference<Map<String, RefusedValuesTest.Sum>>() {}),
        Map.of("SECRET", new RefusedValuesTest.Sum(new BigDecimal("1E+20000"))),
        "{}(" + RefusedValuesTest.Sum.class.getName() + ").amount: a decimal");
    assertRefused(
        Jackson3.json(RefusedValuesTest.Holder.class),
        new RefusedValuesTest.Holder(new RefusedValuesTest.Derived()),
        "Holder.base");
  }

  @Test
  void whyAValueCanNotBeReadNamesClassAndPropertyAndNothingOfTheValue() {
    Serializer<List<SerializerTest.Order>> json =
        Jackson3.json(new TypeReference<List<SerializerTest.Order>>() {});
    byte[] bytes = "[{\"id\":\"SECRET\"}]".getBytes(StandardCharsets.UTF_8);
    Throwable failure = catchThrowable(() -> json.deserialize(bytes));
    assertThat(Reasons.of(failure))
        .contains("[](" + SerializerTest.Order.class.getName() + ").id: ")
        .contains("for long")
        .doesNotContain("SECRET");
  }

  @Test
  void numbersOfAnySizeAreRefusedAtOnce() {
    for (String number : List.of("1e999999999", "1e-999999999", "9".repeat(100_000), "1e99999")) {
      for (String property : List.of("whole", "decimal")) {
        byte[] bytes = ("{\"" + property + "\":" + number + "}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Jackson3.json(RefusedValuesTest.Numeric.class).deserialize(bytes))
            .as(property + " " + number.length())
            .isInstanceOf(Exception.class);
      }
    }
  }

  @Test
  void optionalsAndTimesNeedNoModule() throws Exception {
    record Row(Optional<String> name, Instant at) {}
    Serializer<Row> json = Jackson3.json(BOOTS, new TypeReference<Row>() {});
    Row row = new Row(Optional.of("x"), Instant.EPOCH);
    assertThat(json.deserialize(json.serialize(row))).isEqualTo(row);
  }
}
