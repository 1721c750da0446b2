package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same store over every topology, by the kind of URI, client or connection. */
@Tag("long")
final class TopologiesTest {

  private static void assertWorks(RedisCacheStore store) {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "topology", Serializer.utf8())
            .storeTimeout(Duration.ofSeconds(5))
            .build(key -> "v" + key);
    List<Integer> keys = IntStream.range(0, 100).boxed().toList();
    assertThat(cache.getAll(keys)).hasSize(100);
    assertThat(cache.read(7).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.getAll(keys)).containsEntry(99, "v99");
    cache.invalidateAll(keys);
    assertThat(cache.peek(7)).isEmpty();
    assertThat(cache.stats().storeFailures()).isZero();
  }

  @Test
  void aCluster_byUriAndByConnection() {
    try (RedisCluster cluster = TestServers.newRedisCluster()) {
      List<RedisURI> nodes = cluster.uris().stream().map(RedisURI::create).toList();
      String hosts =
          String.join(
              ",", nodes.stream().map(node -> node.getHost() + ":" + node.getPort()).toList());
      try (RedisCacheStore store = RedisCacheStore.connect("redis-cluster://" + hosts)) {
        assertWorks(store);
      }
      try (RedisCacheStore store = RedisCacheStore.connectCluster(nodes)) {
        assertWorks(store);
      }
      try (RedisClusterClient client = RedisClusterClient.create(nodes);
          var connection = client.connect(ByteArrayCodec.INSTANCE)) {
        RedisCacheStore.using(connection).close();
        assertWorks(RedisCacheStore.using(connection));
      }
    }
  }

  @Test
  void aNearCacheIsToldByEveryNodeOfACluster() {
    try (RedisCluster cluster = TestServers.newRedisCluster();
        RedisCacheStore store = connect(cluster);
        RedisCacheStore other = connect(cluster)) {
      AtomicInteger version = new AtomicInteger();
      CacheAside<Integer, String> near = versions(store, version);
      CacheAside<Integer, String> writer = versions(other, version);
      List<Integer> keys = IntStream.range(0, 30).boxed().toList();
      for (int round = 0; round < 3; round++) {
        String now = "v" + version.get();
        for (int key : keys) {
          await().until(() -> near.read(key).equals(new Read<>(now, Outcome.NEAR)));
        }
        version.incrementAndGet();
        writer.invalidateAll(keys);
      }
    }
  }

  @Test
  void aNodeThatIsGone_endsNearHits_untilItIsBack() {
    try (RedisCluster cluster = TestServers.newRedisCluster("cluster-require-full-coverage no");
        RedisCacheStore store = connect(cluster);
        RedisCacheStore other = connect(cluster)) {
      AtomicInteger version = new AtomicInteger();
      CacheAside<Integer, String> near = versions(store, version);
      CacheAside<Integer, String> writer = versions(other, version);
      List<Integer> keys = IntStream.range(0, 30).boxed().toList();
      keys.forEach(key -> awaitNear(near, key, "v0"));
      RedisServer node = cluster.nodes().get(0);
      int elsewhere = keys.stream().filter(key -> !isOnFirstNode(key)).findFirst().orElseThrow();
      node.kill();
      // neither for keys of the others, which still answer: which node tells of a key is not asked
      eventually().until(() -> near.read(elsewhere).outcome() == Outcome.HIT);
      for (int i = 0; i < 10; i++) {
        assertThat(near.read(elsewhere).outcome()).isEqualTo(Outcome.HIT);
      }
      version.incrementAndGet();
      node.restart();
      cluster.awaitOk();
      eventually().ignoreExceptions().until(() -> invalidated(writer, keys));
      keys.forEach(key -> awaitNear(near, key, "v1"));
    }
  }

  @Test
  void aNearCacheFollowsAFailover() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(1);
        RedisCacheStore store = RedisCacheStore.connect(sentinels.uri());
        RedisCacheStore other = RedisCacheStore.connect(sentinels.uri())) {
      AtomicInteger version = new AtomicInteger();
      CacheAside<Integer, String> near = versions(store, version);
      CacheAside<Integer, String> writer = versions(other, version);
      awaitNear(near, 3, "v0");
      version.incrementAndGet();
      sentinels.primary().kill();
      eventually().until(() -> near.read(3).equals(new Read<>("v1", Outcome.BYPASSED)));

      eventually().until(() -> sentinels.currentPrimary() == sentinels.replica());
      eventually().ignoreExceptions().until(() -> invalidated(writer, List.of(3)));
      awaitNear(near, 3, "v1");
      for (String now : List.of("v2", "v3")) { // told by the new primary
        version.incrementAndGet();
        writer.invalidate(3);
        awaitNear(near, 3, now);
      }
    }
  }

  @Test
  void aNearCacheFollowsAFailoverOfACluster_whoseOldPrimaryStaysDead() {
    try (RedisCluster cluster = TestServers.newReplicatedRedisCluster();
        RedisCacheStore store = connect(cluster);
        RedisCacheStore other = connect(cluster)) {
      AtomicInteger version = new AtomicInteger();
      CacheAside<Integer, String> near = versions(store, version);
      CacheAside<Integer, String> writer = versions(other, version);
      List<Integer> keys = IntStream.range(0, 8).boxed().toList();
      keys.forEach(key -> awaitNear(near, key, "v0"));
      cluster.nodes().get(0).kill();
      eventually().until(() -> cluster.replicas().get(0).isPrimary());
      keys.forEach(key -> awaitNear(near, key, "v0"));

      version.incrementAndGet();
      eventually().ignoreExceptions().until(() -> invalidated(writer, keys));
      keys.forEach(key -> awaitNear(near, key, "v1"));
    }
  }

  private static boolean isOnFirstNode(int key) {
    return SlotHash.getSlot("near:" + key) <= SlotHash.SLOT_COUNT / 3;
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(1));
  }

  private static void awaitNear(CacheAside<Integer, String> cache, int key, String value) {
    eventually().until(() -> cache.read(key).equals(new Read<>(value, Outcome.NEAR)));
  }

  private static boolean invalidated(CacheAside<Integer, String> cache, List<Integer> keys) {
    cache.invalidateAll(keys);
    return true;
  }

  private static RedisCacheStore connect(RedisCluster cluster) {
    return RedisCacheStore.connectCluster(cluster.uris().stream().map(RedisURI::create).toList());
  }

  private static CacheAside<Integer, String> versions(CacheStore store, AtomicInteger version) {
    return CacheAside.builder(store, "near", Serializer.utf8())
        .storeTimeout(Duration.ofSeconds(5))
        .nearCache(100)
        .build((Integer key) -> "v" + version.get());
  }

  @Test
  void thePrimaryThatSentinelsName() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(1);
        RedisCacheStore store = RedisCacheStore.connect(sentinels.uri())) {
      assertWorks(store);
      assertThat(store.toString()).contains("of sentinels");
    }
  }

  @Test
  void aPassword_whichIsNeverShown() {
    try (RedisServer server = TestServers.newRedis("requirepass s3cret");
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      assertWorks(store);
      assertThat(store.toString()).doesNotContain("s3cret");
    }
  }

  @Test
  void anAclUser() {
    try (RedisServer server = TestServers.newRedis("user app on >pw ~* &* +@all");
        RedisCacheStore store =
            RedisCacheStore.connect(
                RedisURI.builder()
                    .withHost(server.host())
                    .withPort(server.port())
                    .withAuthentication("app", "pw")
                    .build())) {
      assertWorks(store);
    }
  }

  @Test
  void aConnectionOfTheCallersOwn_staysOpen() {
    try (RedisClient client = RedisClient.create(TestServers.redis().uri());
        var connection = client.connect(ByteArrayCodec.INSTANCE)) {
      RedisCacheStore.using(connection).close();
      assertThat(connection.isOpen()).isTrue();
      assertWorks(RedisCacheStore.using(connection));
    }
  }

  @Test
  void aScriptFlushIsHealed() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri());
        RedisClient client = RedisClient.create(server.uri());
        var raw = client.connect()) {
      assertWorks(store);
      raw.sync().scriptFlush();
      // a fill that has to be sent again may come after the next look; what counts is that it comes
      CacheAside<Integer, String> cache =
          CacheAside.builder(store, "flushed", Serializer.utf8())
              .storeTimeout(Duration.ofSeconds(5))
              .build(key -> "v" + key);
      assertThat(cache.get(1)).contains("v1");
      await().until(() -> cache.read(1).outcome() == Outcome.HIT);
      assertWorks(store);
    }
  }

  @Test
  void aClusterNeedsNodes() {
    assertThatThrownBy(() -> RedisCacheStore.connectCluster(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nodes must not be empty");
  }
}
