package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Misses of single keys that come while a load goes on are loaded together. */
final class CoalescedMissesTest extends CacheTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Batches batches = new Batches();
  private final InMemoryCacheStore memory = new InMemoryCacheStore();

  /** The first load of key 1 waits for leave to return; so what comes meanwhile is gathered. */
  private final class Batches implements CacheLoader<Long, Planet> {
    final Queue<List<Long>> asked = new ConcurrentLinkedQueue<>();
    final CountDownLatch firstMayReturn = new CountDownLatch(1);
    final CountDownLatch firstHasBegun = new CountDownLatch(1);

    @Override
    public @Nullable Planet load(Long id) throws Exception {
      asked.add(List.of(id));
      if (id == 1) {
        firstHasBegun.countDown();
        if (!firstMayReturn.await(20, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody lets the loader return");
        }
      }
      return table.load(id);
    }

    @Override
    public Map<Long, Planet> loadAll(Collection<Long> ids) throws Exception {
      asked.add(List.copyOf(ids));
      return table.loadAll(ids);
    }
  }

  private CacheAsideBuilder<Object, Planet> coalescing(CacheStore store, int most, Duration wait) {
    return builder(store).coalesceMisses(most, wait);
  }

  /** A cache in memory whose asynchronous reads have gathered when the call returns. */
  private CacheAside<Long, Planet> inMemory(int most, Duration wait) {
    return coalescing(memory, most, wait).executor(Runnable::run).build(batches);
  }

  private Future<Read<Planet>> holdUp(CacheAside<Long, Planet> cache) throws Exception {
    Future<Read<Planet>> first = start(() -> cache.read(1L));
    assertThat(batches.firstHasBegun.await(20, TimeUnit.SECONDS)).isTrue();
    return first;
  }

  private Map<Long, CompletableFuture<Read<Planet>>> readAsync(
      CacheAside<Long, Planet> cache, long from, long to) {
    Map<Long, CompletableFuture<Read<Planet>>> reads = new LinkedHashMap<>();
    LongStream.rangeClosed(from, to)
        .forEach(
            id -> {
              table.set(id, "p" + id);
              reads.put(id, cache.async().read(id));
            });
    return reads;
  }

  private void assertLoaded(Map<Long, CompletableFuture<Read<Planet>>> reads) throws Exception {
    for (Map.Entry<Long, CompletableFuture<Read<Planet>>> read : reads.entrySet()) {
      assertThat(result(read.getValue()))
          .isEqualTo(new Read<>(table.row(read.getKey()), Outcome.LOADED));
    }
  }

  @Test
  void whatComesWhileALoadGoesOn_isLoadedTogetherWhenItIsOver() throws Exception {
    CacheAside<Long, Planet> cache = inMemory(100, LONG);
    Future<Read<Planet>> first = holdUp(cache);
    Map<Long, CompletableFuture<Read<Planet>>> others = readAsync(cache, 2, 50);
    assertThat(batches.asked).containsExactly(List.of(1L));
    batches.firstMayReturn.countDown();

    assertThat(result(first).value()).isEqualTo(new Planet(1, "Mercury"));
    assertLoaded(others);
    assertThat(batches.asked)
        .containsExactly(List.of(1L), LongStream.rangeClosed(2, 50).boxed().toList());
    assertThat(cache.getAll(others.keySet())).hasSize(49);
    assertThat(cache.stats().hits()).isEqualTo(49);
  }

  @Test
  void withoutTheOption_eachMissLoadsForItself() throws Exception {
    CacheAside<Long, Planet> cache = builder(memory).executor(Runnable::run).build(batches);
    Future<Read<Planet>> first = holdUp(cache);
    assertLoaded(readAsync(cache, 2, 5));
    assertThat(batches.asked).hasSize(5);
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aFullBatchDoesNotWait_overARealRedisEither() throws Exception {
    CacheAside<Long, Planet> cache = coalescing(redis, 24, LONG).build(batches);
    LongStream.rangeClosed(2, 49).forEach(id -> table.set(id, "p" + id));
    Future<Read<Planet>> first = holdUp(cache);
    List<Future<Read<Planet>>> others = new ArrayList<>();
    for (long id = 2; id <= 49; id++) {
      long key = id;
      others.add(start(() -> cache.read(key)));
    }
    for (int i = 0; i < 48; i++) { // all of them, though the first load has not returned
      assertThat(result(others.get(i))).isEqualTo(new Read<>(table.row(i + 2L), Outcome.LOADED));
    }
    assertThat(batches.asked).hasSize(3).extracting(List::size).containsExactly(1, 24, 24);
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    settle();
    assertThat(otherCache(table).getAll(LongStream.rangeClosed(1, 49).boxed().toList()))
        .hasSize(49);
    assertThat(table.bulkLoads).hasValue(2);
  }

  @Test
  void nobodyWaitsLongerThanAllowed() throws Exception {
    CacheAside<Long, Planet> cache = inMemory(100, SHORT);
    Future<Read<Planet>> first = holdUp(cache);
    assertLoaded(readAsync(cache, 2, 3));
    assertThat(first).isNotDone();
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aLoaderMayReadOtherKeysOfTheSameCache() throws Exception {
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array, so that the lambda can refer to it
    CacheAside<Long, Planet>[] self = new CacheAside[1];
    self[0] =
        coalescing(redis, 10, SHORT)
            .build(
                CacheLoader.of(
                    id -> id == 1 ? self[0].get(2L).orElseThrow() : table.load(id),
                    table::loadAll));
    assertThat(result(start(() -> self[0].read(1L))).value()).isEqualTo(new Planet(2, "Venus"));
  }

  @Test
  void eachKeyHasItsOwnLease_soAnInvalidationMeanwhileHoldsForThatKeyOnly() throws Exception {
    CountDownLatch hasRead = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    CacheAside<Long, Planet> cache =
        coalescing(redis, 2, LONG)
            .build(
                CacheLoader.of(
                    batches,
                    ids -> {
                      Map<Long, Planet> read = table.loadAll(ids);
                      hasRead.countDown();
                      assertThat(awaits(mayReturn)).isTrue();
                      return read;
                    }));
    Future<Read<Planet>> first = holdUp(cache);
    Future<Read<Planet>> two = start(() -> cache.read(2L));
    Future<Read<Planet>> three = start(() -> cache.read(3L));
    assertThat(awaits(hasRead)).isTrue();
    table.set(2, "new");
    otherCache(table).invalidate(2L);
    Future<Read<Planet>> afterwards = cache.async().read(2L); // must not share what was read before
    settle();
    mayReturn.countDown();
    batches.firstMayReturn.countDown();

    assertThat(result(two).value()).isEqualTo(new Planet(2, "Venus"));
    assertThat(result(three)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.LOADED));
    assertThat(result(afterwards).value()).isEqualTo(new Planet(2, "new"));
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    settle();
    assertThat(otherCache(table).peek(2L)).contains(new Planet(2, "new"));
    assertThat(otherCache(table).peek(3L)).contains(new Planet(3, "Earth"));
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aLeaseIsRenewedWhileItsKeyWaitsForOthers() throws Exception {
    AtomicInteger renewals = new AtomicInteger();
    CacheStore store =
        new ForwardingCacheStore(memory) {
          @Override
          public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
            if (key.endsWith(":2")) {
              renewals.incrementAndGet();
            }
            return super.renew(key, token, lease);
          }
        };
    CacheAside<Long, Planet> cache =
        coalescing(store, 100, LONG)
            .leaseTime(Duration.ofSeconds(3))
            .executor(Runnable::run)
            .build(batches);
    Future<Read<Planet>> first = holdUp(cache);
    CompletableFuture<Read<Planet>> second = cache.async().read(2L);
    await().until(() -> renewals.get() > 1);
    batches.firstMayReturn.countDown();
    assertThat(result(second).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aKeyThatFails_failsAlone() throws Exception {
    IllegalStateException sick = new IllegalStateException("sick");
    CacheAside<Long, Planet> cache =
        coalescing(memory, 100, LONG)
            .executor(Runnable::run)
            .build(
                CacheLoader.of(
                    batches,
                    ids -> {
                      throw new PartialLoadException(table.loadAll(ids), Map.of(3L, sick));
                    }));
    Future<Read<Planet>> first = holdUp(cache);
    Map<Long, CompletableFuture<Read<Planet>>> others = readAsync(cache, 2, 4);
    batches.firstMayReturn.countDown();

    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    CompletableFuture<Read<Planet>> failed = Objects.requireNonNull(others.remove(3L));
    assertThatThrownBy(() -> result(failed))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(CacheLoadException.class)
        .hasCause(sick);
    assertLoaded(others);
  }

  @Test
  void anErrorReachesEveryCaller_andTheNextBatchIsLoaded() throws Exception {
    AtomicInteger bulks = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        coalescing(memory, 2, LONG)
            .executor(Runnable::run)
            .build(
                CacheLoader.of(
                    batches,
                    ids -> {
                      if (bulks.getAndIncrement() == 0) {
                        throw new StackOverflowError();
                      }
                      return table.loadAll(ids);
                    }));
    Future<Read<Planet>> first = holdUp(cache);
    Map<Long, CompletableFuture<Read<Planet>>> two = readAsync(cache, 2, 3);
    for (CompletableFuture<Read<Planet>> read : two.values()) {
      assertThatThrownBy(read::join).hasRootCauseInstanceOf(StackOverflowError.class);
    }
    assertLoaded(readAsync(cache, 2, 3));
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void anInterruptOfTheLeaderIsItsOwnAffair_theOthersAreLoadedAgain() throws Exception {
    CountDownLatch leading = new CountDownLatch(1);
    AtomicInteger bulks = new AtomicInteger();
    CacheLoader<Long, Planet> loader =
        new CacheLoader<>() {
          @Override
          public @Nullable Planet load(Long id) throws Exception {
            return batches.load(id);
          }

          @Override
          public Map<Long, Planet> loadAll(Collection<Long> ids) throws Exception {
            if (bulks.getAndIncrement() == 0) {
              leading.countDown();
              TimeUnit.MINUTES.sleep(1); // until it is interrupted
            }
            return batches.loadAll(ids);
          }
        };
    CacheAside<Long, Planet> cache =
        coalescing(memory, 3, LONG).executor(Runnable::run).build(loader);
    Future<Read<Planet>> first = holdUp(cache);
    Map<Long, CompletableFuture<Read<Planet>>> others = readAsync(cache, 2, 3);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread leader =
        new Thread(
            () -> {
              try {
                cache.read(4L); // fills the batch, so it leads
              } catch (CacheLoadException e) {
                failure.complete(Thread.interrupted() ? e : new AssertionError("no flag"));
              }
            });
    leader.start();
    assertThat(awaits(leading)).isTrue();
    leader.interrupt();

    assertThat(result(failure)).hasCauseInstanceOf(InterruptedException.class);
    batches.firstMayReturn.countDown();
    assertLoaded(others);
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(batches.asked).contains(List.of(2L, 3L));
  }

  @Test
  void whoGoesAwayWhileItsKeyWaits_keepsNobodyWaiting() throws Exception {
    CacheAside<Long, Planet> cache = inMemory(100, LONG);
    Future<Read<Planet>> first = holdUp(cache);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread leaving =
        new Thread(
            () -> {
              try {
                cache.read(2L);
              } catch (CacheException e) {
                failure.complete(e);
              }
            });
    leaving.start();
    await().until(() -> leaving.getState() == Thread.State.WAITING);
    Map<Long, CompletableFuture<Read<Planet>>> others = readAsync(cache, 3, 4);
    leaving.interrupt();
    assertThat(result(failure)).hasMessage("interrupted while waiting for " + name);
    batches.firstMayReturn.countDown();

    assertLoaded(others);
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(batches.asked).containsExactly(List.of(1L), List.of(3L, 4L));
    table.set(2, "later");
    assertThat(cache.read(2L)).isEqualTo(new Read<>(new Planet(2, "later"), Outcome.LOADED));
  }

  @Test
  void whenAllHaveGoneAway_theNextMissIsLoadedAtOnce() throws Exception {
    CacheAside<Long, Planet> cache = inMemory(100, LONG);
    Future<Read<Planet>> first = holdUp(cache);
    Thread leaving =
        new Thread(
            () -> assertThatThrownBy(() -> cache.read(2L)).isInstanceOf(CacheException.class));
    leaving.start();
    await().until(() -> leaving.getState() == Thread.State.WAITING);
    leaving.interrupt();
    leaving.join();
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);

    assertThat(cache.async().read(3L)).isCompleted(); // did not wait for company
    assertThat(batches.asked).containsExactly(List.of(1L), List.of(3L));
  }

  @Test
  void whoIsAskedToLeadAndDoesNotCome_isReplaced() throws Exception {
    Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    Duration longer = Duration.ofSeconds(3); // than the steps below take
    CacheAside<Long, Planet> cache =
        coalescing(memory, 100, longer).executor(steps::add).build(batches);
    Future<Read<Planet>> first = holdUp(cache);
    CompletableFuture<Read<Planet>> busy = cache.async().read(2L);
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      step.run(); // as far as into the batch; from then on this executor is busy for ever
    }
    assertThat(result(start(() -> cache.read(3L))).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(busy).isNotDone();
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void anExecutorThatRefusesToLead_isNoLossToOthers() throws Exception {
    AtomicInteger accepts = new AtomicInteger(Integer.MAX_VALUE);
    CacheAside<Long, Planet> cache =
        coalescing(memory, 100, SHORT)
            .executor(
                step -> {
                  if (accepts.getAndDecrement() <= 0) {
                    throw new RejectedExecutionException("full");
                  }
                  step.run();
                })
            .build(batches);
    Future<Read<Planet>> first = holdUp(cache);
    CompletableFuture<Read<Planet>> refused = cache.async().read(2L);
    accepts.set(0);
    Future<Read<Planet>> other = start(() -> cache.read(3L));

    assertThat(result(other).value()).isEqualTo(new Planet(3, "Earth"));
    assertThatThrownBy(() -> result(refused)).hasCauseInstanceOf(RejectedExecutionException.class);
    batches.firstMayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void withoutARedis_missesAreGatheredToo() throws Exception {
    try (var dead = io.github.cacheaside.redis.RedisCacheStore.connect("redis://127.0.0.1:1")) {
      CacheAside<Long, Planet> cache = coalescing(dead, 2, LONG).build(batches);
      Future<Read<Planet>> first = holdUp(cache);
      Future<Read<Planet>> two = start(() -> cache.read(2L));
      Future<Read<Planet>> three = start(() -> cache.read(3L));
      assertThat(result(two)).isEqualTo(new Read<>(new Planet(2, "Venus"), Outcome.BYPASSED));
      assertThat(result(three)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.BYPASSED));
      assertThat(table.bulkLoads).hasValue(1);
      batches.firstMayReturn.countDown();
      assertThat(result(first).outcome()).isEqualTo(Outcome.BYPASSED);
    }
  }

  @Test
  void aLoaderWithoutABulkFormIsRefused() {
    CacheAsideBuilder<Object, Planet> builder = coalescing(memory, 10, SHORT);
    assertThatThrownBy(() -> builder.build((Long id) -> table.load(id)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("coalesceMisses 10: the loader has no bulk form");
    assertThatThrownBy(() -> builder(memory).coalesceMisses(1, SHORT))
        .hasMessage("maxBatch must be 2 to 10000 but was 1");
    assertThatThrownBy(() -> builder(memory).coalesceMisses(2, Duration.ZERO))
        .hasMessage("batchDelay must be PT0.001S to PT1M but was PT0S");
  }
}
