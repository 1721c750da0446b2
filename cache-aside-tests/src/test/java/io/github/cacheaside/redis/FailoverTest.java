package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another node becomes primary, planned or not, with all that was acknowledged or without. */
@Tag("long")
final class FailoverTest {
  /** Less than it takes until a client looks at the nodes of a cluster without a reason. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private final AtomicInteger version = new AtomicInteger();

  private CacheAside<Integer, String> cache(CacheStore store) {
    return CacheAside.builder(store, "fail", Serializer.utf8())
        .ttl(Duration.ofHours(1))
        .build((Integer key) -> "v" + version.get());
  }

  private static ConditionFactory eventually() {
    return await().atMost(SOON);
  }

  private static void awaitHit(CacheAside<Integer, String> cache, int key, String value) {
    eventually().until(() -> cache.read(key).equals(new Read<>(value, Outcome.HIT)));
  }

  private static void awaitInvalidated(CacheAside<Integer, String> cache, int key) {
    eventually()
        .ignoreExceptionsInstanceOf(CacheStoreException.class)
        .until(
            () -> {
              cache.invalidate(key);
              return true;
            });
  }

  private static String uri(RedisCluster cluster) {
    return cluster.nodes().stream()
        .map(node -> node.host() + ":" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  /** One that the first node of a cluster has. */
  private static int keyOfTheFirstNode() {
    return IntStream.range(0, 1_000)
        .filter(key -> SlotHash.getSlot("fail:" + key) < SlotHash.SLOT_COUNT / 3)
        .findFirst()
        .orElseThrow();
  }

  private static void on(RedisServer server, Consumer<RedisClient> work) {
    try (RedisClient client = RedisClient.create(server.uri())) {
      work.accept(client);
    }
  }

  /** Behind a name or a proxy that leads to the primary, as at many services. */
  @Test
  void aPrimaryThatBecomesAReplicaAndKeepsItsConnections_isLeftForTheNewOne() throws IOException {
    leaveADemotedOne(store -> store);
  }

  @Test
  void alsoWhereNoScriptIsRefused_onlyPlainCommands() throws IOException {
    leaveADemotedOne(RedisCacheStore::plain);
  }

  private void leaveADemotedOne(Function<RedisCacheStore, CacheStore> layout) throws IOException {
    try (RedisServer before = TestServers.newRedis();
        RedisServer after = TestServers.newRedis();
        TcpProxy name = TcpProxy.to(before.host(), before.port());
        RedisCacheStore store = RedisCacheStore.connect(name.uri())) {
      CacheAside<Integer, String> cache = cache(layout.apply(store));
      awaitHit(cache, 1, "v0");
      name.leadTo(after.host(), after.port());
      on(before, client -> client.connect().sync().replicaof(after.host(), after.port()));
      version.incrementAndGet();

      awaitInvalidated(cache, 1);
      awaitHit(cache, 1, "v1");
      await().until(() -> cache.stats().pendingInvalidations() == 0);
      assertThat(name.connections()).as("no storm of new ones").isLessThan(30);
    }
  }

  @Test
  void aReplicaThatStaysOne_isNotAskedForNewConnectionsAllTheTime() throws IOException {
    try (RedisServer replica = TestServers.newRedis("replicaof 127.0.0.1 1");
        TcpProxy name = TcpProxy.to(replica.host(), replica.port());
        RedisCacheStore store = RedisCacheStore.connect(name.uri())) {
      CacheAside<Integer, String> cache = cache(store);
      AtomicInteger reads = new AtomicInteger();
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                assertThat(cache.read(1).outcome()).isEqualTo(Outcome.BYPASSED);
                return reads.incrementAndGet() >= 300;
              });
      assertThat(name.connections()).isLessThan(12); // at most every 1, 2, 4, 8 … 30 s, three each
    }
  }

  @Test
  void aPrimaryThatHangs_isLeftForTheOneThatSentinelsNameInstead() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(1);
        RedisCacheStore store = RedisCacheStore.connect(sentinels.uri())) {
      CacheAside<Integer, String> cache = cache(store);
      awaitHit(cache, 1, "v0");
      sentinels.primary().pause();
      assertThat(cache.read(1).outcome()).isEqualTo(Outcome.BYPASSED);
      eventually().until(() -> sentinels.currentPrimary() == sentinels.replica());
      version.incrementAndGet();
      awaitInvalidated(cache, 1);
      awaitHit(cache, 1, "v1");
    }
  }

  @Test
  void aPlannedFailoverBySentinel_isFollowed() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(1);
        RedisCacheStore store = RedisCacheStore.connect(sentinels.uri())) {
      CacheAside<Integer, String> cache = cache(store);
      awaitHit(cache, 1, "v0");
      try (RedisClient client =
              RedisClient.create(RedisURI.create(sentinels.sentinels().get(0).uri()));
          var sentinel = client.connectSentinel()) {
        assertThat(sentinel.sync().failover(sentinels.primaryName())).isEqualTo("OK");
      }
      eventually().until(() -> sentinels.currentPrimary() == sentinels.replica());
      version.incrementAndGet();
      awaitInvalidated(cache, 1);
      eventually()
          .until(
              () ->
                  cache.get(1).orElseThrow().equals("v1")
                      && holds(sentinels.replica(), "fail:1", "v1"));
    }
  }

  private static boolean holds(RedisServer server, String key, String part) {
    try (RedisClient client = RedisClient.create(server.uri());
        var connection = client.connect()) {
      String value = connection.sync().get(key);
      return value != null && value.contains(part);
    }
  }

  @Test
  void whatAReplicaOfSentinelsNeverGot_isRemovedFromItWhenItIsPrimary() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(1);
        RedisCacheStore store = RedisCacheStore.connect(sentinels.uri());
        RedisCacheStore other = RedisCacheStore.connect(sentinels.uri())) {
      lose(
          cache(store),
          cache(other),
          List.of(1, 2, 3),
          sentinels.primary(),
          () -> sentinels.currentPrimary() == sentinels.replica());
    }
  }

  @Test
  void whatAReplicaOfAClusterNeverGot_isRemovedFromItWhenItIsPrimary() {
    try (RedisCluster cluster = TestServers.newReplicatedRedisCluster();
        RedisCacheStore store = RedisCacheStore.connect(uri(cluster));
        RedisCacheStore other = RedisCacheStore.connect(uri(cluster))) {
      lose(
          cache(store),
          cache(other),
          List.of(keyOfTheFirstNode()),
          cluster.nodes().get(0),
          () -> cluster.replicas().get(0).isPrimary());
    }
  }

  /** The reader has a store of its own, and nobody writes after the failover. */
  private void lose(
      CacheAside<Integer, String> writer,
      CacheAside<Integer, String> reader,
      List<Integer> keys,
      RedisServer primary,
      java.util.concurrent.Callable<Boolean> promoted) {
    keys.forEach(key -> awaitHit(writer, key, "v0"));
    awaitReplicated(primary);
    primary.cutReplication();
    version.incrementAndGet();
    writer.invalidateAll(keys); // acknowledged, and lost
    primary.kill();
    eventually().until(promoted);
    keys.forEach(key -> awaitHit(reader, key, "v1"));
    assertThat(writer.stats().lostInvalidations()).isZero();
  }

  private static void awaitReplicated(RedisServer primary) {
    on(
        primary,
        client -> assertThat(client.connect().sync().waitForReplication(1, 10_000)).isEqualTo(1));
  }

  @Test
  void aPlannedFailoverOfACluster_isFollowed() {
    try (RedisCluster cluster = TestServers.newReplicatedRedisCluster();
        RedisCacheStore store = RedisCacheStore.connect(uri(cluster))) {
      CacheAside<Integer, String> cache = cache(store);
      int key = keyOfTheFirstNode();
      awaitHit(cache, key, "v0");
      RedisServer replica = cluster.replicas().get(0);
      on(replica, client -> client.connect().sync().clusterFailover(false));
      eventually().until(replica::isPrimary);
      version.incrementAndGet();
      awaitInvalidated(cache, key);
      eventually()
          .until(
              () ->
                  cache.get(key).orElseThrow().equals("v1") && holds(replica, "fail:" + key, "v1"));
    }
  }

  @Test
  void aPrimaryOfAClusterThatHangs_isLeftForItsReplica() {
    try (RedisCluster cluster = TestServers.newReplicatedRedisCluster();
        RedisCacheStore store = RedisCacheStore.connect(uri(cluster))) {
      CacheAside<Integer, String> cache = cache(store);
      int key = keyOfTheFirstNode();
      awaitHit(cache, key, "v0");
      cluster.nodes().get(0).pause();
      version.incrementAndGet();
      eventually().until(cluster.replicas().get(0)::isPrimary);
      awaitInvalidated(cache, key);
      awaitHit(cache, key, "v1");
    }
  }
}
