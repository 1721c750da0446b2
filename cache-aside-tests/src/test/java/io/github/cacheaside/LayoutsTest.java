package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What other programs see of the layouts {@code plain} and {@code hash}. */
final class LayoutsTest extends CacheTest {
  record Probe(
      long id,
      String name,
      String digits,
      BigDecimal mass,
      LocalDate found,
      List<String> moons,
      @Nullable String ring,
      boolean rocky) {}

  private static final Probe EARTH =
      new Probe(
          3,
          "Earth",
          "0042",
          new BigDecimal("5.970"),
          LocalDate.of(1609, 1, 31),
          List.of("Moon"),
          null,
          true);

  private static void raw(java.util.function.Consumer<RedisCommands<String, String>> look) {
    try (RedisClient client = RedisClient.create(TestServers.redis().uri());
        var connection = client.connect()) {
      look.accept(connection.sync());
    }
  }

  @Test
  void plainIsABareString() {
    CacheAside<Long, Planet> cache =
        builder(redis.plain()).ttl(Duration.ofSeconds(10)).build(table);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.HIT));
    raw(
        commands -> {
          assertThat(commands.get(name + ":3")).isEqualTo("{\"id\":3,\"name\":\"Earth\"}");
          assertThat(commands.pttl(name + ":3")).isBetween(1L, 10_000L);
        });
    cache.invalidate(3L);
    assertThat(cache.peek(3L)).isEmpty();
  }

  @Test
  void aValueThatIsInvalidatedWhileItIsSerialized_isNotKept() {
    Serializer<Planet> json = Serializer.json(Planet.class);
    AtomicReference<Runnable> once = new AtomicReference<>(() -> {});
    Serializer<Planet> slow =
        new Serializer<>() {
          @Override
          public byte[] serialize(Planet value) throws Exception {
            once.getAndSet(() -> {}).run();
            return json.serialize(value);
          }

          @Override
          public Planet deserialize(byte[] bytes) throws Exception {
            return json.deserialize(bytes);
          }
        };
    CacheAside<Long, Planet> cache =
        CacheAside.builder(redis.plain(), name, slow)
            .storeTimeout(Duration.ofSeconds(5))
            .build(table);
    once.set(
        () -> {
          table.set(3, "Terra");
          cache.invalidate(3L);
        });

    assertThat(cache.read(3L).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.LOADED));
  }

  @Test
  void hashHasAnyNumberOfFields() {
    CacheAside<Long, Map<String, Integer>> cache =
        CacheAside.builder(
                redis.hash(), name, Serializer.json(new TypeReference<Map<String, Integer>>() {}))
            .storeTimeout(Duration.ofSeconds(5))
            .build(id -> null);
    Map<String, Integer> many =
        IntStream.range(0, 10_000).boxed().collect(Collectors.toMap(i -> "f" + i, i -> i));
    cache.put(3L, many);
    assertThat(cache.peek(3L)).contains(many);
  }

  @Test
  void hashIsARedisHash_whoseFieldsCanBeReadAlone() {
    CacheAside<Long, Probe> cache =
        CacheAside.builder(redis.hash(), name, Serializer.fields(Probe.class))
            .ttl(Duration.ofSeconds(10))
            .build(id -> EARTH);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(EARTH, Outcome.LOADED));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(EARTH, Outcome.HIT));
    raw(
        commands -> {
          assertThat(commands.type(name + ":3")).isEqualTo("hash");
          assertThat(commands.hget(name + ":3", "id")).isEqualTo("3");
          assertThat(commands.hget(name + ":3", "digits")).isEqualTo("0042");
          assertThat(commands.hget(name + ":3", "found")).isEqualTo("1609-01-31");
          assertThat(commands.hexists(name + ":3", "ring")).isFalse();
          assertThat(commands.pttl(name + ":3")).isBetween(1L, 10_000L);
        });
  }

  @Test
  void aForeignEntryOfTheWrongTypeIsHealed() {
    raw(commands -> commands.lpush(name + ":3", "x"));
    assertThat(builder(redis.plain()).build(table).read(3L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(builder(redis.plain()).build(table).read(3L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void inOneInstanceALoadOvertakenByAnInvalidationIsNotCachedHereEither() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(redis.plain()).build(slow);
    Future<Read<Planet>> old = start(() -> cache.read(3L));
    slow.hasRead.await();
    table.set(3, "Terra");
    cache.invalidate(3L);
    slow.mayReturn.countDown();
    assertThat(result(old).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void anAbsentTtlIsRefused_sinceThereIsNoPlaceForIt() {
    assertThatThrownBy(() -> builder(redis.hash()).absentTtl(Duration.ofSeconds(1)).build(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("absentTtl PT1S: the plain and hash layouts can't hold an absent row");
  }

  @Test
  void aPrefixOfTheUsersOwnReplacesTheName() {
    builder(redis.plain()).keyPrefix("SELECT ").build(table).put(3L, new Planet(3, "put"));
    raw(commands -> assertThat(commands.del("SELECT 3")).isEqualTo(1));
  }
}
