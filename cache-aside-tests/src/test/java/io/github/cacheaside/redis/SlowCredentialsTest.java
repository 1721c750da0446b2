package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A supplier of credentials that takes its time keeps nobody waiting. */
@Tag("long")
final class SlowCredentialsTest {
  /** A guard against hanging; opening is promised to take 8 seconds at most. */
  private static final Duration HANGS = Duration.ofSeconds(20);

  private static final Duration EVERY_SECOND = Duration.ofSeconds(1);

  private final RedisServer server = TestServers.newRedis("user app on >old ~* &* +@all");
  private final RedisClient client = RedisClient.create(server.uri());
  private final RedisCommands<String, String> admin = client.connect().sync();
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private volatile String password = "old";

  @AfterEach
  void close() {
    mayAnswer.countDown();
    client.shutdown();
    server.close();
  }

  private RedisCredentials quick() {
    calls.incrementAndGet();
    return RedisCredentials.just("app", password);
  }

  private RedisCredentials slow() {
    calls.incrementAndGet();
    try {
      mayAnswer.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return RedisCredentials.just("app", password);
  }

  private RedisCredentials slowAfterTheFirst() {
    return calls.get() == 0 ? quick() : slow();
  }

  private static RedisCacheStore open(
      RedisCluster cluster, Supplier<RedisCredentials> supplier, Duration renewEvery) {
    List<RedisURI> nodes = cluster.uris().stream().map(RedisURI::create).toList();
    return assertTimeoutPreemptively(
        HANGS,
        () -> RedisCacheStore.clusterBuilder(nodes).credentials(supplier, renewEvery).connect());
  }

  private RedisCacheStore open(Supplier<RedisCredentials> supplier, Duration renewEvery) {
    return assertTimeoutPreemptively(
        HANGS,
        () -> RedisCacheStore.builder(server.uri()).credentials(supplier, renewEvery).connect());
  }

  private static void awaitPong(RedisCacheStore store) {
    await().ignoreExceptions().until(() -> store.ping().toCompletableFuture().get().equals("PONG"));
  }

  private static CacheAside<Integer, String> near(RedisCacheStore store) {
    return CacheAside.builder(store, "slow", Serializer.utf8())
        .nearCache(10)
        .build((Integer key) -> "v");
  }

  private static void awaitNear(CacheAside<Integer, String> cache, int key) {
    await().until(() -> cache.read(key).outcome() == Outcome.NEAR);
  }

  private static void awaitNearOnAllNodes(CacheAside<Integer, String> cache, int from) {
    IntStream.range(from, from + 10).forEach(key -> awaitNear(cache, key));
  }

  private static void changePassword(RedisCommands<String, String> admin) {
    admin.aclSetuser("app", AclSetuserArgs.Builder.addPassword("new").removePassword("old"));
  }

  private static void cutAll(RedisCommands<String, String> admin) {
    assertThat(admin.clientKill(KillArgs.Builder.user("app"))).isPositive();
  }

  /** As often as connections are made, but no more than once a second. */
  private void assertNoStorm(long since) {
    long seconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
    assertThat(calls.get()).isBetween(2, (int) seconds + 3);
  }

  @Test
  void aStoreIsReturnedWithoutCredentials_andJoinsWhenTheyCome() {
    try (RedisCacheStore store = open(this::slow, EVERY_SECOND)) {
      CacheAside<Integer, String> cache = near(store);
      assertThat(cache.read(1).outcome()).isEqualTo(Outcome.BYPASSED);
      assertTimeoutPreemptively(HANGS, () -> store.watch("slow:1"));
      assertThat(calls).hasValue(1);

      mayAnswer.countDown();
      awaitPong(store);
      awaitNear(cache, 1);
    }
  }

  @Test
  void aStoreThatNeverGetsCredentials_canBeClosed() {
    RedisCacheStore store = open(this::slow, EVERY_SECOND);
    assertTimeoutPreemptively(HANGS, store::close);
  }

  @Test
  void connectionsAreMadeWithWhatWasFetchedLast_whileTheSupplierHangs() {
    try (RedisCacheStore store = open(this::slowAfterTheFirst, EVERY_SECOND)) {
      await().until(() -> calls.get() == 2);
      assertTimeoutPreemptively(HANGS, () -> store.watch("slow:1"));
      CacheAside<Integer, String> cache = near(store);
      awaitNear(cache, 1);
      await().until(() -> store.watch("slow:1").isPresent());

      cutAll(admin);
      awaitPong(store);
      awaitNear(cache, 2);
      assertThat(calls).hasValue(2);
    }
  }

  @Test
  void soAreThoseToTheNodesOfACluster() {
    try (RedisCluster cluster = TestServers.newRedisCluster("user app on >old ~* &* +@all");
        RedisCacheStore store = open(cluster, this::slowAfterTheFirst, EVERY_SECOND)) {
      await().until(() -> calls.get() == 2);
      assertTimeoutPreemptively(HANGS, store::notAnswering);
      CacheAside<Integer, String> cache = near(store);
      awaitNearOnAllNodes(cache, 0);
      assertThat(calls).hasValue(2);
    }
  }

  @Test
  void aConnectionWhoseOldPasswordIsRefused_comesBackWithTheNewOne() {
    try (RedisCacheStore store = open(this::quick, Duration.ofHours(1))) {
      CacheAside<Integer, String> cache = near(store);
      awaitNear(cache, 1);
      long since = System.nanoTime();
      changePassword(admin);
      password = "new";
      cutAll(admin);
      awaitPong(store);
      awaitNear(cache, 2);
      assertNoStorm(since);
    }
  }

  @Test
  void soDoThoseToTheNodesOfACluster() {
    try (RedisCluster cluster = TestServers.newRedisCluster("user app on >old ~* &* +@all");
        RedisCacheStore store = open(cluster, this::quick, Duration.ofHours(1))) {
      CacheAside<Integer, String> cache = near(store);
      awaitNearOnAllNodes(cache, 0);
      long since = System.nanoTime();
      for (RedisServer node : cluster.nodes()) {
        try (RedisClient ofNode = RedisClient.create(node.uri())) {
          changePassword(ofNode.connect().sync());
          cutAll(ofNode.connect().sync());
        }
      }
      password = "new";
      awaitNearOnAllNodes(cache, 10);
      assertNoStorm(since);
    }
  }
}
