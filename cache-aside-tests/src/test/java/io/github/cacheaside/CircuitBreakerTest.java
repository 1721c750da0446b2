package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** While a store does not answer, reads do without it, and nothing else does. */
final class CircuitBreakerTest extends CacheTest {
  private final Store store = new Store();
  private final CircuitBreaker breaker = CircuitBreaker.create();

  /** Counts what reaches it; can fail, or keep its answers to itself. */
  private static final class Store extends OneLookupStore {
    final AtomicInteger lookups = new AtomicInteger();
    final AtomicInteger probes = new AtomicInteger();
    final AtomicInteger leases = new AtomicInteger();
    final AtomicInteger fills = new AtomicInteger();
    final AtomicInteger abandoned = new AtomicInteger();
    final AtomicInteger removals = new AtomicInteger();
    final CompletableFuture<Lookup> never = new CompletableFuture<>();
    volatile @Nullable RuntimeException failure;
    volatile boolean leasesFail;
    volatile boolean probesHang;

    Store() {
      super(new InMemoryCacheStore());
    }

    private void call(AtomicInteger counter) {
      counter.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      if (key.contains("?")) {
        if (probesHang) {
          return never;
        }
        call(probes);
      } else {
        call(lookups);
      }
      return super.lookup(key);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      call(leases);
      return leasesFail
          ? CompletableFuture.failedFuture(new IllegalStateException("OOM"))
          : super.lease(key, token, lease);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      call(fills);
      return super.fill(key, token, value, ttl);
    }

    @Override
    public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
      call(abandoned);
      return super.abandon(key, token);
    }

    @Override
    public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
      call(removals);
      return super.put(key, value, ttl);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      call(removals);
      return super.drop(key);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      call(removals);
      return super.intent(key, token, ttl);
    }

    @Override
    public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
      call(removals);
      return super.renewIntent(key, token, ttl);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      call(removals);
      return super.release(key, token);
    }
  }

  private CacheAside<Long, Planet> over(Store store) {
    return builder(store).circuitBreaker(breaker).build(table);
  }

  private void breakDown() {
    store.probesHang = true;
    store.failure = new IllegalStateException("out of reach");
  }

  @Test
  void onceALookupHasFailed_readsDoNotReachTheStore() {
    CacheAside<Long, Planet> cache = over(store);
    cache.get(3L);
    breakDown();

    for (int i = 0; i < 20; i++) {
      assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.BYPASSED));
      assertThat(cache.getAll(List.of(1L, 2L))).hasSize(2);
      assertThat(cache.peek(3L)).isEmpty();
      assertThat(cache.async().read(3L).join().outcome()).isEqualTo(Outcome.BYPASSED);
    }
    assertThat(breaker.isOpen()).isTrue();
    assertThat(store.lookups).as("the first one, and the one that failed").hasValue(2);
    assertThat(store.leases).hasValue(1);
    assertThat(store.fills).hasValue(1);
    assertThat(cache.stats().shedOperations()).isEqualTo(79);
    assertThat(cache.stats().storeFailures()).isEqualTo(1);
  }

  @Test
  void whileItIsOpen_noInvalidationIsSwallowed() {
    CacheAside<Long, Planet> cache = over(store);
    List<Long> keys = LongStream.rangeClosed(1, 3).boxed().toList();
    cache.getAll(keys);
    breakDown();
    cache.get(3L);
    assertThat(breaker.isOpen()).isTrue();
    store.removals.set(0);
    keys.forEach(id -> table.set(id, "new"));

    for (Long key : keys) {
      assertThatThrownBy(() -> cache.invalidate(key)).isInstanceOf(CacheStoreException.class);
    }
    assertThatThrownBy(() -> cache.put(1L, new Planet(1, "put")))
        .isInstanceOf(CacheStoreException.class);
    assertThatThrownBy(() -> cache.write(keys, () -> {})).isInstanceOf(CacheStoreException.class);
    assertThat(store.removals).as("each has been tried").hasValueGreaterThanOrEqualTo(3 + 1 + 6);
    assertThat(cache.stats().pendingInvalidations()).isEqualTo(3);

    store.failure = null; // the breaker is still open: its probe hangs
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    assertThat(breaker.isOpen()).isTrue();
    keys.forEach(
        key -> assertThat(store.lookup(name + ":" + key)).isCompletedWithValue(Lookup.MISSING));
    cache.invalidate(3L);
  }

  @Test
  void whenTheStoreAnswersAgain_readsReachIt() {
    CacheAside<Long, Planet> cache = over(store);
    cache.get(3L);
    store.failure = new IllegalStateException("out of reach");
    cache.get(3L);
    assertThat(breaker.isOpen()).isTrue();
    store.failure = null;

    await().until(() -> cache.read(3L).outcome() == Outcome.HIT);
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void oneLateAnswer_costsOneRoundTrip() {
    CacheAside<Long, Planet> impatient =
        CacheAside.builder(
                new OneLookupStore(new InMemoryCacheStore()) {
                  @Override
                  public CompletionStage<Lookup> lookup(String key) {
                    return key.endsWith(":3")
                        ? CircuitBreakerTest.this.store.never
                        : super.lookup(key);
                  }
                },
                name,
                Serializer.json(Planet.class))
            .storeTimeout(Duration.ofMillis(20))
            .circuitBreaker(breaker)
            .build(table);
    assertThat(impatient.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);

    assertThat(breaker.isOpen()).as("the store was asked at once, and answered").isFalse();
    assertThat(impatient.stats().storeFailures()).isEqualTo(1);
  }

  @Test
  void anErrorInAnswerToALease_doesNotCostTheHits() {
    CacheAside<Long, Planet> cache = over(store);
    cache.get(3L);
    store.leasesFail = true;
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    cache.getAll(List.of(1L, 2L));

    assertThat(breaker.isOpen()).isFalse();
    assertThat(store.probes).as("nor was it open for a moment").hasValue(0);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void aLoadThatIsUnderWayWhenItOpens_doesNotFill_andGivesItsLeaseBack() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(store).circuitBreaker(breaker).build(slow);
    Future<Read<Planet>> loading = start(() -> cache.read(3L));
    slow.hasRead.await();
    breakDown();
    over(store).get(1L);
    assertThat(breaker.isOpen()).isTrue();
    store.failure = null;
    slow.mayReturn.countDown();

    assertThat(result(loading).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(store.fills).hasValue(0);
    assertThat(store.abandoned).hasValue(1);
  }

  @Test
  void switchedOff_eachReadAsksTheStore() {
    CacheAside<Long, Planet> cache =
        builder(store).circuitBreaker(CircuitBreaker.off()).build(table);
    breakDown();
    cache.get(3L);
    cache.get(3L);

    assertThat(cache.stats().storeFailures()).isEqualTo(2);
    assertThat(cache.stats().shedOperations()).isZero();
  }

  @Test
  void manyThatFailAtOnce_leaveItOpen_andItCloses() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CacheAside<Long, Planet> cache = over(store);
    cache.get(3L);
    store.failure = new IllegalStateException("out of reach");
    List<Future<Read<Planet>>> readers =
        LongStream.range(0, 8)
            .mapToObj(
                i ->
                    start(
                        () -> {
                          go.await();
                          return cache.read(3L);
                        }))
            .toList();
    go.countDown();
    for (Future<Read<Planet>> reader : readers) {
      assertThat(result(reader).value()).isEqualTo(new Planet(3, "Earth"));
    }
    assertThat(breaker.isOpen()).isTrue();
    store.failure = null;

    await().until(() -> cache.read(3L).outcome() == Outcome.HIT);
  }

  @Test
  void anIntervalThatIsNone_isRefused() {
    assertThatThrownBy(() -> CircuitBreaker.probingEvery(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval must be PT0.01S to PT1M but was PT0S");
  }
}
