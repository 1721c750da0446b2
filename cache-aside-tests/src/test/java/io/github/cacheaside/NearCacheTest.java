package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.protocol.CommandType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hits kept in the process: as good as the store's, and no older than what Redis has told. */
final class NearCacheTest extends CacheTest {
  private static final Planet OLD = new Planet(3, "Earth");
  private static final Planet NEW = new Planet(3, "Terra");

  private CacheAsideBuilder<Object, Planet> nearBuilder(CacheStore store) {
    return builder(store).nearCache(100).nearMaxLag(Duration.ofMinutes(1)); // not what is tested
  }

  private CacheAside<Long, Planet> near(CacheStore store) {
    return nearBuilder(store).build(table);
  }

  /** Reads until that is what is answered; fails if it never is. */
  private static void awaitRead(CacheAside<Long, Planet> cache, Read<Planet> expected) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Read<Planet> read = cache.read(3L);
    while (!read.equals(expected)) {
      assertThat(System.nanoTime()).as("still %s", read).isLessThan(end);
      Thread.onSpinWait();
      read = cache.read(3L);
    }
  }

  private static void awaitNear(CacheAside<Long, Planet> cache, Planet planet) {
    awaitRead(cache, new Read<>(planet, Outcome.NEAR));
  }

  @Test
  void whatOthersInvalidate_isForgotten_andReadAnew() {
    CacheAside<Long, Planet> cache = near(redis);
    CacheAside<Long, Planet> other = near(otherRedis);
    awaitNear(cache, OLD);
    awaitNear(other, OLD);
    assertThat(cache.peek(3L)).contains(OLD);
    assertThat(cache.getAll(List.of(3L, 1L)))
        .isEqualTo(Map.of(3L, OLD, 1L, new Planet(1, "Mercury")));
    assertThat(cache.async().read(3L).join().outcome()).isEqualTo(Outcome.NEAR);
    table.set(3, "Terra");
    other.invalidate(3L);

    awaitNear(cache, NEW);
    awaitNear(other, NEW);
    assertThat(cache.stats().nearHits()).isPositive();
  }

  @Test
  void whatThisProcessChanges_itReadsAtOnce() throws Exception {
    CacheAside<Long, Planet> cache = near(redis);
    for (int i = 0; i < 200; i++) {
      Planet planet = new Planet(3, "Earth " + i);
      switch (i % 4) {
        case 0 -> {
          table.set(3, planet.name());
          cache.invalidate(3L);
        }
        case 1 -> cache.write(List.of(3L), () -> table.set(3, planet.name()));
        case 2 -> cache.async().write(List.of(3L), () -> writeAsync(planet)).join();
        default -> {
          table.set(3, planet.name());
          cache.put(3L, planet);
        }
      }
      for (int read = 0; read < 4; read++) {
        assertThat(cache.read(3L).value()).isEqualTo(planet);
      }
      if (i % 20 == 0) {
        awaitNear(cache, planet);
      }
    }
  }

  private java.util.concurrent.CompletableFuture<Boolean> writeAsync(Planet planet) {
    table.set(planet.id(), planet.name());
    return java.util.concurrent.CompletableFuture.completedFuture(true);
  }

  @Test
  void keepingAValueNear_takesItFromNobody() {
    CacheAside<Long, Planet> cache = near(redis);
    CacheAside<Long, Planet> other = near(otherRedis);
    awaitNear(cache, OLD);
    settle();
    awaitNear(cache, OLD);
    awaitNear(other, OLD);
    settle();

    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.NEAR);
  }

  @Test
  void tagsAndClear_reachNearEntries() {
    CacheAside<Long, Planet> cache = tagged(redis);
    CacheAside<Long, Planet> other = tagged(otherRedis);
    awaitNear(cache, OLD);
    awaitNear(other, OLD);
    table.set(3, "Terra");
    other.invalidateTag("planets");
    assertThat(other.read(3L).value()).isEqualTo(NEW);
    awaitNear(other, NEW);
    awaitNear(cache, NEW);

    table.set(3, "Earth");
    other.clear();
    assertThat(other.read(3L).value()).isEqualTo(OLD);
    awaitNear(cache, OLD);
  }

  private CacheAside<Long, Planet> tagged(CacheStore store) {
    return nearBuilder(store).tagsOfKey((Long id) -> Set.of("planets")).build(table);
  }

  @Test
  void aStaleCopyIsNotKept_andAnAbsenceIs() {
    CacheAside<Long, Planet> cache =
        nearBuilder(redis).absentTtl(Duration.ofMinutes(1)).build(table);
    awaitNear(cache, OLD);
    table.set(3, "Terra");
    cache.softInvalidate(3L, Duration.ofMinutes(1));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
    while (cache.read(99L).outcome() != Outcome.NEAR) {
      Thread.onSpinWait();
    }
    assertThat(cache.get(99L)).isEmpty();
  }

  @Test
  void flushedFrozenOrGone_redisLeavesNothingOldHere() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache =
          nearBuilder(store)
              .nearMaxLag(Duration.ofMillis(300))
              .storeTimeout(Duration.ofMillis(100))
              .build(table);
      awaitNear(cache, OLD);
      table.set(3, "flushed");
      server.flushAll();
      awaitNear(cache, new Planet(3, "flushed"));

      table.set(3, "frozen");
      server.pause();
      awaitRead(cache, new Read<>(new Planet(3, "frozen"), Outcome.BYPASSED));
      server.resume();
      server.flushAll();
      awaitNear(cache, new Planet(3, "frozen"));

      table.set(3, "gone");
      server.kill();
      awaitRead(cache, new Read<>(new Planet(3, "gone"), Outcome.BYPASSED));
      server.restart();
      awaitNear(cache, new Planet(3, "gone"));
    }
  }

  @Test
  void closingAStore_warnsOfNothing() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    try {
      for (int i = 0; i < 20; i++) { // it warned when the connection was slower to close than we
        RedisCacheStore store = RedisCacheStore.connect(TestServers.redis().uri());
        awaitNear(near(store), OLD);
        store.close();
      }
    } finally {
      System.setErr(stderr);
    }
    assertThat(logged.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aUserWhoMayNotTrack_hasNoNearCache() {
    try (RedisServer server = TestServers.newRedis();
        RedisClient client = RedisClient.create(server.uri())) {
      client
          .connect()
          .sync()
          .aclSetuser(
              "near",
              AclSetuserArgs.Builder.on()
                  .addPassword("secret")
                  .allKeys()
                  .allCommands()
                  .removeCommand(CommandType.CLIENT));
      try (RedisCacheStore store =
          RedisCacheStore.connect(server.uri().replace("//", "//near:secret@"))) {
        CacheAside<Long, Planet> cache = near(store);
        awaitRead(cache, new Read<>(OLD, Outcome.HIT));
        for (int i = 0; i < 50; i++) {
          assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);
        }
      }
    }
  }

  @Test
  void keysOfAnyCharacters_areToldOf() {
    for (String text : List.of("a:b", "größe", "\uD83D\uDE00", "x\uFFFDy", " ")) {
      CacheAside<String, Planet> cache =
          builder(redis).nearCache(10).build((String key) -> table.load(3L));
      CacheAside<String, Planet> other =
          builder(otherRedis).nearCache(10).build((String key) -> table.load(3L));
      Planet before = cache.get(text).orElseThrow();
      while (cache.read(text).outcome() != Outcome.NEAR) {
        Thread.onSpinWait();
      }
      table.set(3, before.name() + "!");
      other.invalidate(text);
      while (before.equals(cache.read(text).value())) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void boundsThatAreNone_areRefused() {
    assertThatThrownBy(() -> builder(redis).nearCache(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximumSize must be at least 1 but was 0");
    assertThatThrownBy(() -> builder(redis).nearMaxLag(Duration.ofMillis(10)))
        .hasMessageContaining("nearMaxLag");
    assertThatThrownBy(() -> builder(redis).nearTtl(Duration.ofMinutes(2)).build(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nearTtl PT2M needs nearCache(...): without it nothing is kept near");
    assertThatThrownBy(() -> builder(redis).nearMaxLag(Duration.ofSeconds(1)).build(table))
        .hasMessage("nearMaxLag PT1S needs nearCache(...): without it nothing is kept near");
    assertThatThrownBy(() -> builder(redis.plain()).nearCache(1).build(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nearCache 1");
  }
}
