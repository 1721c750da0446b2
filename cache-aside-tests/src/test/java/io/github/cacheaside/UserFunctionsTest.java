package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What functions of the user's answer or throw is dealt with where it comes in. */
@SuppressWarnings("NullAway") // null is what users get wrong
final class UserFunctionsTest extends CacheTest {
  private record User(String email) {}

  private CacheAsideBuilder<Object, Planet> builder() {
    return builder(new InMemoryCacheStore());
  }

  @Test
  void aKeyWithoutATextIsNotTheKeyNull() {
    CacheAside<User, Planet> cache =
        builder().<User>keyEncoder(User::email).build(user -> new Planet(1, user.toString()));
    cache.get(new User("null"));

    for (var read :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> cache.get(new User(null)),
            () -> cache.getAll(List.of(new User(null))),
            () -> cache.async().get(new User(null)).join(),
            () -> cache.put(new User(null), new Planet(1, "put")),
            () -> cache.invalidate(new User(null)))) {
      assertThatThrownBy(read)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the keyEncoder of " + name + " answered null");
    }
  }

  @Test
  void halfACharacterIsNoQuestionMark() {
    CacheAside<String, Planet> cache = builder(redis).build(key -> new Planet(1, "of " + key));
    cache.get("a?");

    for (String half : List.of("a\uD83D", "\uDE00a", "\uD83Da", "\uDE00\uD83D")) {
      assertThatThrownBy(() -> cache.get(half))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the keyEncoder of " + name + " answered half a surrogate pair");
    }
    assertThat(cache.get("\uD83D\uDE00a")).isPresent();
  }

  @Test
  void tagsThatAreNullAreNamed() {
    Planet planet = new Planet(1, "tagged");
    CacheAside<Long, Planet> ofKey = builder().<Long>tagsOfKey(id -> null).build(table);
    CacheAside<Long, Planet> ofValue = builder().tagsOfValue(value -> null).build(table);
    CacheAside<Long, Planet> oneIsNull =
        builder().tagsOfValue(value -> Collections.singleton(null)).build(table);

    assertThatThrownBy(() -> ofKey.put(1L, planet))
        .hasMessage("tagsOfKey of " + name + " answered null");
    assertThatThrownBy(() -> ofValue.put(1L, planet))
        .hasMessage("tagsOfValue of " + name + " answered null");
    assertThatThrownBy(() -> oneIsNull.put(1L, planet))
        .hasMessage("tagsOfValue of " + name + " answered a tag that is null");
    for (CacheAside<Long, Planet> cache : List.of(ofKey, ofValue, oneIsNull)) {
      assertThat(cache.read(1L)).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.BYPASSED));
    }
  }

  @Test
  void aTtlThatIsNullIsNamed() {
    for (Ttl<Planet> ttl :
        List.<Ttl<Planet>>of(
            planet -> null, Ttl.from(planet -> null), Ttl.<Planet>from(p -> null).jittered(0.1))) {
      CacheAside<Long, Planet> cache = builder().ttl(ttl).build(table);
      assertThatThrownBy(() -> cache.put(1L, new Planet(1, "put")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("answered null");
      assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    }
  }

  @Test
  void bulkAnswersThatAreNullOrHoldANullKey() {
    Map<Long, Planet> withNull = new HashMap<>();
    withNull.put(null, new Planet(1, "whose?"));
    for (Map<Long, Planet> answer : Arrays.asList(null, withNull)) {
      CacheAside<Long, Planet> cache =
          builder().absentTtl(Duration.ofMinutes(1)).build(CacheLoader.of(table, ids -> answer));
      assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L)))
          .isInstanceOf(CacheLoadException.class)
          .cause()
          .hasMessageStartingWith("loadAll of " + name + " answered ");
      assertThat(cache.read(1L).outcome()).as("no absence").isEqualTo(Outcome.LOADED);
    }
  }

  @Test
  void aFailureThatIsNullIsRefused() {
    assertThatThrownBy(() -> new PartialLoadException(Map.of(), Collections.singletonMap(1L, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failures must not hold null: name what went wrong");
  }

  @Test
  void aFinderThatAnswersNull() {
    CacheAside<Long, Planet> cache = builder().build(CacheLoader.ofOptional(id -> null));
    assertThatThrownBy(() -> cache.get(1L))
        .cause()
        .hasMessage("the finder of a loader answered null instead of an Optional");
    assertThatThrownBy(() -> CacheLoader.of(null, ids -> Map.of())).hasMessage("single");
    assertThatThrownBy(() -> CacheLoader.ofOptional(null)).hasMessage("finder");
  }

  @Test
  void aSerializerThatAnswersNullCachesNothing() {
    AtomicInteger reads = new AtomicInteger();
    Serializer<String> writesNull = serializer(null, "read");
    Serializer<String> readsNull = serializer(new byte[] {1}, null);
    CacheAside<Long, String> unwritable =
        CacheAside.builder(new InMemoryCacheStore(), name, writesNull).build((Long id) -> "row");
    CacheAside<Long, String> unreadable =
        CacheAside.builder(new InMemoryCacheStore(), name, readsNull).build((Long id) -> "row");

    assertThat(unwritable.read(1L)).isEqualTo(new Read<>("row", Outcome.BYPASSED));
    assertThatThrownBy(() -> unwritable.put(1L, "x")).isInstanceOf(IllegalArgumentException.class);
    unreadable.get(1L);
    assertThat(unreadable.get(1L)).as("no absence").contains("row");
    assertThat(reads).hasValue(0);
  }

  private static Serializer<String> serializer(byte[] written, String read) {
    return new Serializer<>() {
      @Override
      public byte[] serialize(String value) {
        return written;
      }

      @Override
      public String deserialize(byte[] bytes) {
        return read;
      }
    };
  }

  @Test
  void asynchronousWorkThatIsNoStage() {
    CacheAside<Long, Planet> cache = builder().build(table);
    assertThatThrownBy(() -> cache.async().write(List.of(1L), () -> null).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessage("the work of a write of " + name + " answered null");
  }

  @Test
  void aListenerMayThrowErrors() {
    for (Error error :
        List.of(
            new NoSuchMethodError(),
            new AssertionError(),
            new StackOverflowError(),
            new ExceptionInInitializerError())) {
      CacheListener listener =
          new CacheListener() {
            @Override
            public void onRead(String cache, Outcome outcome) {
              throw error;
            }

            @Override
            public void onReadFailed(String cache) {
              throw error;
            }
          };
      CacheAside<Long, Planet> cache =
          builder()
              .listener(listener)
              .build(
                  id -> {
                    if (id == 99) {
                      throw new IllegalStateException("down");
                    }
                    return table.load(id);
                  });
      assertThat(cache.get(1L)).isPresent();
      assertThat(cache.async().get(1L).join()).isPresent();
      assertThat(cache.getAll(List.of(1L, 2L))).hasSize(2);
      assertThatThrownBy(() -> cache.get(99L)).isInstanceOf(CacheLoadException.class);
    }
  }

  @Test
  void aWeigherAndTagsMayThrowErrors() {
    CacheAside<Long, Planet> cache =
        builder(redis)
            .<Long>nearCache(
                100,
                (key, value) -> {
                  throw new NoSuchMethodError();
                })
            .build(table);
    assertThat(cache.get(1L)).isPresent();
    settle();
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
    CacheAside<Long, Planet> tagged =
        builder()
            .<Long>tagsOfKey(
                id -> {
                  throw new NoSuchMethodError();
                })
            .tagsOfValue(value -> Set.of("a"))
            .build(table);
    assertThat(tagged.get(1L)).isPresent();
  }

  @Test
  void anErrorForOneKeyOfManyIsThatKeysOnly() {
    CacheAside<Long, Planet> cache =
        builder()
            .build(
                id -> {
                  if (id == 2) {
                    throw new NoClassDefFoundError("of one row");
                  }
                  return table.load(id);
                });
    Reads<Long, Planet> reads = cache.readAll(List.of(1L, 2L, 3L));
    assertThat(reads.failures()).containsOnlyKeys(2L);
    assertThat(reads.found()).containsOnlyKeys(1L, 3L);
  }
}
