package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The application starts while Redis is down, and the cache joins when it comes. */
final class StartUpTest {
  /** A guard against hanging; it is promised to take 8 seconds at most. */
  private static final Duration HANGS = Duration.ofSeconds(30);

  private final AtomicInteger version = new AtomicInteger();

  private CacheAside<Integer, String> started(RedisCacheStore store) {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "start", Serializer.utf8())
            .nearCache(100)
            .build(key -> "v" + version.get());
    assertThat(cache.read(1)).isEqualTo(new Read<>("v0", Outcome.BYPASSED));
    assertThatThrownBy(() -> cache.invalidate(1)).isInstanceOf(CacheStoreException.class);
    return cache;
  }

  private void assertJoins(CacheAside<Integer, String> cache) {
    awaitNear(cache, "v0");
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    version.incrementAndGet();
    cache.invalidate(1);
    awaitNear(cache, "v1");
  }

  private static void awaitNear(CacheAside<Integer, String> cache, String value) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> cache.read(1).equals(new Read<>(value, Outcome.NEAR)));
  }

  @Test
  void sentinelsAndTheirRedisAreDown() {
    try (RedisSentinels servers = TestServers.newRedisSentinels(1)) {
      servers.sentinels().forEach(RedisServer::kill);
      servers.replica().kill();
      servers.primary().kill();
      try (RedisCacheStore store =
          assertTimeoutPreemptively(HANGS, () -> RedisCacheStore.connect(servers.uri()))) {
        CacheAside<Integer, String> cache = started(store);
        servers.primary().restart();
        servers.replica().restart();
        servers.sentinels().forEach(RedisServer::restart);
        assertJoins(cache);
      }
    }
  }

  @Test
  void sentinelsAreThere_butTheirRedisIsDown() {
    try (RedisSentinels servers = TestServers.newRedisSentinels(1)) {
      servers.replica().kill(); // first, or it would be promoted
      servers.primary().kill();
      try (RedisCacheStore store =
          assertTimeoutPreemptively(HANGS, () -> RedisCacheStore.connect(servers.uri()))) {
        CacheAside<Integer, String> cache = started(store);
        servers.primary().restart();
        assertJoins(cache);
      }
    }
  }

  @Test
  void sentinelsHang() {
    try (RedisSentinels servers = TestServers.newRedisSentinels(1)) {
      servers.sentinels().forEach(RedisServer::pause);
      try (RedisCacheStore store =
          assertTimeoutPreemptively(HANGS, () -> RedisCacheStore.connect(servers.uri()))) {
        CacheAside<Integer, String> cache = started(store);
        servers.sentinels().forEach(RedisServer::resume);
        assertJoins(cache);
      }
    }
  }

  @Test
  void allNodesOfAClusterAreDown() {
    try (RedisCluster cluster = TestServers.newRedisCluster()) {
      cluster.nodes().forEach(RedisServer::kill);
      try (RedisCacheStore store =
          assertTimeoutPreemptively(HANGS, () -> RedisCacheStore.connect(uri(cluster)))) {
        CacheAside<Integer, String> cache = started(store);
        cluster.nodes().forEach(RedisServer::restart);
        cluster.awaitOk();
        assertJoins(cache);
      }
    }
  }

  private static String uri(RedisCluster cluster) {
    return cluster.nodes().stream()
        .map(node -> node.host() + ":" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }
}
