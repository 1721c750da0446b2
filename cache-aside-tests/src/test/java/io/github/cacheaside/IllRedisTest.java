package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis that answers with errors: full, read-only, loading its data. */
final class IllRedisTest {
  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");
  private final RedisServer server = TestServers.newRedis();
  private final RedisCacheStore store = RedisCacheStore.connect(server.uri());
  private final RedisClient client = RedisClient.create(server.uri());
  private final StatefulRedisConnection<String, String> connection = client.connect();
  private final RedisCommands<String, String> raw = connection.sync();
  private final CircuitBreaker breaker = CircuitBreaker.create();
  private final CacheAside<Long, Planet> cache = cache(store);

  private CacheAside<Long, Planet> cache(RedisCacheStore store) {
    return CacheAside.builder(store, "planet", Serializer.json(Planet.class))
        .storeTimeout(Duration.ofSeconds(5))
        .circuitBreaker(breaker)
        .build(table);
  }

  @AfterEach
  void close() {
    client.shutdown();
    store.close();
    server.close();
  }

  private void cached(long id) {
    cache.get(id);
    await().until(() -> cache.read(id).outcome() == Outcome.HIT);
  }

  private static String random(int length) {
    return ThreadLocalRandom.current()
        .ints(length, 'a', 'z')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void aFullRedisAnswersItsHits_andRemovesWhatIsInvalidated() {
    cached(3);
    raw.configSet("maxmemory-policy", "noeviction");
    raw.configSet("maxmemory", "1");

    assertThat(cache.read(1L)).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.BYPASSED));
    assertThat(cache.getAll(List.of(1L, 2L, 3L))).hasSize(3);
    assertThat(cache.read(3L).outcome()).as("the breaker is closed").isEqualTo(Outcome.HIT);
    assertThatThrownBy(() -> cache.put(1L, new Planet(1, "put")))
        .isInstanceOf(CacheStoreException.class);
    table.set(3, "Terra");
    cache.invalidate(3L);
    assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
    assertThat(breaker.isOpen()).isFalse();
    assertThat(cache.stats().shedOperations()).isZero();

    raw.configSet("maxmemory", "0");
    cached(1);
  }

  @Test
  void aReadOnlyReplicaAnswersItsHits_andFailsInvalidationsUntilItIsPrimary() {
    cached(3);
    raw.configSet("replica-serve-stale-data", "yes");
    raw.replicaof("127.0.0.1", 1); // nobody there, so it keeps its data
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    table.set(3, "Terra");
    assertThatThrownBy(() -> cache.invalidate(3L))
        .isInstanceOf(CacheStoreException.class)
        .rootCause()
        .hasMessageContaining("READONLY");
    assertThat(breaker.isOpen()).isFalse();

    raw.replicaofNoOne();
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
  }

  /** The server of the other tests is not used: this one has to start with what it had. */
  @Test
  void aRedisThatLoadsItsData_isDoneWithout_untilItHas() {
    try (RedisServer slow = TestServers.newRedis("key-load-delay 300000"); // microseconds a key
        RedisCacheStore slowStore = RedisCacheStore.connect(slow.uri());
        RedisClient admin = RedisClient.create(slow.uri())) {
      CacheAside<Long, Planet> cached = cache(slowStore);
      cached.get(3L);
      await().until(() -> cached.read(3L).outcome() == Outcome.HIT);
      RedisCommands<String, String> commands = admin.connect().sync();
      for (int i = 0; i < 8; i++) { // it answers in between every 2 MiB
        commands.set("filler" + i, random(3 << 20));
      }
      assertThat(commands.save()).isEqualTo("OK");
      slow.kill();
      CompletableFuture<Void> restarted = CompletableFuture.runAsync(slow::restart);

      await().pollInterval(Duration.ofMillis(5)).until(() -> isLoading(cached));
      assertThat(cached.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
      assertThat(breaker.isOpen()).isTrue();
      await().until(() -> cached.read(3L).outcome() == Outcome.HIT);
      restarted.join();
      await().until(() -> cached.stats().pendingInvalidations() == 0);
    }
  }

  private static boolean isLoading(CacheAside<Long, Planet> cache) {
    try {
      cache.invalidate(1L);
      return false;
    } catch (CacheStoreException e) {
      return String.valueOf(e.getCause()).contains("LOADING");
    }
  }
}
