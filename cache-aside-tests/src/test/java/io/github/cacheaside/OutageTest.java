package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Redis dies, freezes and comes back: reads are answered, invalidations are not lost silently. */
final class OutageTest {
  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");

  private CacheAside<Long, Planet> cache(RedisCacheStore store) {
    return CacheAside.builder(store, "planet", Serializer.json(Planet.class))
        .storeTimeout(Duration.ofSeconds(1))
        .build(table);
  }

  private static void awaitHit(CacheAside<Long, Planet> cache) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (cache.read(3L).outcome() != Outcome.HIT) {
      assertThat(System.nanoTime()).as("the cache joins again").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aKilledRedisIsAMiss_andItsReturnIsNoticed() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache = cache(store);
      cache.get(3L);
      server.kill();

      assertThat(cache.get(3L)).contains(new Planet(3, "Earth"));
      assertThat(cache.getAll(List.of(1L, 2L, 3L))).hasSize(3);
      assertThat(cache.peek(3L)).isEmpty();
      assertThatThrownBy(() -> cache.invalidateAll(List.of(1L, 2L)))
          .isInstanceOf(CacheStoreException.class)
          .hasMessage("invalidating 2 keys of planet failed");
      assertThatThrownBy(() -> cache.put(1L, new Planet(1, "x")))
          .isInstanceOf(CacheStoreException.class)
          .hasMessage("put of 1 key of planet failed");
      assertThat(cache.stats().storeFailures()).isPositive();
      server.restart();
      awaitHit(cache);
    }
  }

  @Test
  void aFrozenRedisIsAMiss_andAnInvalidationFails() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache = cache(store);
      cache.get(3L);
      server.pause();

      assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.BYPASSED));
      assertThatThrownBy(() -> cache.invalidate(3L)).isInstanceOf(CacheStoreException.class);
      server.resume();
      awaitHit(cache);
    }
  }

  @Test
  void onlyTheFirstReadWaitsForAFrozenRedis_andNoInvalidationIsLost() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> cache = cache(store);
      cache.getAll(List.of(1L, 2L, 3L));
      store.ping().toCompletableFuture().join(); // the fills have been answered
      server.pause();
      cache.get(3L);
      assertThat(cache.stats().storeFailures()).isEqualTo(1);

      for (int i = 0; i < 1_000; i++) {
        assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
      }
      assertThat(cache.stats().storeFailures()).as("none of them waited").isEqualTo(1);
      assertThat(cache.stats().shedOperations()).isEqualTo(1_000);
      for (long id = 1; id <= 3; id++) {
        table.set(id, "new");
        long key = id;
        assertThatThrownBy(() -> cache.invalidate(key)).isInstanceOf(CacheStoreException.class);
      }
      assertThat(cache.stats().pendingInvalidations()).isEqualTo(3);

      server.resume();
      await().until(() -> cache.stats().pendingInvalidations() == 0);
      awaitHit(cache);
      assertThat(cache.getAll(List.of(1L, 2L, 3L)).values())
          .extracting(Planet::name)
          .containsOnly("new");
      assertThat(cache.stats().lostInvalidations()).isZero();
    }
  }

  @Test
  void aStoreThatIsClosedWhileReadsAreUnderWay_failsNoneOfThem() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    try (RedisServer server = TestServers.newRedis()) {
      RedisCacheStore store = RedisCacheStore.connect(server.uri());
      CacheAside<Long, Planet> cache = cache(store);
      CacheAside<Long, Planet> slow =
          CacheAside.builder(store, "slow", Serializer.json(Planet.class))
              .build(
                  id -> {
                    loading.countDown();
                    closed.await();
                    return table.load(id);
                  });
      Future<Optional<Planet>> load = threads.submit(() -> slow.get(3L));
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(() -> readUntil(closed, cache, reads)));
      }
      loading.await();
      await().until(() -> reads.get() > 1_000);
      store.close();
      closed.countDown();

      assertThat(load.get(20, TimeUnit.SECONDS)).contains(new Planet(3, "Earth"));
      for (Future<?> reader : readers) {
        reader.get(20, TimeUnit.SECONDS);
      }
      assertThat(cache.get(3L)).contains(new Planet(3, "Earth"));
      assertThat(cache.getAll(List.of(1L, 2L))).hasSize(2);
      assertThatThrownBy(() -> cache.invalidate(3L)).isInstanceOf(CacheStoreException.class);
      store.close(); // does nothing
    } finally {
      threads.shutdownNow();
    }
  }

  private static void readUntil(
      CountDownLatch end, CacheAside<Long, Planet> cache, AtomicInteger reads) {
    for (long i = 0; end.getCount() > 0 || i < 100; i++) {
      long id = i % 3 + 1;
      assertThat(cache.get(id).orElseThrow().id()).isEqualTo(id);
      cache.async().get(id).join();
      reads.incrementAndGet();
    }
  }

  @Test
  void aRedisThatIsDownAtTheStartJoinsLater() {
    try (RedisServer server = TestServers.newRedis()) {
      server.kill();
      try (RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
        CacheAside<Long, Planet> cache = cache(store);
        assertThat(cache.get(3L)).contains(new Planet(3, "Earth"));
        server.restart();
        awaitHit(cache);
      }
    }
  }

  @Test
  void anOutageIsOneWarning_notOneACall() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      CacheAside<Long, Planet> cache = cache(dead);
      for (int i = 0; i < 50; i++) {
        cache.get(3L);
      }
    } finally {
      System.setErr(stderr);
    }
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("cache planet: the store does not answer"))
        .hasSize(1);
  }
}
