package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.engine.Assembly;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.load.Flights;
import io.github.cacheaside.engine.read.ReadParts;
import io.github.cacheaside.engine.read.Warmer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Warming has many keys cached, batch by batch. */
final class WarmTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private List<Long> rows(int count) {
    List<Long> ids = LongStream.rangeClosed(1, count).boxed().toList();
    ids.forEach(id -> table.set(id, "p" + id));
    return ids;
  }

  private CacheLoader<Long, Planet> bulk(Function<Collection<Long>, Map<Long, Planet>> function) {
    return CacheLoader.of(table, function::apply);
  }

  @Test
  void whatIsMissingIsLoadedInBatches_andProgressIsTold() {
    List<Long> ids = rows(250);
    List<Warmed> told = new ArrayList<>();
    CacheAside<Long, Planet> cache = cache(table);
    cache.get(7L);
    Warmed warmed = cache.warm(ids, Warming.unlimited().onProgress(told::add));

    assertThat(warmed).isEqualTo(new Warmed(250, 1, 249, 0, 0, null));
    assertThat(told).extracting(Warmed::done).containsExactly(100L, 200L, 250L);
    assertThat(told).last().isEqualTo(warmed);
    assertThat(table.bulkLoads).hasValue(3);
    assertThat(otherCache(table).warm(ids)).isEqualTo(new Warmed(250, 250, 0, 0, 0, null));
    assertThat(table.bulkLoads).hasValue(3);
    assertThat(otherCache(table).getAll(ids)).hasSize(250);
    assertThat(cache.stats().misses()).as("the get, for to warm is not to read").isEqualTo(1);
    assertThat(cache.stats().fills()).isEqualTo(250);
  }

  @Test
  void absentRowsAreCounted_andRememberedIfTheyHaveATtl() {
    CacheAside<Long, Planet> cache = builder(redis).absentTtl(MINUTE).build(table);
    List<Long> ids = List.of(1L, 2L, 3L, 4L, 5L, 5L);
    assertThat(cache.warm(ids)).isEqualTo(new Warmed(6, 1, 3, 2, 0, null));
    assertThat(cache.warm(ids)).isEqualTo(new Warmed(6, 4, 0, 2, 0, null));
    assertThat(table.bulkLoads).hasValue(1);
    assertThat(cache.warm(List.of())).isEqualTo(new Warmed(0, 0, 0, 0, 0, null));
  }

  @Test
  void aBatchThatFailsIsCounted_andDoesNotEndIt() {
    List<Long> ids = rows(30);
    IllegalStateException down = new IllegalStateException("down");
    CacheAside<Long, Planet> cache =
        cache(
            bulk(
                batch -> {
                  if (batch.contains(15L)) {
                    throw down;
                  }
                  if (batch.contains(25L)) {
                    throw new PartialLoadException(table.loadAll(batch), Map.of(25L, down));
                  }
                  return table.loadAll(batch);
                }));
    Warmed warmed = cache.warm(ids, Warming.unlimited().inBatchesOf(10));

    assertThat(warmed).extracting(Warmed::loaded, Warmed::failed).containsExactly(19L, 11L);
    assertThat(warmed.failure()).isInstanceOf(CacheLoadException.class).hasCause(down);
    assertThat(otherCache(table).peek(24L)).isPresent();
    assertThat(otherCache(table).warm(ids)).isEqualTo(new Warmed(30, 19, 11, 0, 0, null));
  }

  @Test
  void whatCantBeCachedIsNotLoaded() {
    List<Long> ids = rows(20);
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      assertThat(builder(dead).build(table).warm(ids).failed()).isEqualTo(20);
    }
    CacheAside<Long, Planet> cache = cache(table);
    try (WriteFence fence = cache.fence(List.of(1L, 2L))) {
      assertThat(fence.mayCommit()).isTrue();
      assertThat(cache.warm(List.of(1L, 2L)).failed()).isEqualTo(2);
    }
    assertThat(table.bulkLoads).hasValue(0);
    assertThat(table.loads).hasValue(0);
    assertThat(cache.warm(ids).loaded()).isEqualTo(20);
  }

  @Test
  void anExecutorThatTakesNothing_failsTheFuture() {
    CacheAside<Long, Planet> cache =
        builder(redis)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build(table);
    assertThat(cache.async().warm(List.of(1L), Warming.unlimited()))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void whatTheStoreRefusesIsNotCountedAsLoaded() {
    CacheAside<Long, Planet> other = otherCache(table);
    CacheAside<Long, Planet> cache =
        cache(
            bulk(
                batch -> {
                  Map<Long, Planet> read = table.loadAll(batch);
                  other.invalidate(2L);
                  return read;
                }));
    assertThat(cache.warm(List.of(1L, 2L, 3L)))
        .extracting(Warmed::loaded, Warmed::failed)
        .containsExactly(2L, 1L);
  }

  @Test
  void twoInstancesThatWarmTheSameKeys_loadEachOnce() throws Exception {
    List<Long> ids = rows(1_000);
    Queue<Long> loaded = new ConcurrentLinkedQueue<>();
    CacheLoader<Long, Planet> loader =
        bulk(
            batch -> {
              loaded.addAll(batch);
              return table.loadAll(batch);
            });
    CacheAside<Long, Planet> cache = cache(loader);
    CacheAside<Long, Planet> other = otherCache(loader);
    AtomicInteger turn = new AtomicInteger();
    List<Future<Warmed>> both =
        startTogether(2, () -> (turn.getAndIncrement() == 0 ? cache : other).warm(ids));
    Warmed sum = result(both.get(0)).plus(result(both.get(1)));

    assertThat(loaded).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(sum).isEqualTo(new Warmed(2_000, 1_000, 1_000, 0, 0, null));
  }

  @Test
  void aRateIsKept_andWhatIsCachedDoesNotCount() throws Exception {
    List<Long> ids = rows(40);
    List<Duration> pauses = new ArrayList<>();
    Timers hasty = // its pauses take no time, so what is due adds up; nobody renews
        (pause, task) -> {
          if (pause.compareTo(Duration.ofSeconds(10)) < 0) {
            pauses.add(pause);
            task.run();
          }
          return new CompletableFuture<>();
        };
    ReadParts<Long, Planet> parts =
        new Assembly<>(
                builder(new InMemoryCacheStore()).leaseTime(MINUTE).settings(table),
                new Flights<Planet>(),
                hasty)
            .read();
    long began = System.nanoTime();
    warmer(parts, ids, Warming.perSecond(10)).start().get(20, TimeUnit.SECONDS);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(table.bulkLoads).hasValue(4); // of ten: no more than a second's worth
    assertThat(pauses).hasSize(3);
    assertThat(pauses.get(2).plus(took)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    assertThat(pauses.get(2)).isLessThanOrEqualTo(Duration.ofSeconds(3));
    pauses.clear();
    assertThat(warmer(parts, ids, Warming.perSecond(10)).start().get(20, TimeUnit.SECONDS).hits())
        .isEqualTo(40);
    assertThat(pauses).isEmpty();
  }

  private static Warmer<Long, Planet> warmer(
      ReadParts<Long, Planet> parts, List<Long> ids, Warming how) {
    return new Warmer<>(parts, Runnable::run, ids.iterator(), how);
  }

  @Test
  void keysAreTakenAsTheyAreNeeded_howeverManyThereAre() {
    AtomicLong taken = new AtomicLong();
    AtomicLong farthestAhead = new AtomicLong();
    Stream<Long> ids = LongStream.rangeClosed(1, 20_000).peek(taken::set).boxed();
    CacheAside<Long, Planet> cache =
        builder(new InMemoryCacheStore()).executor(Runnable::run).build(table);
    Warming one =
        Warming.unlimited()
            .inBatchesOf(1)
            .onProgress(
                soFar -> farthestAhead.accumulateAndGet(taken.get() - soFar.done(), Math::max));

    // all on one thread, in a store that answers at once: a chain of steps would overflow the stack
    assertThat(cache.async().warm(ids, one).join().absent()).isEqualTo(19_997);
    assertThat(farthestAhead.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void aThreadThatIsInterrupted_stopsWarming_andKeepsNobodyWaiting() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CacheAside<Long, Planet> cache =
        cache(
            bulk(
                batch -> {
                  loading.countDown();
                  try {
                    TimeUnit.MINUTES.sleep(1); // until it is interrupted
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                  }
                  return Map.of();
                }));
    assertInterruptible(cache, Warming.unlimited(), loading);
    assertThat(otherCache(table).read(1L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aThreadThatIsInterruptedInAPause_stopsWarming() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    assertInterruptible(
        cache(table), Warming.perSecond(1).onProgress(soFar -> first.countDown()), first);
  }

  private void assertInterruptible(
      CacheAside<Long, Planet> cache, Warming how, CountDownLatch underWay) throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread warming =
        new Thread(
            () -> {
              try {
                cache.warm(LongStream.iterate(1, id -> id + 1).boxed(), how);
              } catch (CacheException e) {
                end.complete(Thread.interrupted() ? e : new AssertionError("no flag"));
              }
            });
    warming.start();
    assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();
    warming.interrupt();
    assertThat(result(end)).hasMessage("interrupted while waiting for " + name);
  }

  @Test
  void aThreadThatIsInterruptedWhileItWaitsForAnotherInstance_keepsNobodyWaiting()
      throws Exception {
    redis.lease(name + ":1", new LeaseToken(1, 2), MINUTE).toCompletableFuture().join();
    CacheAside<Long, Planet> cache = builder(redis).maxWait(MINUTE).build(table);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread warming =
        new Thread(
            () -> {
              try {
                cache.warm(List.of(1L));
              } catch (CacheException e) {
                end.complete(e);
              }
            });
    warming.start();
    await().until(() -> warming.getState() == Thread.State.WAITING);
    warming.interrupt();
    assertThat(result(end)).hasMessage("interrupted while waiting for " + name);

    redis.drop(name + ":1").toCompletableFuture().join();
    assertThat(result(start(() -> cache.read(1L))).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void whatTheListenerOrTheIteratorThrows_endsIt_asItIs() {
    CacheAside<Long, Planet> cache = cache(table);
    assertThatThrownBy(
            () ->
                cache.warm(
                    List.of(1L),
                    Warming.unlimited()
                        .onProgress(
                            soFar -> {
                              throw new IllegalStateException("enough");
                            })))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
    assertThat(cache.peek(1L)).isPresent();
    Stream<Long> broken = LongStream.of(1, 2).boxed().map(WarmTest::noTwo);
    assertThatThrownBy(() -> cache.warm(broken, Warming.unlimited())).hasMessage("no two");
  }

  private static Long noTwo(Long id) {
    if (id == 2) {
      throw new IllegalStateException("no two");
    }
    return id;
  }

  @Test
  void theAsynchronousViewWarmsToo_andCanBeStopped() throws Exception {
    List<Long> ids = rows(250);
    CacheAside<Long, Planet> cache = builder(redis).executor(threads).build(table);
    assertThat(result(cache.async().warm(ids, Warming.unlimited())).loaded()).isEqualTo(250);

    AtomicLong done = new AtomicLong();
    CompletableFuture<Warmed> endless =
        cache
            .async()
            .warm(
                LongStream.iterate(1, id -> id + 1).boxed(),
                Warming.unlimited().onProgress(soFar -> done.set(soFar.done())));
    await().until(() -> done.get() > 0);
    endless.cancel(false);
    assertThatThrownBy(endless::join).isInstanceOf(CancellationException.class);
    threads.shutdown(); // runs what was accepted
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).as("it has ended").isTrue();
  }

  @Test
  void aNearCacheIsLeftAlone() {
    CacheAside<Long, Planet> cache = builder(redis).nearCache(1_000).build(table);
    await().until(() -> cache.read(2L).outcome() == Outcome.NEAR);
    cache.warm(List.of(1L));
    cache.warm(List.of(1L));
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void whatCantBeMeantIsRefused() {
    assertThatThrownBy(() -> Warming.perSecond(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys must be 1 to 1000000 but was 0");
    assertThatThrownBy(() -> Warming.unlimited().inBatchesOf(10_001))
        .hasMessage("keys must be 1 to 10000 but was 10001");
  }
}
