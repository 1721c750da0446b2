package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After whatever invalidates an entry, a replica that lags is not cached. */
final class HoldOffTest {
  private static final Duration HOLD_OFF = Duration.ofSeconds(5);

  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");
  private Instant now = Instant.EPOCH;

  private CacheAsideBuilder<Object, Planet> builder() {
    return CacheAside.builder(
            new InMemoryCacheStore(() -> now), "planet", Serializer.json(Planet.class))
        .holdOff(HOLD_OFF);
  }

  private CacheAsideBuilder<Long, Planet> tagged() {
    return builder().clearable().tagsOfKey((Long id) -> Set.of("id:" + id));
  }

  private static boolean isCachedByARead(CacheAside<Long, Planet> cache, long id) {
    assertThat(cache.get(id)).isPresent();
    return cache.look(id).isCached();
  }

  /** What invalidates planet 3, and perhaps others. */
  enum Change {
    INVALIDATE,
    INVALIDATE_TAG,
    CLEAR,
    WRITE,
    FENCE,
    FENCE_OF_A_TAG,
    FENCE_OF_ALL;

    void in(CacheAside<Long, Planet> cache) {
      switch (this) {
        case INVALIDATE -> cache.invalidate(3L);
        case INVALIDATE_TAG -> cache.invalidateTag("id:3");
        case CLEAR -> cache.clear();
        case WRITE -> cache.write(List.of(3L), () -> {});
        case FENCE -> cache.fence(List.of(3L)).close();
        case FENCE_OF_A_TAG -> cache.fenceTags(List.of("id:3")).close();
        case FENCE_OF_ALL -> cache.fenceAll().close();
      }
    }

    boolean all() {
      return this == CLEAR || this == FENCE_OF_ALL;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsCachedForAWhile_afterEveryChange(Change change) {
    CacheAside<Long, Planet> cache = tagged().build(table);
    cache.get(2L);
    cache.get(3L);
    change.in(cache);

    assertThat(isCachedByARead(cache, 3)).isFalse();
    assertThat(isCachedByARead(cache, 2)).isEqualTo(!change.all());
    now = now.plusMillis(4_900);
    assertThat(isCachedByARead(cache, 3)).isFalse();
    assertThat(cache.getAll(List.of(3L))).hasSize(1);
    assertThat(cache.look(3L).isCached()).isFalse();
    now = now.plusMillis(100);
    assertThat(isCachedByARead(cache, 3)).isTrue();
    assertThat(cache.stats().fencesLost()).isZero();
  }

  @Test
  void aTagThatOnlyValuesTell_concernsWhateverIsLoaded_andNoHit() {
    CacheAside<Long, Planet> cache =
        builder().tagsOfValue(planet -> Set.of("name:" + planet.name())).build(table);
    cache.get(2L);
    cache.get(3L);
    cache.invalidateTag("name:Earth");

    assertThat(isCachedByARead(cache, 3)).isFalse();
    assertThat(cache.look(2L).isCached()).isTrue();
    assertThat(isCachedByARead(cache, 1)).isFalse(); // it may be named Earth, too
    now = now.plus(HOLD_OFF);
    assertThat(isCachedByARead(cache, 3)).isTrue();
  }

  @Test
  void itBeginsAnewWithEachInvalidation_howeverManyThereAre() {
    CacheAside<Long, Planet> cache = builder().build(table);
    for (int i = 0; i < 100; i++) {
      cache.invalidate(3L);
      now = now.plusMillis(40);
    }
    now = now.plusMillis(4_900);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    now = now.plusMillis(100);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aFencedWriteWithinOne_renewsIt() {
    CacheAside<Long, Planet> cache = builder().build(table);
    for (int i = 0; i < 64; i++) {
      cache.invalidate(3L);
    }
    now = now.plusMillis(4_000);
    cache.write(List.of(3L), () -> table.set(3, "Terra"));
    now = now.plusMillis(4_900);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(cache.stats().fencesLost()).isZero();
  }

  @Test
  void redisKeepsIt() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache =
          CacheAside.builder(store, "planet", Serializer.json(Planet.class))
              .storeTimeout(Duration.ofSeconds(5))
              .holdOff(Duration.ofMinutes(5))
              .tagsOfKey((Long id) -> Set.of("id:" + id))
              .build(table);
      for (Change change : List.of(Change.INVALIDATE_TAG, Change.WRITE, Change.FENCE_OF_A_TAG)) {
        change.in(cache);
        assertThat(isCachedByARead(cache, 3)).isFalse();
      }
      assertThat(isCachedByARead(cache, 2)).isTrue();
    }
  }

  /** Or 64 JVMs would take all the room for the marks of fenced writes. */
  @Test
  void allJvmsHaveOneMark() {
    CacheStore store = new InMemoryCacheStore(() -> now);
    for (int jvm = 0; jvm < 70; jvm++) {
      CacheAside<Long, Planet> cache =
          CacheAside.builder(store, "planet", Serializer.json(Planet.class))
              .holdOff(HOLD_OFF)
              .clearable()
              .build(table);
      cache.clear();
      cache.invalidate(3L);
    }
  }

  @Test
  void withoutRoomForItsMark_aTagIsInvalidatedAllTheSame() {
    CacheStore store = new InMemoryCacheStore(() -> now);
    CacheAside<Long, Planet> cache =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class))
            .holdOff(HOLD_OFF)
            .tagsOfKey((Long id) -> Set.of("id:" + id))
            .build(table);
    cache.get(3L);
    for (int writer = 0; writer < 64; writer++) {
      Boolean placed =
          store
              .intent("planet##!id:3", new LeaseToken(7, writer), Duration.ofMinutes(5))
              .toCompletableFuture()
              .join();
      assertThat(placed).isTrue();
    }

    assertThat(cache.look(3L).isCached()).isTrue();
    assertThatThrownBy(() -> cache.invalidateTag("id:3")).isInstanceOf(CacheStoreException.class);
    assertThat(cache.look(3L).isCached()).isFalse();
  }
}
