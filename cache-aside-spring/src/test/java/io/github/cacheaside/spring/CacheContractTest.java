package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.support.NullValue;

@WithServers
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class CacheContractTest {
  record Planet(long id, String name) {}

  private static final Planet EARTH = new Planet(3, "Earth");

  private RedisCacheStore store;
  private CacheAsideCacheManager caches;
  private Cache cache;

  @BeforeEach
  void open(RedisServer redis) {
    store = RedisCacheStore.connect(redis.uri());
    caches = manager(store).build();
    cache = caches.getCache("planet");
  }

  private static CacheAsideCacheManager.Builder manager(RedisCacheStore store) {
    return CacheAsideCacheManager.builder(store)
        .namespace("t" + UUID.randomUUID())
        .defaults(all -> all.options(o -> o.storeTimeout(Duration.ofSeconds(5))))
        .cache("planet", planet -> planet.type(Planet.class))
        .types(name -> String.class);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void get_tellsAMissFromANull() {
    assertThat(cache.get(3L)).isNull();
    cache.put(3L, EARTH);
    assertThat(cache.get(3L).get()).isEqualTo(EARTH);
    cache.put(3L, null);
    assertThat(cache.get(3L)).isNotNull().extracting(Cache.ValueWrapper::get).isNull();
    cache.put(3L, NullValue.INSTANCE);
    assertThat(cache.get(3L)).isNotNull().extracting(Cache.ValueWrapper::get).isNull();
  }

  @Test
  void get_withAnotherType_isRefusedWithoutTheValue() {
    cache.put(3L, EARTH);
    assertThat(cache.get(3L, Planet.class)).isEqualTo(EARTH);
    assertThatThrownBy(() -> cache.get(3L, String.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("String")
        .hasMessageNotContaining("Earth");
  }

  @Test
  void get_withALoader_wrapsItsFailureAndNothingElse() {
    IllegalStateException failure = new IllegalStateException("no such table");
    assertThatThrownBy(
            () ->
                cache.get(
                    3L,
                    () -> {
                      throw failure;
                    }))
        .isInstanceOf(Cache.ValueRetrievalException.class)
        .hasCause(failure);
    assertThat(cache.get(3L, () -> EARTH)).isEqualTo(EARTH);
    assertThat(cache.get(3L, () -> new Planet(3, "Mars"))).isEqualTo(EARTH);
    assertThat(cache.<Object>get(4L, () -> null)).isNull();
    await().atMost(Duration.ofMinutes(1)).until(() -> cache.get(4L) != null);
  }

  @Test
  void get_withALoader_loadsOnceForAll() throws Exception {
    int callers = 10;
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch loading = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    List<Future<Planet>> answers = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      answers.add(
          pool.submit(
              () ->
                  cache.get(
                      3L,
                      () -> {
                        loads.incrementAndGet();
                        loading.await();
                        return EARTH;
                      })));
    }
    loading.countDown();
    for (Future<Planet> answer : answers) {
      assertThat(answer.get()).isEqualTo(EARTH);
    }
    pool.shutdown();
    assertThat(loads).hasValue(1);
  }

  @Test
  void retrieve_tellsAMissFromANull() {
    assertThat(cache.retrieve(3L).join()).isNull();
    cache.put(3L, EARTH);
    assertThat(((Cache.ValueWrapper) cache.retrieve(3L).join()).get()).isEqualTo(EARTH);
    cache.put(3L, null);
    assertThat(((Cache.ValueWrapper) cache.retrieve(3L).join()).get()).isNull();
  }

  @Test
  void putIfAbsent_leavesWhatIsThere() {
    assertThat(cache.putIfAbsent(3L, EARTH)).isNull();
    assertThat(cache.putIfAbsent(3L, new Planet(3, "Mars")).get()).isEqualTo(EARTH);
    assertThat(cache.putIfAbsent(4L, null)).isNull();
    assertThat(cache.putIfAbsent(4L, EARTH)).extracting(Cache.ValueWrapper::get).isNull();
  }

  @Test
  void evict_andClear() {
    cache.put(3L, EARTH);
    cache.put(4L, EARTH);
    cache.evict(3L);
    assertThat(cache.get(3L)).isNull();
    assertThat(cache.evictIfPresent(3L)).isFalse();
    assertThat(cache.evictIfPresent(4L)).isTrue();
    cache.put(4L, EARTH);
    cache.clear();
    assertThat(cache.get(4L)).isNull();
    cache.put(4L, EARTH);
    cache.invalidate();
    assertThat(cache.get(4L)).isNull();
  }

  @Test
  void resetCaches_clearsAll() {
    Cache other = caches.getCache("other");
    other.put("a", "b");
    cache.put(3L, EARTH);
    caches.resetCaches();
    assertThat(other.get("a")).isNull();
    assertThat(cache.get(3L)).isNull();
  }

  @Test
  void namesMayBeAnyText_andATtlBelongsToTheCacheBeforeIt() {
    Cache odd = caches.getCache("com.acme.Order#lines $/:");
    odd.put("a", "b");
    assertThat(odd.get("a").get()).isEqualTo("b");
    assertThat(odd.getName()).isEqualTo("com.acme.Order#lines $/:");

    Cache plain = caches.getCache("city");
    Cache timed = caches.getCache("city#30m");
    assertThat(timed).isSameAs(plain);
    assertThat(caches.getCacheNames())
        .containsExactly("city", "com.acme.Order#lines $/:", "planet");
    assertThatThrownBy(() -> caches.getCache("city#1h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT30M")
        .hasMessageContaining("PT1H");
  }

  @Test
  void aTtlByName_isKept() {
    Cache brief = caches.getCache("brief#50ms");
    brief.put("a", "b");
    await().atMost(Duration.ofMinutes(1)).until(() -> brief.get("a") == null);
  }

  @Test
  void aFixedManager_hasNoOthers() {
    CacheAsideCacheManager fixed = manager(store).fixed().build();
    assertThat(fixed.getCache("other")).isNull();
    assertThat(fixed.getCache("planet")).isNotNull();
    assertThatThrownBy(() -> fixed.cacheAside("other"))
        .hasMessageContaining("other")
        .hasMessageContaining("planet");
  }

  @Test
  void aCacheWhoseTypeNobodyKnows_isNotMade() {
    CacheAsideCacheManager untyped = CacheAsideCacheManager.builder(store).build();
    assertThatThrownBy(() -> untyped.getCache("item"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(".cache(\"item\", spec -> spec.type(Item.class))");
  }

  @Test
  void aCacheWithoutClear_saysSo() {
    CacheAsideCacheManager lean = manager(store).defaults(all -> all.clearable(false)).build();
    assertThatThrownBy(() -> lean.getCache("planet").clear())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("clearable");
  }

  @Test
  void theCoresCache_hasTheKeysOfTheAnnotations() {
    cache.put(3L, EARTH);
    assertThat(caches.cacheAside("planet").peek(3)).contains(EARTH);
    caches.cacheAside("planet").invalidateAll(List.of(3, 4));
    assertThat(cache.get(3L)).isNull();
  }

  @Test
  void withoutRedis_readsGoThroughAndEvictionsThrow() {
    try (RedisServer own = TestServers.newRedis();
        RedisCacheStore mine = RedisCacheStore.connect(own.uri())) {
      CacheAsideCacheManager alone =
          CacheAsideCacheManager.builder(mine)
              .types(name -> Planet.class)
              .defaults(all -> all.options(o -> o.circuitBreaker(CircuitBreaker.off())))
              .build();
      Cache lost = alone.getCache("planet");
      own.kill();
      assertThat(lost.get(3L)).isNull();
      assertThat(lost.get(3L, () -> EARTH)).isEqualTo(EARTH);
      assertThatThrownBy(() -> lost.evict(3L)).isInstanceOf(CacheStoreException.class);
      assertThatThrownBy(lost::clear).isInstanceOf(CacheStoreException.class);
      assertThatThrownBy(() -> lost.put(3L, EARTH)).isInstanceOf(CacheStoreException.class);
    }
  }
}
