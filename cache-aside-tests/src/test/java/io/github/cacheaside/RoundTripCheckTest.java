package io.github.cacheaside;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.codec.RoundTripException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RoundTrip;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A hit equals the miss before it, or a WARN says why there is none. */
final class RoundTripCheckTest {
  record Born(Date day) {}

  record Nick(String name, Optional<String> nick) {}

  record Met(ZonedDateTime there, OffsetDateTime then) {}

  record Order(long id, List<String> items) {}

  record Bag(Map<String, Object> things) {}

  record Name(String text) {}

  /** As entities are: no equals, and a set of others. */
  public static final class Vet {
    public String name = "";
    public Set<Skill> skills = Set.of();
  }

  public static final class Skill {
    public String name = "";
  }

  /** Writes a set in another order, as a getter that sorts does. */
  private static final class Reversed implements Serializer<Vet> {
    private final Serializer<Vet> json = Serializer.json(Vet.class);
    private final int begin;

    Reversed(int begin) {
      this.begin = begin;
    }

    @Override
    public byte[] serialize(Vet value) throws Exception {
      return json.serialize(value);
    }

    @Override
    public Vet deserialize(byte[] bytes) throws Exception {
      Vet vet = json.deserialize(bytes);
      List<Skill> skills = new ArrayList<>(vet.skills);
      Collections.reverse(skills);
      skills.forEach(skill -> skill.name = skill.name.substring(begin));
      vet.skills = new LinkedHashSet<>(skills);
      return vet;
    }
  }

  /** Makes integers of the longs of a set, as JSON does. */
  private static final class Integers implements Serializer<Bag> {
    @Override
    public byte[] serialize(Bag value) throws Exception {
      return new byte[] {1};
    }

    @Override
    public Bag deserialize(byte[] bytes) throws Exception {
      Set<Object> ints = IntStream.range(0, 300).boxed().collect(toSet());
      return new Bag(Map.of("longs", Map.of("all", ints)));
    }
  }

  private static Vet vet(int skills) {
    Vet vet = new Vet();
    vet.name = "Helen";
    vet.skills = new HashSet<>();
    for (int i = 0; i < skills; i++) {
      Skill skill = new Skill();
      skill.name = "skill " + i;
      vet.skills.add(skill);
    }
    return vet;
  }

  /** Forgets the case of letters. */
  private static class Upper implements Serializer<Name> {
    @Override
    public byte[] serialize(Name value) throws Exception {
      return value.text().toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Name deserialize(byte[] bytes) throws Exception {
      return new Name(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private final InMemoryCacheStore store = new InMemoryCacheStore();

  private <V> Read<V> hit(Serializer<V> serializer, V value) {
    CacheAside<Integer, V> cache =
        CacheAside.builder(new InMemoryCacheStore(), "thing", serializer)
            .build((Integer key) -> value);
    Read<V> read = cache.read(1);
    for (int i = 0; i < 5 && read.outcome() != Outcome.HIT; i++) {
      read = cache.read(1);
    }
    return read;
  }

  private static String logged(Runnable task) {
    PrintStream stderr = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      task.run();
    } finally {
      System.setErr(stderr);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  private <V> void assertHit(Class<V> type, V value) {
    assertThat(hit(Serializer.json(type), value)).isEqualTo(new Read<>(value, Outcome.HIT));
  }

  @Test
  void aHitEqualsTheMissBeforeIt() {
    assertHit(Born.class, new Born(Date.valueOf("2024-01-31")));
    assertHit(Nick.class, new Nick("a", Optional.of("b")));
    assertHit(Nick.class, new Nick("a", Optional.empty()));
    assertHit(
        Met.class,
        new Met(
            ZonedDateTime.parse("2024-01-31T10:00+01:00[Europe/Paris]"),
            OffsetDateTime.parse("2024-01-31T10:00+05:30")));
    assertHit(Order.class, new Order(1, List.of("a")));
  }

  @Test
  void elementsOfASetThatHaveNoEquals_areComparedByWhatTheyHold() {
    assertThat(hit(new Reversed(0), vet(20)).outcome()).isEqualTo(Outcome.HIT);
    String log =
        logged(
            () -> assertThat(hit(new Reversed(1), vet(20)).outcome()).isEqualTo(Outcome.BYPASSED));
    assertThat(log).contains("skills[]: a " + Skill.class.getName() + " comes back as another");
  }

  @Test
  void largeSets_areCompared_too() {
    String log =
        logged(
            () -> {
              assertThat(hit(new Reversed(0), vet(300)).outcome()).isEqualTo(Outcome.HIT);
              assertThat(hit(new Reversed(1), vet(300)).outcome()).isEqualTo(Outcome.BYPASSED);
              Set<Object> longs = LongStream.range(0, 300).boxed().collect(toSet());
              Bag bag = new Bag(Map.of("longs", Map.of("all", longs)));
              assertThat(hit(new Integers(), bag).outcome()).isEqualTo(Outcome.BYPASSED);
            });
    assertThat(log).contains("a java.lang.Long comes back as another element");
  }

  @Test
  void aValueThatJsonWouldChangeIsReturnedUncachedAndTheReasonIsSaidOnce() {
    Bag bag = new Bag(Map.of("key-of-the-map", 5L));
    String log =
        logged(
            () ->
                assertThat(hit(Serializer.json(Bag.class), bag))
                    .isEqualTo(new Read<>(bag, Outcome.BYPASSED)));
    assertThat(log)
        .containsOnlyOnce("cache thing: ")
        .contains(Bag.class.getName() + ".things{}: java.lang.Long comes back as java.lang.Integer")
        .contains("declare a type")
        .doesNotContain("key-of-the-map");
  }

  @Test
  void aSerializerThatForgetsIsFoundByTheFirstValues() {
    String log =
        logged(
            () ->
                assertThat(hit(new Upper(), new Name("secret")))
                    .isEqualTo(new Read<>(new Name("secret"), Outcome.BYPASSED)));
    assertThat(log)
        .containsOnlyOnce("cache thing: ")
        .contains(Name.class.getName() + ".text: java.lang.String comes back as another value")
        .doesNotContain("secret");
  }

  @Test
  void theCheckCostsNothingAfterTheFirstValues() {
    AtomicInteger reads = new AtomicInteger();
    Serializer<Name> counting =
        new Upper() {
          @Override
          public Name deserialize(byte[] bytes) throws Exception {
            reads.incrementAndGet();
            return super.deserialize(bytes);
          }
        };
    for (Map.Entry<RoundTripCheck, Integer> expected :
        Map.of(
                RoundTripCheck.OFF, 0,
                RoundTripCheck.FIRST_VALUES, 10,
                RoundTripCheck.EVERY_VALUE, 30)
            .entrySet()) {
      reads.set(0);
      CacheAside<Integer, Name> cache =
          CacheAside.builder(new InMemoryCacheStore(), "thing", counting)
              .roundTripCheck(expected.getKey())
              .build((Integer key) -> new Name("X" + key));
      for (int key = 0; key < 30; key++) {
        cache.get(key);
      }
      assertThat(reads).as(expected.getKey().name()).hasValue(expected.getValue());
    }
  }

  @Test
  void strictThrowsWithTheReason() {
    CacheAside<Integer, Name> cache =
        CacheAside.builder(store, "thing", new Upper())
            .roundTripCheck(RoundTripCheck.STRICT)
            .build((Integer key) -> new Name("a"));
    assertThatThrownBy(() -> cache.get(1))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(RoundTripException.class)
        .hasRootCauseMessage(
            Name.class.getName()
                + ".text: java.lang.String comes back as another value; declare a type that JSON"
                + " keeps (a record, java.time, a fixed class instead of Object), add type"
                + " information, or write a Serializer");
    assertThatThrownBy(() -> cache.getAll(List.of(1, 2))).isInstanceOf(CacheLoadException.class);
    assertThatThrownBy(() -> cache.put(1, new Name("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theTestkitVerifiesInOneLine() {
    RoundTrip.verify(Serializer.json(Nick.class), new Nick("a", Optional.of("b")));
    assertThatThrownBy(() -> RoundTrip.verify(new Upper(), new Name("A"), new Name("b")))
        .isInstanceOf(RoundTripException.class)
        .hasMessageContaining(Name.class.getName() + ".text");
    assertThatCode(() -> RoundTrip.verify(new Upper(), new Name("A"))).doesNotThrowAnyException();
  }

  @Test
  void aCacheThatCannotReadItsOwnFillSaysSo_andChecksFromThenOn() {
    AtomicInteger loads = new AtomicInteger();
    Serializer<Name> fails =
        new Upper() {
          @Override
          public Name deserialize(byte[] bytes) {
            if (loads.get() > 10) {
              throw new IllegalStateException("of the serializer's own");
            }
            return new Name(new String(bytes, StandardCharsets.UTF_8));
          }
        };
    CacheAside<Integer, Name> cache =
        CacheAside.builder(store, "thing", fails)
            .build(
                (Integer key) -> {
                  loads.incrementAndGet();
                  return new Name("X");
                });
    String log =
        logged(
            () -> {
              for (int key = 0; key < 12; key++) {
                cache.get(key);
              }
              cache.get(11);
              cache.get(11);
            });
    assertThat(log)
        .contains("cache thing: an entry that this cache has written itself can't be read: ")
        .contains("cache thing: a value could not be cached")
        .contains(Name.class.getName() + " could not be read again");
    assertThat(cache.read(11).outcome()).isEqualTo(Outcome.BYPASSED);
  }
}
