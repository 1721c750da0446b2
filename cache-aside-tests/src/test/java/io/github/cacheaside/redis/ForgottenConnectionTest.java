package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.TestServers;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A connection that the network has forgotten is given up, and what was missed is made up for. */
final class ForgottenConnectionTest {
  @Test
  void aConnectionThatAnswersNothingAnyMore_isReplaced() throws Exception {
    AtomicReference<String> row = new AtomicReference<>("Earth");
    try (RedisServer server = TestServers.newRedis();
        TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        RedisCacheStore store = RedisCacheStore.connect(proxy.uri())) {
      CacheAside<Long, String> cache =
          CacheAside.builder(store, "planet", Serializer.json(String.class)).build(id -> row.get());
      await().until(() -> cache.read(3L).outcome() == Outcome.HIT);
      proxy.forget();
      row.set("Terra");
      assertThatThrownBy(() -> cache.invalidate(3L)).isInstanceOf(CacheStoreException.class);
      assertThat(cache.get(3L)).contains("Terra");

      await()
          .atMost(java.time.Duration.ofSeconds(30))
          .until(() -> cache.read(3L).outcome() == Outcome.HIT);
      await().until(() -> cache.stats().pendingInvalidations() == 0);
      assertThat(cache.get(3L)).contains("Terra");
      assertThat(proxy.connections()).isEqualTo(2);
    }
  }

  @Test
  void aConnectionThatIsOnlyIdle_isKept() throws Exception {
    try (RedisServer server = TestServers.newRedis();
        TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        RedisCacheStore store = RedisCacheStore.connect(proxy.uri())) {
      store.ping().toCompletableFuture().join();
      long idle = System.nanoTime() + Unanswered.LIMIT.plusSeconds(1).toNanos();
      await().atMost(java.time.Duration.ofSeconds(30)).until(() -> System.nanoTime() - idle > 0);
      store.ping().toCompletableFuture().join();
      assertThat(proxy.connections()).isOne();
    }
  }
}
