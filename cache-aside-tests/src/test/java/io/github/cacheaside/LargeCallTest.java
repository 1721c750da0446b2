package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.guard.Windows;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls with very many keys: in windows, nothing lost, and no outage for anybody. */
@Tag("long")
final class LargeCallTest {
  private static final int MANY = 30_000;

  private static List<Long> keys(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private static CacheAsideBuilder<Object, String> builder(CacheStore store) {
    return CacheAside.builder(store, "number", Serializer.utf8())
        .storeTimeout(Duration.ofSeconds(20))
        .leaseTime(Duration.ofMinutes(2));
  }

  /** Loads in bulk, and says of how many keys. */
  private static final class Numbers implements CacheLoader<Long, String> {
    final List<Integer> sizes = new ArrayList<>();
    volatile String version = "a";

    @Override
    public String load(Long key) {
      return version + key;
    }

    @Override
    public synchronized Map<Long, String> loadAll(Collection<Long> keys) {
      sizes.add(keys.size());
      Map<Long, String> found = new HashMap<>();
      keys.forEach(key -> found.put(key, load(key)));
      return found;
    }

    @Override
    public boolean loadsInBulk() {
      return true;
    }
  }

  /** Answers later, on another thread, and knows how many operations are under way. */
  private static final class Counting extends ForwardingCacheStore {
    final AtomicInteger underWay = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    Counting() {
      super(new InMemoryCacheStore());
    }

    private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> operation) {
      most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      return CompletableFuture.supplyAsync(operation)
          .thenCompose(stage -> stage)
          .whenComplete((answer, failure) -> underWay.decrementAndGet());
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return later(() -> super.drop(key));
    }

    @Override
    public CompletionStage<Boolean> soften(String key, Duration maxStale) {
      return later(() -> store.soften(key, maxStale));
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return later(() -> super.lookup(key));
    }

    @Override
    public List<CompletionStage<Lookup>> lookupAll(List<String> keys) {
      return keys.stream().map(this::lookup).toList();
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      return later(() -> super.lease(key, token, lease));
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return later(() -> super.fill(key, token, value, ttl));
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return later(() -> super.intent(key, token, ttl));
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return later(() -> super.release(key, token));
    }
  }

  private static Set<Outcome> outcomes(Reads<?, ?> reads) {
    Set<Outcome> outcomes = new HashSet<>();
    reads.answers().values().forEach(read -> outcomes.add(read.outcome()));
    return outcomes;
  }

  private static int mostUnderWay(Counting store) {
    return store.most.getAndSet(0);
  }

  @Test
  void noOperationOfACallIsUnderWayMoreThanAFewHundredTimes() throws Exception {
    Counting store = new Counting();
    CacheAside<Long, String> cache = builder(store).build(new Numbers());
    List<Long> keys = keys(2_000);
    cache.getAll(keys);
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.MOST_AT_ONCE);
    cache.softInvalidateAll(keys, Duration.ofMinutes(1));
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.SIZE);
    cache.async().getAll(keys).get(60, TimeUnit.SECONDS);
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.MOST_AT_ONCE);
    cache.invalidateAll(keys);
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.SIZE);
    cache.async().invalidateAll(keys).get(60, TimeUnit.SECONDS);
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.SIZE);
    cache.warm(keys, Warming.unlimited().inBatchesOf(2_000));
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.MOST_AT_ONCE);
    cache.write(keys, () -> "done");
    assertThat(mostUnderWay(store)).isLessThanOrEqualTo(Windows.SIZE);
  }

  @Test
  void manyKeysAreReadCachedAndInvalidated_onAHealthyRedis() throws Exception {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      Numbers numbers = new Numbers();
      CacheAside<Long, String> cache = builder(store).build(numbers);
      List<Long> keys = keys(MANY);
      assertThat(cache.getAll(keys)).hasSize(MANY).containsEntry(29_999L, "a29999");
      assertThat(numbers.sizes).hasSize(15).containsOnly(2_000);
      await().until(() -> cache.stats().fills() == MANY);

      assertThat(List.copyOf(cache.getAll(keys).keySet())).isEqualTo(keys);
      assertThat(cache.stats().hits()).isEqualTo(MANY);
      assertThat(outcomes(cache.async().readAll(keys).get(60, TimeUnit.SECONDS)))
          .containsExactly(Outcome.HIT);

      numbers.version = "b";
      cache.invalidateAll(keys);
      assertThat(cache.stats().pendingInvalidations()).isZero();
      assertThat(cache.async().getAll(keys).get(60, TimeUnit.SECONDS))
          .hasSize(MANY)
          .allSatisfy((key, value) -> assertThat(value).startsWith("b"));
      assertThat(cache.stats().storeFailures()).isZero();
    }
  }

  @Test
  void whatFailedOfALargeCall_isKeptWhole_andDoneWhenTheStoreIsBack() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    Numbers numbers = new Numbers();
    CacheAside<Long, String> cache = builder(store).build(numbers);
    List<Long> keys = keys(MANY);
    cache.getAll(keys);
    numbers.version = "b";
    store.failWith(new IllegalStateException("out of reach"));
    assertThatThrownBy(() -> cache.invalidateAll(keys))
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("invalidating 30000 keys of number failed");
    assertThat(cache.stats().pendingInvalidations()).isEqualTo(MANY);
    store.failWith(null);
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    assertThat(cache.stats().lostInvalidations()).isZero();
    assertThat(cache.getAll(keys).values()).allMatch(value -> value.startsWith("b"));
  }

  /** Lets so many removals through, and then none until it thaws. */
  private static final class Freezing extends ForwardingCacheStore {
    final AtomicInteger left = new AtomicInteger(5_000);
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean thawed;

    Freezing() {
      super(new InMemoryCacheStore());
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      asked.incrementAndGet();
      return thawed || left.decrementAndGet() >= 0 ? super.drop(key) : new CompletableFuture<>();
    }
  }

  @Test
  void aStoreThatFreezesInTheMiddle_holdsTheCallForTwoTimeOuts_andNothingIsLost() {
    Freezing store = new Freezing();
    Numbers numbers = new Numbers();
    CacheAside<Long, String> cache =
        builder(store).storeTimeout(Duration.ofMillis(200)).build(numbers);
    List<Long> keys = keys(MANY);
    cache.getAll(keys);
    numbers.version = "b";
    assertThatThrownBy(() -> cache.invalidateAll(keys)).isInstanceOf(CacheStoreException.class);
    assertThat(store.asked).hasValueLessThanOrEqualTo(5_000 + 3 * Windows.SIZE);
    store.thawed = true;
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    assertThat(cache.stats().lostInvalidations()).isZero();
    assertThat(cache.getAll(keys).values()).allMatch(value -> value.startsWith("b"));
  }

  @Test
  void aLateAnswerAmongOthers_saysNothingToTheCircuitBreaker() {
    CircuitBreaker breaker = CircuitBreaker.create();
    ForwardingCacheStore store =
        new ForwardingCacheStore(new InMemoryCacheStore()) {
          @Override
          public CompletionStage<Boolean> drop(String key) {
            return key.endsWith(":7") ? new CompletableFuture<>() : super.drop(key);
          }

          @Override
          public CompletionStage<Lookup> lookup(String key) { // nor does a probe close it
            return key.contains("?") ? new CompletableFuture<>() : super.lookup(key);
          }
        };
    CacheAside<Long, String> cache =
        builder(store)
            .storeTimeout(Duration.ofMillis(50))
            .circuitBreaker(breaker)
            .build(new Numbers());
    assertThatThrownBy(() -> cache.invalidateAll(keys(1_000)))
        .hasMessage("invalidating 1 key of number failed");
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aRedisThatStopsInTheMiddle_losesNothing() throws Exception {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      Numbers numbers = new Numbers();
      CacheAside<Long, String> cache =
          CacheAside.builder(store, "number", Serializer.utf8())
              .storeTimeout(Duration.ofSeconds(1))
              .build(numbers);
      List<Long> keys = keys(MANY);
      cache.getAll(keys);
      await().until(() -> cache.stats().fills() == MANY);
      numbers.version = "b";
      server.pause();
      CompletableFuture<Void> call = cache.async().invalidateAll(keys);
      assertThat(call).failsWithin(Duration.ofSeconds(60));
      server.resume();
      await().until(() -> cache.stats().pendingInvalidations() == 0);
      assertThat(cache.stats().lostInvalidations()).isZero();
      assertThat(cache.getAll(keys).values()).allMatch(value -> value.startsWith("b"));
    }
  }

  @Test
  void aFenceOfManyKeys_standsOnAll_andIsReleasedOnAll() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      Numbers numbers = new Numbers();
      CacheAside<Long, String> cache = builder(store).build(numbers);
      List<Long> keys = keys(MANY);
      cache.getAll(keys);
      Set<Outcome> during = new HashSet<>();
      cache.write(
          keys,
          () -> {
            during.addAll(outcomes(cache.readAll(keys.subList(0, 400))));
            numbers.version = "b";
          });
      assertThat(during).containsExactly(Outcome.BYPASSED);
      assertThat(cache.stats().fencesLost()).isZero();
      assertThat(cache.getAll(keys).values()).allMatch(value -> value.startsWith("b"));
      assertThat(cache.getAll(keys)).hasSize(MANY);
      assertThat(cache.stats().hits()).isEqualTo(MANY);
    }
  }

  @Test
  void theFirstMarksAreRenewedWhileTheLastArePlaced() {
    Set<String> renewed = ConcurrentHashMap.newKeySet();
    InMemoryCacheStore real = new InMemoryCacheStore();
    CompletableFuture<Boolean> last = new CompletableFuture<>();
    ForwardingCacheStore store =
        new ForwardingCacheStore(real) {
          @Override
          public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
            return key.endsWith(":999")
                ? last.thenCompose(go -> super.intent(key, token, ttl))
                : super.intent(key, token, ttl);
          }

          @Override
          public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
            renewed.add(key);
            if (key.endsWith(":0")) {
              last.complete(true); // the slow one is placed when the first was renewed
            }
            return super.renewIntent(key, token, ttl);
          }
        };
    CacheAside<Long, String> cache =
        builder(store).fenceTime(Duration.ofSeconds(3)).build(new Numbers());
    try (WriteFence fence = cache.fence(keys(1_000))) {
      assertThat(fence.mayCommit()).isTrue();
      assertThat(renewed).contains("number:0");
    }
    assertThat(cache.stats().fencesLost()).isZero();
  }

  @Test
  void moreThanAClearableCacheCanKeep_isClearedInstead() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    Numbers numbers = new Numbers();
    CacheAside<Long, String> cache = builder(store).clearable().build(numbers);
    List<Long> keys = keys(10_100);
    cache.getAll(keys);
    numbers.version = "b";
    store.failWith(new IllegalStateException("out of reach"));
    for (int from = 0; from < keys.size(); from += 100) {
      List<Long> some = keys.subList(from, from + 100);
      assertThatThrownBy(() -> cache.invalidateAll(some)).isInstanceOf(CacheStoreException.class);
    }
    assertThat(cache.stats().lostInvalidations()).isZero();
    assertThat(cache.stats().pendingInvalidations()).isLessThan(10_000);
    store.failWith(null);
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    assertThat(cache.getAll(keys).values()).allMatch(value -> value.startsWith("b"));
  }

  @Test
  void aLoadOfManyKeysThatFails_failsForThoseOnly() {
    Numbers numbers = new Numbers();
    CacheLoader<Long, String> failing =
        new CacheLoader<>() {
          @Override
          public String load(Long key) {
            return numbers.load(key);
          }

          @Override
          public Map<Long, String> loadAll(Collection<Long> keys) {
            if (keys.contains(15_000L)) {
              throw new IllegalStateException("no");
            }
            return numbers.loadAll(keys);
          }

          @Override
          public boolean loadsInBulk() {
            return true;
          }
        };
    CacheAside<Long, String> cache = builder(new InMemoryCacheStore()).build(failing);
    Reads<Long, String> reads = cache.readAll(keys(MANY));
    assertThat(reads.failures()).hasSize(2_000).containsKey(15_000L);
    assertThat(Objects.requireNonNull(reads.answers().get(25_000L)).value()).isEqualTo("a25000");
  }
}
