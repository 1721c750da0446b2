package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.AsyncCacheAside;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who holds what, and for how long. */
@Timeout(300)
final class OwnersTest {
  private final RedisServer server = TestServers.newRedis();
  private final RedisCacheStore store = RedisCacheStore.connect(server.uri());

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  /** Answers a weak reference to what the loader holds. */
  private WeakReference<Object> useAndDrop(String name, boolean near) {
    byte[] held = new byte[1 << 20];
    var builder = CacheAside.builder(store, name, Serializer.utf8()).clearable();
    if (near) {
      builder = builder.nearCache(10);
    }
    CacheAside<Integer, String> cache = builder.build((Integer k) -> "v" + held.length);
    assertThat(cache.get(1)).isPresent();
    assertThat(cache.get(1)).isPresent();
    assertThat(cache.async().get(2).orTimeout(60, TimeUnit.SECONDS).join()).isPresent();
    return new WeakReference<>(held);
  }

  private static void awaitCollected(WeakReference<?> dropped) {
    await()
        .until(
            () -> {
              System.gc();
              return dropped.get() == null;
            });
  }

  @Test
  void aDroppedCacheIsCollected() {
    awaitCollected(useAndDrop("once", false));
  }

  @Test
  void aDroppedNearCacheIsCollected_andRedisTracksItsPrefixNoMore() {
    CacheAside<Integer, String> stays = near("stays");
    awaitHit(stays, Outcome.NEAR);
    WeakReference<Object> dropped = useAndDrop("near-once", true);
    awaitCollected(dropped);
    try (RedisClient client = RedisClient.create(server.uri());
        StatefulRedisConnection<String, String> raw = client.connect()) {
      await().until(() -> raw.sync().info("stats").contains("tracking_total_prefixes:1\r"));
    }
    assertThat(stays.read(1).outcome()).isEqualTo(Outcome.NEAR);
  }

  @Test
  void aCacheLivesAsLongAsItsAsyncView() {
    AsyncCacheAside<Integer, String> async =
        CacheAside.builder(store, "async", Serializer.utf8()).build((Integer k) -> "v").async();
    awaitCollected(new WeakReference<>(new Object()));
    assertThat(async.get(1).orTimeout(60, TimeUnit.SECONDS).join()).contains("v");
  }

  @Test
  void whatADroppedCacheFailedToRemove_isRemovedAllTheSame() {
    InMemoryCacheStore memory = new InMemoryCacheStore();
    CacheAside<Integer, String> reader =
        CacheAside.builder(memory, "planet", Serializer.utf8()).build((Integer k) -> "old");
    reader.get(1);
    memory.failWith(new IllegalStateException("away"));
    failToInvalidateAndDrop(memory);
    awaitCollected(new WeakReference<>(new Object()));
    memory.failWith(null);
    await().until(() -> reader.peek(1).isEmpty());
  }

  private static void failToInvalidateAndDrop(InMemoryCacheStore memory) {
    CacheAside<Integer, String> dropped =
        CacheAside.builder(memory, "planet", Serializer.utf8()).build((Integer k) -> "new");
    assertThatThrownBy(() -> dropped.invalidate(1)).isInstanceOf(CacheStoreException.class);
  }

  private CacheAside<Integer, String> near(String name) {
    return CacheAside.builder(store, name, Serializer.utf8())
        .nearCache(100)
        .build((Integer k) -> "v");
  }

  private static void awaitHit(CacheAside<Integer, String> cache, Outcome outcome) {
    await().until(() -> cache.read(1).outcome() == outcome);
  }

  @Test
  void buildingANearCacheDoesNotEmptyTheOthers() {
    CacheAside<Integer, String> first = near("first");
    awaitHit(first, Outcome.NEAR);
    List<CacheAside<Integer, String>> others = new ArrayList<>();
    for (String name : List.of("second", "fir", "firs", "third")) {
      CacheAside<Integer, String> other = near(name);
      others.add(other);
      assertThat(first.read(1).outcome()).isEqualTo(Outcome.NEAR);
      awaitHit(other, Outcome.NEAR);
      assertThat(first.read(1).outcome()).isEqualTo(Outcome.NEAR);
    }
    others.get(0).invalidate(1);
    first.invalidate(1);
    assertThat(first.read(1).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(others.get(0).read(1).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(others.get(3).read(1).outcome()).isEqualTo(Outcome.NEAR);
  }

  @Test
  void manyCachesBuiltAndDroppedLeaveTheHeapFlat() {
    int count = Integer.getInteger("cacheaside.dropped", 3_000);
    useMany(count / 3); // warms up
    long before = heap();
    useMany(count);
    long grown = heap() - before;
    System.out.println(count + " caches built and dropped: heap grew by " + grown / 1024 + " kB");
    assertThat(grown).isLessThan(5 << 20);
  }

  private void useMany(int count) {
    AtomicLong loads = new AtomicLong();
    for (int i = 0; i < count; i++) {
      byte[] held = new byte[4_000];
      CacheAside.builder(store, "cache-" + i % 100, Serializer.utf8())
          .build((Integer k) -> "v" + held.length + loads.incrementAndGet())
          .get(1);
    }
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      awaitCollected(new WeakReference<>(new Object()));
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void aCallersUriIsLeftAlone() {
    RedisURI uri = RedisURI.create(server.uri());
    uri.setLibraryName("mine");
    RedisURI same = RedisURI.create(server.uri());
    same.setLibraryName("mine");
    RedisCacheStore.builder(uri)
        .credentials(io.lettuce.core.RedisCredentialsProvider.from(() -> null))
        .connect()
        .close();
    assertThat(uri.getTimeout()).isEqualTo(same.getTimeout());
    assertThat(uri.getLibraryName()).isEqualTo("mine");
    assertThat(uri).usingRecursiveComparison().isEqualTo(same);
  }

  @Test
  void aCopyOfAUriLacksNothing_withSentinelsToo() {
    for (String text :
        List.of(
            "rediss://me:secret@one:6380/3?verifyPeer=CA&timeout=5s&clientName=c",
            "redis-sentinel://secret@one:26379,two:26380/2#primary",
            "redis-socket:///tmp/redis?database=4")) {
      RedisURI uri = RedisURI.create(text);
      uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(Duration.ofSeconds(3)));
      RedisURI copy = Clients.copy(uri);
      assertThat(copy).isEqualTo(uri).hasToString(uri.toString());
      assertThat(copy.getCredentialsProvider()).isSameAs(uri.getCredentialsProvider());
      assertThat(copy.getTimeout()).isEqualTo(uri.getTimeout());
      assertThat(copy.getVerifyMode()).isEqualTo(uri.getVerifyMode());
      assertThat(copy.getSentinels()).isEqualTo(uri.getSentinels()).isNotSameAs(uri.getSentinels());
      for (int i = 0; i < copy.getSentinels().size(); i++) {
        assertThat(copy.getSentinels().get(i)).isNotSameAs(uri.getSentinels().get(i));
        assertThat(copy.getSentinels().get(i).getTimeout()).hasSeconds(3);
      }
    }
  }

  @Test
  void aUriThatIsChangedLaterDoesNotMoveTheStore() {
    RedisURI uri = RedisURI.create(server.uri());
    try (RedisCacheStore mine = RedisCacheStore.connect(uri)) {
      uri.setPort(1);
      uri.setHost("nowhere.invalid");
      assertThat(near(mine, "moved").read(1)).isNotNull();
      awaitHit(near(mine, "moved"), Outcome.NEAR);
    }
  }

  private static CacheAside<Integer, String> near(RedisCacheStore store, String name) {
    return CacheAside.builder(store, name, Serializer.utf8())
        .nearCache(100)
        .build((Integer k) -> "v");
  }
}
