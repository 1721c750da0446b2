package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What can never be read is refused when it is built; what would be changed, when it is written.
 */
final class RefusedValuesTest {
  /** As Lombok's {@code @Value} makes it. */
  static final class Valued {
    private final String name;
    private final int size;

    Valued(String name, int size) {
      this.name = name;
      this.size = size;
    }

    public String getName() {
      return name;
    }

    public int getSize() {
      return size;
    }
  }

  /** Its one constructor takes a text, but what is written is an object. */
  static final class Wrapper {
    private final String text;

    public Wrapper(String text) {
      this.text = text;
    }

    public String getText() {
      return text;
    }
  }

  static final class Blind {
    @SuppressWarnings("unused")
    private int secret;
  }

  sealed interface Animal permits Dog {}

  record Dog(String name) implements Animal {}

  record Deep(Map<String, List<Optional<Valued>>> all) {}

  record Zoo(List<Animal> animals) {}

  record Bag(Map<String, Object> things) {}

  record Born(Date day) {}

  record Sum(BigDecimal amount) {}

  static class Base {
    public String name = "";
  }

  static final class Derived extends Base {
    public int more = 1;
  }

  record Holder(Base base) {}

  /** Whose equals says less than its accessors show. */
  static final class Entity {
    public long id;
    @Nullable private Instant seen;

    @Override
    public boolean equals(Object other) {
      return other instanceof Entity that && that.id == id;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }

    @com.fasterxml.jackson.annotation.JsonIgnore
    public @Nullable Instant getSeen() {
      return seen;
    }
  }

  /** Two methods may name one cache, and answer different types; raw types let both in. */
  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void aValueOfAnotherTypeIsNamed_andNotWritten() {
    List<Serializer> lists =
        List.of(
            Serializer.json(new TypeReference<List<Dog>>() {}),
            Jackson3.json(
                tools.jackson.databind.json.JsonMapper.shared(),
                new TypeReference<List<Dog>>() {}.getType()));
    for (Serializer list : lists) {
      assertThatThrownBy(() -> list.serialize(Map.of("a", new Dog("b"))))
          .isInstanceOf(RefusedValueException.class)
          .hasMessageContaining(Map.of("a", 1).getClass().getName() + " is no java.util.List");
    }
    assertThatThrownBy(() -> ((Serializer) Serializer.fields(Dog.class)).serialize("Dog"))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("java.lang.String is no " + Dog.class.getName());
  }

  @Test
  void aClassWithoutACreatorIsRefusedWhenItIsBuilt() {
    assertThatThrownBy(() -> Serializer.json(Valued.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Valued.class.getName() + " can't be cached: ")
        .hasMessageContaining("@JsonCreator");
    assertThatThrownBy(() -> Serializer.json(Deep.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Deep.class.getName() + ".all{}[] (" + Valued.class.getName() + ")");
    assertThatThrownBy(() -> Serializer.json(Wrapper.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Serializer.json(new ObjectMapper(), new TypeReference<Set<Valued>>() {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serializer.fields(Valued.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serializer.json(Blind.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no property");
  }

  @Test
  void anAbstractTypeWithoutTypeInformationIsRefusedWhenItIsBuilt() {
    assertThatThrownBy(() -> Serializer.json(Zoo.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Zoo.class.getName() + ".animals[] (" + Animal.class.getName() + ")")
        .hasMessageContaining("@JsonTypeInfo");
  }

  @Test
  void whatAMapperHasNoModuleForIsRefusedWhenItIsBuilt() {
    for (TypeReference<?> type :
        List.of(
            new TypeReference<List<Optional<String>>>() {},
            new TypeReference<List<Instant>>() {})) {
      assertThatThrownBy(() -> Serializer.json(new ObjectMapper(), type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("register the module");
    }
  }

  private static void assertRefused(Serializer<?> serializer, Object value, String... parts) {
    @SuppressWarnings("unchecked")
    Serializer<Object> any = (Serializer<Object>) serializer;
    Throwable refusal = org.assertj.core.api.Assertions.catchThrowable(() -> any.serialize(value));
    assertThat(refusal).isNotNull();
    assertThat(Reasons.of(refusal)).contains(parts).doesNotContain("SECRET");
  }

  @SuppressWarnings("ArrayAsKeyOfSetOrMap") // users have them
  @Test
  void aValueThatWouldBeChangedIsRefusedWithItsPropertyAndWithoutItsKeys() {
    assertRefused(
        Serializer.json(Bag.class),
        new Bag(Map.of("SECRET", 5L)),
        Bag.class.getName() + ".things{}: java.lang.Long comes back as java.lang.Integer");
    assertRefused(Serializer.json(Base.class), new Derived(), Derived.class.getName());
    assertRefused(Serializer.json(Holder.class), new Holder(new Derived()), "Holder.base");
    assertRefused(
        Serializer.json(Born.class), new Born(new Date(1)), "(" + Born.class.getName() + ").day");
    assertRefused(
        Serializer.json(Sum.class), new Sum(new BigDecimal("1E+20000")), ".amount: a decimal");
    assertRefused(
        Serializer.json(new TypeReference<java.util.SortedSet<String>>() {}),
        new TreeSet<>(String.CASE_INSENSITIVE_ORDER),
        "order");
    assertRefused(
        Serializer.json(new TypeReference<Set<byte[]>>() {}),
        new HashSet<>(List.of(new byte[0], new byte[0])), // which Jackson reads as one
        "another size");
    Entity entity = new Entity();
    entity.seen = Instant.EPOCH;
    assertRefused(Serializer.json(Entity.class), entity, "Entity.seen");
  }

  @Test
  void datesOfSqlAreTheSameDayInEveryTimeZone() throws Exception {
    java.util.TimeZone before = java.util.TimeZone.getDefault();
    try {
      for (String zone : List.of("America/New_York", "Asia/Tokyo", "UTC")) {
        java.util.TimeZone.setDefault(java.util.TimeZone.getTimeZone(zone));
        Born born = new Born(Date.valueOf("2024-01-31"));
        Serializer<Born> json = Serializer.json(Born.class);
        assertThat(json.deserialize(json.serialize(born))).isEqualTo(born);
        assertThat(new String(json.serialize(born), StandardCharsets.UTF_8))
            .isEqualTo("{\"day\":\"2024-01-31\"}");
      }
    } finally {
      java.util.TimeZone.setDefault(before);
    }
  }

  @Test
  void numbersOfAnySizeAreRefusedAtOnce() {
    for (String number : List.of("1e999999999", "1e-999999999", "9".repeat(100_000), "1e99999")) {
      for (String property : List.of("whole", "decimal")) {
        byte[] bytes = ("{\"" + property + "\":" + number + "}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Serializer.json(Numeric.class).deserialize(bytes))
            .as(property + " " + number.length())
            .isInstanceOf(Exception.class);
      }
    }
  }

  record Numeric(java.math.@Nullable BigInteger whole, @Nullable BigDecimal decimal) {}
}
