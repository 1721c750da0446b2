package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** While the database fails the old value answers; never one that was invalidated. */
final class FailSafeTest extends ExpiryCase {
  private static final Expiry FAIL_SAFE = Expiry.soft(SOFT).failSafe(THROTTLE);

  private void cachedAndStale(CacheAside<Long, Planet> cache) {
    assertThat(cache.get(3L)).contains(OLD);
    pass(SOFT);
    failing.fails = true;
  }

  private static void fails(Future<?> read) {
    assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(CacheLoadException.class)
        .hasRootCauseMessage("no database");
  }

  @Test
  void theOldValueAnswers_andTheDatabaseIsLeftAloneForAWhile_byAllInstances() {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
    CacheAside<Long, Planet> other = cache(FAIL_SAFE, failing);
    cachedAndStale(cache);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(failing.calls).hasValue(2);
    pass(THROTTLE.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(other.read(3L)).isEqualTo(STALE);
    assertThat(failing.calls).hasValue(2);
    pass(Duration.ofMillis(1));
    assertThat(other.read(3L)).isEqualTo(STALE);
    assertThat(failing.calls).hasValue(3);
    assertThat(cache.stats().failSafeHits()).isEqualTo(1);
    assertThat(cache.stats().failedRefreshes()).isEqualTo(1);

    failing.fails = false;
    table.set(3, "Terra");
    pass(THROTTLE);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
  }

  @Test
  void withoutIt_theCallerLearnsOfTheFailure_andTheNextOneTriesAgain() {
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT), failing);
    cachedAndStale(cache);
    assertThatThrownBy(() -> cache.read(3L)).isInstanceOf(CacheLoadException.class);
    assertThatThrownBy(() -> cache.read(3L)).isInstanceOf(CacheLoadException.class);
    assertThat(failing.calls).hasValue(3);
  }

  @Test
  void whenTheTtlIsOver_thereIsNothingToServe() {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
    cachedAndStale(cache);
    pass(HARD);
    assertThatThrownBy(() -> cache.read(3L)).isInstanceOf(CacheLoadException.class);
  }

  private Future<Read<Planet>> startFailing(CacheAside<Long, Planet> cache) throws Exception {
    failing.slow = true;
    Future<Read<Planet>> reader = start(() -> cache.read(3L));
    assertThat(failing.called.await(20, TimeUnit.SECONDS)).isTrue();
    return reader;
  }

  @Test
  void aValueThatWasInvalidatedMeanwhile_isNeitherServedNorKept() throws Exception {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
    CacheAside<Long, Planet> other = cache(FAIL_SAFE, table);
    cachedAndStale(cache);
    Future<Read<Planet>> reader = startFailing(cache);
    other.invalidate(3L);
    failing.mayFail.countDown();
    fails(reader);
    assertThat(other.peek(3L)).isEmpty();
    table.set(3, "Terra");
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
  }

  @Test
  void norOneThatWasInvalidatedInThisJvm_orSoftly_orIsBeingWritten() throws Exception {
    for (int how = 0; how < 3; how++) {
      CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
      FailingLoader loader = new FailingLoader();
      CacheAside<Long, Planet> reading = cache(FAIL_SAFE, loader);
      failing.fails = false;
      cache.invalidate(3L);
      cachedAndStale(cache);
      loader.fails = true;
      loader.slow = true;
      Future<Read<Planet>> reader = start(() -> reading.read(3L));
      assertThat(loader.called.await(20, TimeUnit.SECONDS)).isTrue();
      switch (how) {
        case 0 -> reading.invalidate(3L);
        case 1 -> cache.softInvalidate(3L, HARD);
        default -> cache.fence(java.util.List.of(3L)).close();
      }
      loader.mayFail.countDown();
      fails(reader);
    }
  }

  @Test
  void norOneThatWasReplacedMeanwhile() throws Exception {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
    cachedAndStale(cache);
    Future<Read<Planet>> reader = startFailing(cache);
    cache(FAIL_SAFE, table).put(3L, NEW);
    failing.mayFail.countDown();
    fails(reader);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
  }

  @Test
  void norOneWhoseTagWasInvalidated() throws Exception {
    CacheAside<Long, Planet> cache = tagged(failing);
    cachedAndStale(cache);
    Future<Read<Planet>> reader = startFailing(cache);
    tagged(table).invalidateTag("planets");
    failing.mayFail.countDown();
    fails(reader);
  }

  @Test
  void aTaggedOneWhoseTagsStand_isServed() {
    CacheAside<Long, Planet> cache = tagged(failing);
    cachedAndStale(cache);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(failing.calls).hasValue(2);
  }

  private CacheAside<Long, Planet> tagged(CacheLoader<Long, Planet> loader) {
    return builder(store, FAIL_SAFE).tagsOfKey((Long id) -> Set.of("planets")).build(loader);
  }

  @Test
  void norOneWhenTheStoreCantTell() throws Exception {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
    cachedAndStale(cache);
    Future<Read<Planet>> reader = startFailing(cache);
    store.failWith(new IllegalStateException("gone"));
    failing.mayFail.countDown();
    fails(reader);
  }

  @Test
  void aSoftlyInvalidatedValue_isNotServedBecauseOfAFailure() {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE, failing);
    cachedAndStale(cache);
    cache.softInvalidate(3L, HARD);
    assertThatThrownBy(() -> cache.read(3L)).isInstanceOf(CacheLoadException.class);
  }

  @Test
  void inTheBackground_aFailureIsTriedAgainWhenTheLeaseIsOver() {
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT).staleWhileRevalidate(), failing);
    cachedAndStale(cache);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(background.tasks).isEmpty();
    pass(Duration.ofSeconds(5)); // the lease
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(failing.calls).hasValue(3);
    assertThat(cache.stats().failedRefreshes()).isEqualTo(2);
  }

  @Test
  void anEagerRefreshThatFails_leavesAHit() {
    CacheAside<Long, Planet> cache = cache(FAIL_SAFE.eager(0.5), failing);
    cache.get(3L);
    failing.fails = true;
    pass(SOFT.dividedBy(2));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    background.runAll();
    pass(THROTTLE.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    assertThat(background.tasks).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(failing.calls).hasValue(3);
  }

  @Test
  void aLimiterThatRefuses_isAnsweredByTheStaleValue() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 1, Duration.ofMillis(1));
    CacheAside<Long, Planet> cache =
        builder(store, FAIL_SAFE).originLimiter(limiter).build(failing);
    cachedAndStale(cache);
    failing.fails = false;
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> other = occupy(limiter, slow);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    slow.mayReturn.countDown();
    result(other);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  /** Another cache loads, which takes the one place that there is. */
  private Future<Read<Planet>> occupy(OriginLimiter limiter, SlowLoader slow) throws Exception {
    CacheAside<Long, Planet> busy =
        CacheAside.builder(store, name + "-2", Serializer.json(Planet.class))
            .originLimiter(limiter)
            .build(slow);
    Future<Read<Planet>> loading = start(() -> busy.read(1L));
    slow.hasRead.await();
    return loading;
  }

  @Test
  void aProcessThatCantLoad_keepsOthersFromItForALeaseAtMost() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 1, Duration.ofMillis(1));
    CacheAside<Long, Planet> cache =
        builder(store, FAIL_SAFE.eager(0.5)).originLimiter(limiter).build(failing);
    cache.get(3L);
    pass(SOFT.dividedBy(2));
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> other = occupy(limiter, slow);
    assertThat(cache.read(3L)).isEqualTo(HIT);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(cache.stats().shedRefreshes()).isEqualTo(1);
    assertThat(cache.stats().failedRefreshes()).isZero();
    slow.mayReturn.countDown();
    result(other);
    pass(Duration.ofSeconds(5)); // the lease; the throttle is longer
    assertThat(cache(FAIL_SAFE.eager(0.5), table).read(3L)).isEqualTo(HIT);
    assertThat(background.runAll()).isEqualTo(1);
  }

  @Test
  void whatFollowsAStaleAnswer_runsOnTheExecutor_notOnAThreadOfTheStore() throws Exception {
    CountDownLatch attached = new CountDownLatch(1);
    ExecutorService ofStore = Executors.newSingleThreadExecutor(task -> new Thread(task, "store"));
    ExecutorService ofCallers = Executors.newCachedThreadPool(task -> new Thread(task, "caller"));
    CacheStore elsewhere =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
            return CompletableFuture.supplyAsync(() -> await(attached), ofStore)
                .thenCompose(any -> super.renew(key, token, lease));
          }
        };
    try {
      CacheAside<Long, Planet> cache =
          builder(elsewhere, FAIL_SAFE)
              .executor(ofCallers)
              .storeTimeout(Duration.ofSeconds(20))
              .leaseTime(Duration.ofSeconds(30))
              .build(failing);
      cachedAndStale(cache);
      CompletableFuture<String> thread =
          cache.async().get(3L).thenApply(found -> Thread.currentThread().getName());
      attached.countDown();
      assertThat(thread.get(20, TimeUnit.SECONDS)).isEqualTo("caller");
    } finally {
      ofStore.shutdownNow();
      ofCallers.shutdownNow();
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A fail-safe that does not look whether the value still stands: the tests above can fail. */
  @Test
  void aStoreThatSaysThatAnyLeaseStands_isFoundOut() throws Exception {
    CacheStore mutant =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
            return CompletableFuture.completedFuture(true);
          }
        };
    CacheAside<Long, Planet> cache = builder(mutant, FAIL_SAFE).build(failing);
    cachedAndStale(cache);
    Future<Read<Planet>> reader = startFailing(cache);
    cache(FAIL_SAFE, table).invalidate(3L);
    failing.mayFail.countDown();
    assertThat(result(reader)).as("a value that was dropped").isEqualTo(STALE);
  }

  @Test
  void overRedis_theOldValueAnswers_andAnInvalidatedOneDoesNot() throws Exception {
    Expiry expiry = Expiry.soft(Duration.ofMillis(5)).failSafe(Duration.ofMinutes(5));
    CacheAside<Long, Planet> cache = builder(redis, expiry).build(failing);
    CacheAside<Long, Planet> other = builder(otherRedis, expiry).build(failing);
    cache.get(3L);
    settle();
    failing.fails = true;
    grow(redis, Duration.ofMillis(50));
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(other.read(3L)).isEqualTo(STALE);
    assertThat(failing.calls).hasValue(2);
    other.invalidate(3L);
    assertThatThrownBy(() -> cache.read(3L)).isInstanceOf(CacheLoadException.class);
  }
}
