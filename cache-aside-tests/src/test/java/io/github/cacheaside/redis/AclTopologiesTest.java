package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The recipe of {@code docs/security.md} for Sentinel and Cluster: enough, and not too much. */
final class AclTopologiesTest {

  private static void assertWorks(RedisCacheStore store) {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "planet", Serializer.utf8())
            .namespace("shop")
            .storeTimeout(Duration.ofSeconds(5))
            .build(key -> "v" + key);
    List<Integer> keys = IntStream.range(0, 30).boxed().toList();
    cache.invalidateAll(keys);
    assertThat(cache.getAll(keys)).hasSize(30);
    assertThat(cache.read(7).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.stats().storeFailures()).isZero();
  }

  @Test
  void aCluster_alsoWhileASlotMoves() {
    try (RedisCluster cluster = TestServers.newRedisCluster()) {
      List<RedisURI> nodes = cluster.uris().stream().map(RedisURI::create).toList();
      List<String> rules = AclRecipe.rules("core", "near", "cluster");
      nodes.forEach(node -> AclRecipe.grant(node, rules));
      runOn(nodes);
      // INFO, CLUSTER MYID, CLIENT SETINFO: what the client would like, and can do without
      nodes.forEach(
          node -> assertThat(AclRecipe.refused(node)).isSubsetOf("info", "cluster", "client"));
      for (String command : AclRecipe.commands("cluster")) {
        nodes.forEach(node -> AclRecipe.grant(node, AclRecipe.without(rules, command)));
        assertThatThrownBy(() -> runOn(nodes)).as(command).isNotNull();
      }
    }
  }

  private static void runOn(List<RedisURI> nodes) {
    List<RedisURI> users = nodes.stream().map(AclRecipe::as).toList();
    try (RedisCacheStore store = RedisCacheStore.connectCluster(users)) {
      assertWorks(store);
      assertNear(store);
      moveHalf("shop/planet:7", nodes);
      assertWorks(store);
    }
  }

  /**
   * Leaves the key's slot between two nodes: keys that are missing on one are asked of the other.
   */
  private static void moveHalf(String key, List<RedisURI> nodes) {
    int slot = SlotHash.getSlot(key);
    int owner = slot * nodes.size() / SlotHash.SLOT_COUNT;
    try (RedisClient from = RedisClient.create(nodes.get(owner));
        RedisClient to = RedisClient.create(nodes.get((owner + 1) % nodes.size()));
        var fromNode = from.connect();
        var toNode = to.connect()) {
      toNode.sync().clusterSetSlotImporting(slot, fromNode.sync().clusterMyId());
      fromNode.sync().clusterSetSlotMigrating(slot, toNode.sync().clusterMyId());
    }
  }

  private static void assertNear(RedisCacheStore store) {
    CacheAside<Integer, String> near =
        CacheAside.builder(store, "near", Serializer.utf8())
            .namespace("shop")
            .storeTimeout(Duration.ofSeconds(5))
            .nearCache(100)
            .build(key -> "v" + key);
    for (int key = 0; key < 30; key++) {
      int each = key;
      await().until(() -> near.read(each).outcome() == Outcome.NEAR);
    }
  }

  @Test
  void sentinels_whichHaveUsersOfTheirOwn() {
    try (RedisSentinels all = TestServers.newRedisSentinels(1)) {
      RedisURI sentinel = uri(all.sentinels().get(0));
      AclRecipe.grant(uri(all.primary()), AclRecipe.rules("core"));
      List<String> rules = AclRecipe.rules("sentinel");
      AclRecipe.grant(sentinel, rules);
      try (RedisCacheStore store = RedisCacheStore.connect(named(all.primaryName(), sentinel))) {
        assertWorks(store);
      }
      assertThat(AclRecipe.refused(sentinel)).isEmpty();
      assertThat(AclRecipe.refused(uri(all.primary()))).isEmpty();
      for (String command : AclRecipe.commands("sentinel")) {
        AclRecipe.grant(sentinel, AclRecipe.without(rules, command));
        try (RedisCacheStore store = RedisCacheStore.connect(named(all.primaryName(), sentinel))) {
          assertThatThrownBy(() -> assertWorks(store)).as(command).isNotNull();
        }
      }
    }
  }

  private static RedisURI uri(RedisServer server) {
    return RedisURI.create(server.uri());
  }

  private static RedisURI named(String primary, RedisURI sentinel) {
    return RedisURI.builder()
        .withSentinelMasterId(primary)
        .withSentinel(AclRecipe.as(sentinel))
        .withAuthentication(AclRecipe.USER, AclRecipe.PASSWORD)
        .build();
  }
}
