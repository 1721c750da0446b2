package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** An invalidation that failed is told, tried again, and repeated when the store was away. */
final class FailedInvalidationTest {
  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");
  private final AtomicInteger told = new AtomicInteger();

  private CacheAsideBuilder<Object, Planet> builder(CacheStore store) {
    return CacheAside.builder(store, "planet", Serializer.json(Planet.class))
        .storeTimeout(Duration.ofSeconds(1))
        .listener(
            new CacheListener() {
              @Override
              public void onInvalidationFailed(String cache, int keys) {
                told.addAndGet(keys);
              }
            });
  }

  @Test
  void whenAFrozenRedisThaws_theOldEntryGoes() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache = builder(store).build(table);
      cache.get(3L);
      server.pause();
      table.set(3, "Terra");
      assertThatThrownBy(() -> cache.invalidate(3L)).isInstanceOf(CacheStoreException.class);
      assertThat(told).hasValue(1);
      assertThat(cache.stats().pendingInvalidations()).isEqualTo(1);
      server.resume();

      await().until(() -> cache.stats().pendingInvalidations() == 0);
      assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
      assertThat(cache.stats().lostInvalidations()).isZero();
    }
  }

  @Test
  void afterAReconnect_whatAFailoverMayHaveBroughtBackGoesAgain() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri());
        RedisClient client = RedisClient.create(server.uri());
        var raw = client.connect(ByteArrayCodec.INSTANCE)) {
      CacheAside<Long, Planet> cache = builder(store).build(table);
      byte[] key = "planet:3".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      cache.get(3L);
      store.ping().toCompletableFuture().join();
      byte[] old = raw.sync().get(key);
      table.set(3, "Terra");
      cache.invalidate(3L);
      raw.sync().set(key, old); // a new primary that never saw the invalidation
      assertThat(cache.get(3L)).contains(new Planet(3, "Earth"));
      raw.sync().clientKill(KillArgs.Builder.typeNormal().skipme());

      await().until(() -> cache.get(3L).orElseThrow().name().equals("Terra"));
    }
  }

  @Test
  void ofSmallCallsNoMoreThanTenThousandWait_andWhatIsGivenUpIsCounted() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    CacheAside<Long, Planet> cache = builder(store).build(table);
    store.failWith(new IllegalStateException("out of reach"));
    for (long from = 0; from < 10_007; from += 1_000) {
      List<Long> keys = LongStream.range(from, Math.min(10_007, from + 1_000)).boxed().toList();
      assertThatThrownBy(() -> cache.invalidateAll(keys)).isInstanceOf(CacheStoreException.class);
    }

    assertThat(cache.stats().pendingInvalidations()).isEqualTo(10_000);
    assertThat(cache.stats().lostInvalidations()).isEqualTo(7);
    store.failWith(null);
    await().until(() -> cache.stats().pendingInvalidations() == 0);
  }

  @Test
  void whereAHoldOffHasNoPlace_theInvalidationFails_andIsTriedAgain() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache = builder(store).holdOff(Duration.ofMinutes(5)).build(table);
      for (int writer = 0; writer < 64; writer++) {
        mark(store, writer);
      }
      assertThatThrownBy(() -> cache.invalidate(3L))
          .isInstanceOf(CacheStoreException.class)
          .hasMessage("invalidating 1 key of planet failed");
      assertThat(told).hasValue(1);
      assertThat(cache.stats().pendingInvalidations()).isEqualTo(1);
      for (int writer = 0; writer < 64; writer++) {
        store.release("planet:3", new LeaseToken(7, writer)).toCompletableFuture().join();
      }

      await().until(() -> cache.stats().pendingInvalidations() == 0);
      assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    }
  }

  private static void mark(CacheStore store, int writer) {
    store
        .intent("planet:3", new LeaseToken(7, writer), Duration.ofMinutes(5))
        .toCompletableFuture()
        .join();
  }
}
