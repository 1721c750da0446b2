package io.github.cacheaside;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A limiter bounds how many loads run at once, in all caches that share it. */
final class LimitedLoadsTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private final Crowd crowd = new Crowd();

  /** Loads that are held up until they may return. */
  private final class Crowd implements CacheLoader<Long, Planet> {
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final AtomicInteger loads = new AtomicInteger();
    final CountDownLatch mayReturn = new CountDownLatch(1);

    @Override
    public @Nullable Planet load(Long id) throws Exception {
      enter();
      return table.row(id);
    }

    @Override
    public Map<Long, Planet> loadAll(Collection<Long> ids) throws Exception {
      enter();
      return table.loadAll(ids);
    }

    private void enter() throws InterruptedException {
      loads.incrementAndGet();
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      assertThat(mayReturn.await(20, TimeUnit.SECONDS)).isTrue();
      inside.decrementAndGet();
    }

    void awaitInside(int count) {
      while (inside.get() < count) {
        Thread.onSpinWait();
      }
    }
  }

  private CacheAside<Long, Planet> limited(OriginLimiter limiter) {
    return builder(redis).originLimiter(limiter).executor(threads).build(crowd);
  }

  private static void awaitWaiting(OriginLimiter limiter, int count) {
    while (limiter.waiting() < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void twoCachesTogether_loadNoMoreAtOnceThanTheyMay() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(3, 100, MINUTE);
    CacheAside<Long, Planet> cache = limited(limiter);
    CacheAside<Long, Planet> other =
        CacheAside.builder(otherRedis, name + "-2", Serializer.json(Planet.class))
            .storeTimeout(Duration.ofSeconds(5))
            .originLimiter(limiter)
            .build(crowd);
    List<Future<Read<Planet>>> reads = new ArrayList<>();
    List<CompletableFuture<Read<Planet>>> asyncReads = new ArrayList<>();
    for (long id = 1; id <= 10; id++) {
      long key = id;
      reads.add(start(() -> cache.read(key)));
      reads.add(start(() -> other.read(key)));
      asyncReads.add(cache.async().read(100 + key));
    }
    Future<Map<Long, Planet>> bulk = start(() -> other.getAll(List.of(201L, 202L)));
    crowd.awaitInside(3);
    awaitWaiting(limiter, 28);
    assertThat(limiter.running()).isEqualTo(3);
    crowd.mayReturn.countDown();

    for (Future<Read<Planet>> read : reads) {
      assertThat(result(read).outcome()).isEqualTo(Outcome.LOADED);
    }
    for (CompletableFuture<Read<Planet>> read : asyncReads) {
      assertThat(result(read).outcome()).isEqualTo(Outcome.LOADED);
    }
    assertThat(result(bulk)).isEmpty();
    assertThat(crowd.most).hasValue(3);
    assertThat(crowd.loads).as("the bulk load took one place").hasValue(31);
    assertThat(limiter.running()).isZero();
  }

  @Test
  void whoIsRefused_getsAnExceptionThatSaysSo_andTheNextOneIsServed() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 0, MINUTE);
    CacheAside<Long, Planet> cache = limited(limiter);
    Future<Read<Planet>> running = start(() -> cache.read(1L));
    crowd.awaitInside(1);

    assertThatThrownBy(() -> cache.get(2L))
        .isInstanceOf(CacheLoadRefusedException.class)
        .isInstanceOf(CacheLoadException.class)
        .hasMessage("loading a value of " + name + " was refused: 1 loads run and 0 wait");
    assertThatThrownBy(() -> cache.getAll(List.of(2L, 3L)))
        .isInstanceOf(CacheLoadRefusedException.class);
    assertThat(cache.async().get(2L))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(CacheLoadRefusedException.class);
    assertThat(cache.stats().refusedLoads()).isEqualTo(3);
    assertThat(cache.stats().loadFailures()).isZero();
    crowd.mayReturn.countDown();
    result(running);
    settle();

    assertThat(cache.read(2L)).isEqualTo(new Read<>(new Planet(2, "Venus"), Outcome.LOADED));
    assertThat(crowd.loads).hasValue(2);
  }

  @Test
  void whoIsRefused_getsTheStaleCopyWhereThereIsOne() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 0, MINUTE);
    CacheAside<Long, Planet> cache = limited(limiter);
    otherCache(table).getAll(List.of(2L, 3L));
    settle();
    otherCache(table).softInvalidateAll(List.of(2L, 3L), MINUTE);
    Future<Read<Planet>> running = start(() -> cache.read(1L));
    crowd.awaitInside(1);

    Read<Planet> copy = new Read<>(new Planet(3, "Earth"), Outcome.STALE);
    assertThat(cache.read(3L)).isEqualTo(copy);
    assertThat(cache.getAll(List.of(2L, 3L))).hasSize(2);
    assertThat(cache.async().read(3L).get(20, TimeUnit.SECONDS)).isEqualTo(copy);
    assertThat(cache.stats().refusedLoads()).isEqualTo(3);
    crowd.mayReturn.countDown();
    result(running);
    settle();

    assertThat(cache.read(3L).outcome()).as("the lease was given back").isEqualTo(Outcome.LOADED);
  }

  @Test
  void thoseWhoWantTheSameKey_waitInOnePlace_andShareOneLoad() throws Exception {
    InMemoryCacheStore lost = new InMemoryCacheStore();
    lost.failWith(new IllegalStateException("out of reach")); // nothing is cached
    OriginLimiter limiter = OriginLimiter.of(1, 1, MINUTE);
    CacheAside<Long, Planet> cache =
        builder(lost).originLimiter(limiter).executor(Runnable::run).build(crowd);
    Future<Read<Planet>> running = start(() -> cache.read(1L));
    crowd.awaitInside(1);
    Future<Read<Planet>> leader = start(() -> cache.read(3L));
    awaitWaiting(limiter, 1);
    List<CompletableFuture<Read<Planet>>> followers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      followers.add(cache.async().read(3L));
    }
    crowd.mayReturn.countDown();
    result(running);

    assertThat(result(leader)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.BYPASSED));
    for (CompletableFuture<Read<Planet>> follower : followers) {
      assertThat(result(follower)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.SHARED));
    }
    assertThat(crowd.loads).hasValue(2);
  }

  @Test
  void thoseWhoWantTheSameKey_shareARefusal() throws Exception {
    InMemoryCacheStore lost = new InMemoryCacheStore();
    lost.failWith(new IllegalStateException("out of reach"));
    OriginLimiter limiter = OriginLimiter.of(1, 1, Duration.ofSeconds(3));
    CacheAside<Long, Planet> cache =
        builder(lost).originLimiter(limiter).executor(Runnable::run).build(crowd);
    Future<Read<Planet>> running = start(() -> cache.read(1L));
    crowd.awaitInside(1);
    Future<Read<Planet>> leader = start(() -> cache.read(3L));
    awaitWaiting(limiter, 1);
    CompletableFuture<Read<Planet>> follower = cache.async().read(3L);

    assertThatThrownBy(() -> result(leader)).hasCauseInstanceOf(CacheLoadRefusedException.class);
    assertThatThrownBy(() -> result(follower)).hasCauseInstanceOf(CacheLoadRefusedException.class);
    assertThat(cache.stats().refusedLoads()).isEqualTo(1);
    crowd.mayReturn.countDown();
    result(running);
  }

  @Test
  void aLoadThatFails_givesItsPlaceBack() {
    OriginLimiter limiter = OriginLimiter.of(1, 0, MINUTE);
    CacheAside<Long, Planet> cache =
        builder(redis)
            .originLimiter(limiter)
            .build(
                id -> {
                  throw new IllegalStateException("no database");
                });
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> cache.get(3L))
          .isExactlyInstanceOf(CacheLoadException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
    assertThat(limiter.running()).isZero();
  }

  @Test
  void whoIsInterruptedWhileWaiting_leavesNoPlaceBehind() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 5, MINUTE);
    CacheAside<Long, Planet> cache = limited(limiter);
    Future<Read<Planet>> running = start(() -> cache.read(1L));
    crowd.awaitInside(1);
    Future<Read<Planet>> waiting = start(() -> cache.read(2L));
    awaitWaiting(limiter, 1);
    waiting.cancel(true);
    while (limiter.waiting() > 0) {
      Thread.onSpinWait();
    }
    crowd.mayReturn.countDown();
    result(running);

    assertThat(cache.get(2L)).contains(new Planet(2, "Venus"));
    assertThat(limiter.running()).isZero();
  }

  @Test
  void aLoadWithinALoad_doesNotWaitForOneThatHasNoPlaceYet() throws Exception {
    CacheAsideBuilder<Object, Planet> coalescing = builder(redis).coalesceMisses(10, MINUTE);
    for (CacheAsideBuilder<Object, Planet> inner : List.of(builder(redis), coalescing)) {
      assertNested(inner, 3, cache -> cache.get(3L).orElseThrow());
      assertNested(
          inner, 2, cache -> Objects.requireNonNull(cache.getAll(List.of(1L, 2L)).get(2L)));
    }
    assertNested(coalescing, 3, cache -> cache.get(1L).orElseThrow());
  }

  /** The one place is held by the load of the outer cache, and a plain reader waits for it. */
  private void assertNested(
      CacheAsideBuilder<Object, Planet> builder,
      long key,
      Function<CacheAside<Long, Planet>, Planet> nested)
      throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 5, MINUTE);
    CacheAside<Long, Planet> inner = builder.originLimiter(limiter).build(table);
    inner.invalidateAll(List.of(1L, 2L, 3L));
    CountDownLatch holds = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    CacheAside<Long, Planet> outer =
        CacheAside.builder(new InMemoryCacheStore(), "outer", Serializer.json(Planet.class))
            .originLimiter(limiter)
            .build(
                (Long id) -> {
                  holds.countDown();
                  assertThat(goesOn.await(20, TimeUnit.SECONDS)).isTrue();
                  return nested.apply(inner);
                });
    Future<Read<Planet>> holder = start(() -> outer.read(1L));
    holds.await();
    Future<Read<Planet>> reader = start(() -> inner.read(key));
    awaitWaiting(limiter, 1);
    goesOn.countDown();
    assertThat(result(holder).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(result(reader).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(limiter.running()).isZero();
  }

  @Test
  void aLoadWithinALoad_waitsForOneThatHasItsPlaceByNow() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(2, 5, MINUTE);
    Latch blocker = new Latch();
    Latch middle = new Latch();
    CacheAside<Long, Planet> inner =
        builder(redis)
            .originLimiter(limiter)
            .build(
                (Long id) -> {
                  (id == 1 ? blocker : middle).pass();
                  return table.load(id);
                });
    Latch outerLoad = new Latch();
    AtomicReference<Thread> nested = new AtomicReference<>(Thread.currentThread());
    CacheAside<Long, Planet> outer =
        CacheAside.builder(new InMemoryCacheStore(), "outer", Serializer.json(Planet.class))
            .originLimiter(limiter)
            .build(
                (Long id) -> {
                  outerLoad.pass();
                  nested.set(Thread.currentThread());
                  assertThat(inner.read(3L).outcome()).isIn(Outcome.HIT, Outcome.AWAITED);
                  return table.load(id);
                });
    Future<Read<Planet>> holder = start(() -> outer.read(1L));
    Future<Read<Planet>> first = start(() -> inner.read(1L));
    outerLoad.reached.await();
    blocker.reached.await();
    Future<Read<Planet>> queued = start(() -> inner.read(3L));
    awaitWaiting(limiter, 1);
    blocker.open.countDown();
    middle.reached.await();
    outerLoad.open.countDown();
    await()
        .until(
            () ->
                requireNonNull(nested.get()).getState()
                    == Thread.State.WAITING); // for the load of 3
    middle.open.countDown();
    for (Future<Read<Planet>> each : List.of(holder, first, queued)) {
      assertThat(result(each).outcome()).isEqualTo(Outcome.LOADED);
    }
  }

  private static final class Latch {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);

    void pass() throws InterruptedException {
      reached.countDown();
      assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
