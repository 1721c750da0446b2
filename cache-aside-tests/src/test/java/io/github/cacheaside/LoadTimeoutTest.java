package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A load that takes too long is not waited for; it goes on, and fills if nothing has changed. */
final class LoadTimeoutTest extends CacheTest {
  /** So long that a load has begun by then: one that has not never will. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Planet OLD = new Planet(3, "Earth");
  private static final Planet NEW = new Planet(3, "Terra");

  private final SlowLoader slow = new SlowLoader();

  private CacheAsideBuilder<Object, Planet> onThreads() {
    return builder(redis).executor(threads);
  }

  private void leaveAStaleCopy() {
    otherCache(table).get(3L);
    settle();
    table.set(3, "Terra");
    otherCache(table).softInvalidate(3L, MINUTE);
  }

  private void awaitHit(CacheAside<Long, Planet> cache, Planet planet) {
    await().until(() -> cache.peek(3L).equals(java.util.Optional.of(planet)));
  }

  @Test
  void afterTheTimeout_theCallerGetsAnException_andTheLoadStillFills() {
    CacheAside<Long, Planet> cache = onThreads().loadTimeout(SHORT).build(slow);
    assertThatThrownBy(() -> cache.get(3L))
        .isInstanceOf(CacheLoadException.class)
        .hasMessage("loading a value of " + name + " failed")
        .cause()
        .isInstanceOf(TimeoutException.class)
        .hasMessage("no value within PT1S");
    assertThat(cache.stats().timedOutLoads()).isEqualTo(1);
    slow.mayReturn.countDown();

    awaitHit(cache, OLD);
    assertThat(table.loads).hasValue(1);
  }

  @Test
  void aBatchOfCoalescedMissesThatIsLate_fillsForAll_whoeverHasLeft() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CacheLoader<Long, Planet> loader =
        CacheLoader.of(
            id -> {
              awaitQuietly(go);
              return new Planet(id, "alone");
            },
            ids -> {
              awaitQuietly(go);
              return ids.stream().collect(Collectors.toMap(id -> id, id -> new Planet(id, "many")));
            });
    CacheAside<Long, Planet> cache =
        onThreads().coalesceMisses(2, MINUTE).loadTimeout(SHORT).build(loader);
    List<Future<Read<Planet>>> reads = new ArrayList<>();
    for (long id : List.of(11L, 12L, 13L)) { // the first is loaded alone, the others together
      reads.add(start(() -> cache.read(id)));
    }
    for (Future<Read<Planet>> read : reads) {
      assertThatThrownBy(() -> result(read)).hasCauseInstanceOf(CacheLoadException.class);
    }
    go.countDown();
    for (long id : List.of(11L, 12L, 13L)) {
      await().until(() -> cache.peek(id).isPresent());
    }
  }

  @Test
  void aLoadThatNobodyWantsAnyMore_beforeAThreadWasFree_isNotRun() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    CountDownLatch busy = new CountDownLatch(1);
    one.execute(() -> awaitQuietly(busy));
    CacheAside<Long, Planet> cache = builder(redis).executor(one).loadTimeout(SHORT).build(table);
    assertThatThrownBy(() -> cache.get(3L)).hasCauseInstanceOf(TimeoutException.class);
    busy.countDown();
    one.shutdown();
    assertThat(one.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

    assertThat(table.loads).hasValue(0);
    assertThat(otherCache(table).read(3L).outcome())
        .as("no lease is left")
        .isEqualTo(Outcome.LOADED);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aLateLoadThatWasOvertakenByAnInvalidation_fillsNothing() {
    CacheAside<Long, Planet> cache = onThreads().loadTimeout(SHORT).build(slow);
    assertThatThrownBy(() -> cache.get(3L)).isInstanceOf(CacheLoadException.class);
    table.set(3, "Terra");
    cache.invalidate(3L);
    slow.mayReturn.countDown();

    await().until(() -> cache.stats().refusedFills() == 1);
    assertThat(cache.get(3L)).contains(NEW);
  }

  @Test
  void inALayoutWithoutLeases_aLateLoadFillsNothing() {
    CacheAside<Long, Planet> cache =
        CacheAside.builder(redis.plain(), name, Serializer.json(Planet.class))
            .executor(threads)
            .loadTimeout(SHORT)
            .build(slow);
    assertThatThrownBy(() -> cache.get(3L)).isInstanceOf(CacheLoadException.class);
    slow.mayReturn.countDown();
    await().until(() -> cache.stats().loads() == 1);
    settle();

    assertThat(cache.peek(3L)).isEmpty();
  }

  @Test
  void aLateLoadKeepsItsLease_soNobodyElseLoads() throws Exception {
    CountDownLatch renewed = new CountDownLatch(3);
    CacheStore counting =
        new ForwardingCacheStore(redis) {
          @Override
          public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
            renewed.countDown();
            return super.renew(key, token, lease);
          }
        };
    CacheAside<Long, Planet> cache =
        builder(counting)
            .executor(threads)
            .leaseTime(Duration.ofSeconds(3))
            .loadTimeout(SHORT)
            .build(slow);
    assertThatThrownBy(() -> cache.get(3L)).isInstanceOf(CacheLoadException.class);
    assertThat(renewed.await(20, TimeUnit.SECONDS)).isTrue();
    slow.mayReturn.countDown();

    awaitHit(cache, OLD);
    assertThat(cache.stats().fills()).isEqualTo(1);
  }

  @Test
  void afterTheSoftTimeout_theCallerGetsTheStaleCopy_andTheLoadFills() throws Exception {
    leaveAStaleCopy();
    CacheAside<Long, Planet> cache = onThreads().softLoadTimeout(SHORT).build(slow);

    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.STALE));
    assertThat(cache.read(3L)).as("it is still loading").isEqualTo(new Read<>(OLD, Outcome.STALE));
    assertThat(table.loads).hasValue(2);
    slow.mayReturn.countDown();
    awaitHit(cache, NEW);
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void withoutAStaleCopy_theSoftTimeoutChangesNothing() throws Exception {
    CacheAside<Long, Planet> cache = onThreads().softLoadTimeout(Duration.ofMillis(1)).build(slow);
    Future<Read<Planet>> read = start(() -> cache.read(3L));
    slow.hasRead.await();
    slow.mayReturn.countDown();

    assertThat(result(read)).isEqualTo(new Read<>(OLD, Outcome.LOADED));
  }

  @Test
  void theTimeout_prefersAStaleCopyToAnException() {
    leaveAStaleCopy();
    CacheAside<Long, Planet> cache = onThreads().loadTimeout(SHORT).build(slow);

    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.STALE));
    slow.mayReturn.countDown();
    awaitHit(cache, NEW);
  }

  @Test
  void bulkAndAsynchronousReads_haveTheSameTimeouts() {
    CacheAside<Long, Planet> cache =
        onThreads()
            .loadTimeout(SHORT)
            .build(
                new CacheLoader<Long, Planet>() {
                  @Override
                  public @Nullable Planet load(Long id) throws Exception {
                    return slow.load(id);
                  }

                  @Override
                  public Map<Long, Planet> loadAll(java.util.Collection<Long> ids)
                      throws Exception {
                    slow.load(3L);
                    return table.loadAll(ids);
                  }
                });
    assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L)))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(TimeoutException.class);
    CompletableFuture<Read<Planet>> read = cache.async().read(3L);
    assertThat(read)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withRootCauseInstanceOf(TimeoutException.class);
    assertThat(cache.stats().timedOutLoads()).isEqualTo(2);
    slow.mayReturn.countDown();
    awaitHit(cache, OLD);
    await().until(() -> cache.peek(1L).isPresent());
  }

  @Test
  void whoLosesPatienceWithAnotherLoad_hasTheTimeoutToo() throws Exception {
    CacheAside<Long, Planet> holder = otherCache(slow);
    Future<Read<Planet>> holding = start(() -> holder.read(3L));
    slow.hasRead.await();
    CacheAside<Long, Planet> cache =
        onThreads().maxWait(Duration.ofMillis(10)).loadTimeout(SHORT).build(slow);

    assertThatThrownBy(() -> cache.get(3L)).hasCauseInstanceOf(TimeoutException.class);
    slow.mayReturn.countDown();
    result(holding);
  }

  @Test
  void onlyWithATimeout_aLoadRunsOnTheExecutor() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CacheLoader<Long, Planet> loader =
        id -> {
          thread.set(Thread.currentThread());
          return table.load(id);
        };
    onThreads().build(loader).get(1L);
    assertThat(thread).hasValue(Thread.currentThread());
    onThreads().loadTimeout(MINUTE).build(loader).get(2L);
    assertThat(thread.get()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void anExecutorThatRefusesTheLoad_failsTheRead_andTheNextOneLoads() {
    CacheAside<Long, Planet> refusing =
        builder(redis)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .loadTimeout(MINUTE)
            .build(table);
    assertThatThrownBy(() -> refusing.get(3L))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(RejectedExecutionException.class);
    settle();

    assertThat(otherCache(table).read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void loadsWithinLoads_findThreadsOnAnExecutorOfTheirOwn() throws Exception {
    ExecutorService narrow = Executors.newFixedThreadPool(2);
    CyclicBarrier allInside = new CyclicBarrier(2);
    CacheAside<Long, Planet> inner = onThreads().loadTimeout(MINUTE).build(table);
    CacheAside<Long, Planet> outer =
        CacheAside.builder(redis, name + "-outer", Serializer.json(Planet.class))
            .executor(narrow)
            .loadTimeout(MINUTE)
            .build(
                (Long id) -> {
                  allInside.await(20, TimeUnit.SECONDS);
                  return inner.get(id).orElseThrow();
                });
    Future<Read<Planet>> one = start(() -> outer.read(1L));
    Future<Read<Planet>> other = start(() -> outer.read(2L));
    assertThat(result(one).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(result(other).outcome()).isEqualTo(Outcome.LOADED);
    narrow.shutdown();
  }

  @Test
  void aTimedOutLoad_keepsItsPlaceWithTheLimiterUntilItEnds() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 0, MINUTE);
    CacheAside<Long, Planet> cache =
        onThreads().loadTimeout(SHORT).originLimiter(limiter).build(slow);
    assertThatThrownBy(() -> cache.get(3L)).isInstanceOf(CacheLoadException.class);
    assertThat(limiter.running()).isEqualTo(1);
    assertThatThrownBy(() -> cache.get(1L)).isInstanceOf(CacheLoadRefusedException.class);
    slow.mayReturn.countDown();

    await().until(() -> limiter.running() == 0);
    assertThat(cache.async().get(1L).get(20, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void timeoutsThatCanNotBeKept_areRefused() {
    assertThatThrownBy(() -> builder(redis).loadTimeout(MINUTE).build(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("loadTimeout " + MINUTE + " needs an executor(...) of its own");
    assertThatThrownBy(() -> builder(redis).softLoadTimeout(SHORT).build(table))
        .hasMessageStartingWith("softLoadTimeout " + SHORT + " needs an executor(...) of its own");
    assertThatThrownBy(() -> onThreads().loadTimeout(SHORT).softLoadTimeout(SHORT).build(table))
        .hasMessage("softLoadTimeout PT1S must be less than loadTimeout PT1S");
    assertThatThrownBy(() -> builder(redis).loadTimeout(Duration.ZERO))
        .hasMessage("loadTimeout must be PT0.001S to PT10M but was PT0S");
  }
}
