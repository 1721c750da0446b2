package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each read counts once, however it ends: hits and misses together are all reads. */
@SuppressWarnings({"NullAway", "LongDoubleConversion"}) // null is what users get wrong
final class CountedReadsTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger toldOfFailures = new AtomicInteger();
  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final CacheListener listener =
      new CacheListener() {
        @Override
        public void onRead(String cache, Outcome outcome) {
          told.incrementAndGet();
        }

        @Override
        public void onReadFailed(String cache) {
          toldOfFailures.incrementAndGet();
        }
      };

  private CacheAsideBuilder<Object, Planet> counted(CacheStore store) {
    return builder(store).listener(listener).maxWait(MINUTE).leaseTime(MINUTE);
  }

  /** What the figures, the listener and the meters say of so many reads. */
  private void assertCounted(CacheAside<Long, Planet> cache, int reads, int failed) {
    await()
        .untilAsserted( // an asynchronous read may be answered before it is counted
            () -> {
              CacheStats stats = cache.stats();
              assertThat(hits(stats) + stats.misses()).as("%s", stats).isEqualTo(reads);
              assertThat(stats.failedReads()).as("%s", stats).isEqualTo(failed);
              assertThat(told.get()).isEqualTo(reads - failed);
              assertThat(toldOfFailures.get()).isEqualTo(failed);
            });
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CacheAsideMetrics.monitor(registry, cache);
    double misses = sum(registry, "cache.aside.misses");
    assertThat(sum(registry, "cache.gets")).isEqualTo(reads);
    assertThat(misses).isEqualTo(cache.stats().misses());
    assertThat(cache.stats().hitRate())
        .isEqualTo(reads == 0 ? 1.0 : (double) hits(cache.stats()) / reads);
  }

  private static double sum(SimpleMeterRegistry registry, String meter) {
    return registry.find(meter).functionCounters().stream()
        .mapToDouble(FunctionCounter::count)
        .sum();
  }

  private static long hits(CacheStats stats) {
    return stats.hits() + stats.absentHits() + stats.nearHits() + stats.staleHits();
  }

  /** Reads by every method there is, eight times and of twelve keys; each of them fails. */
  private static void readAllWays(CacheAside<Long, Planet> cache) {
    fails(() -> cache.get(1L));
    fails(() -> cache.read(2L));
    fails(() -> cache.getAll(List.of(3L, 4L)));
    failsOrTells(() -> cache.readAll(List.of(5L, 6L)));
    fails(() -> cache.async().get(7L).join());
    fails(() -> cache.async().read(8L).join());
    fails(() -> cache.async().getAll(List.of(9L, 10L)).join());
    failsOrTells(() -> cache.async().readAll(List.of(11L, 12L)).join());
  }

  private static void fails(ThrowingCallable read) {
    assertThatThrownBy(read).isInstanceOf(RuntimeException.class);
  }

  private static void failsOrTells(ThrowingCallable read) {
    try {
      read.call();
    } catch (Throwable e) {
      assertThat(e).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void whileTheDatabaseIsDownTheHitRateFalls() {
    AtomicInteger loads = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        counted(store)
            .build(
                id -> {
                  if (loads.getAndIncrement() > 0) {
                    throw new IllegalStateException("down");
                  }
                  return new Planet(id, "up");
                });
    cache.get(1L);
    cache.get(1L);
    for (int i = 0; i < 98; i++) {
      fails(() -> cache.get(2L));
    }

    assertThat(cache.stats().hitRate()).isEqualTo(0.01);
    assertThat(cache.stats().misses()).isEqualTo(99);
    assertCounted(cache, 100, 98);
  }

  @Test
  void whateverTheLoaderThrows() {
    List<Throwable> all =
        List.of(
            new java.io.IOException("down"), new IllegalStateException(), new StackOverflowError());
    int reads = 0;
    for (Throwable failure : all) {
      CacheAside<Long, Planet> cache =
          counted(store)
              .build(
                  id -> {
                    if (failure instanceof Error error) {
                      throw error;
                    }
                    throw (Exception) failure;
                  });
      told.set(0);
      toldOfFailures.set(0);
      readAllWays(cache);
      reads += 12;
      assertCounted(cache, 12, 12);
    }
    assertThat(reads).isEqualTo(36);
  }

  @Test
  void ifTheLimiterRefuses() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    OriginLimiter limiter = OriginLimiter.of(1, 0, Duration.ofMillis(1));
    CacheAside<Long, Planet> other =
        builder(new InMemoryCacheStore())
            .originLimiter(limiter)
            .build(
                id -> {
                  loading.countDown();
                  mayReturn.await();
                  return null;
                });
    Future<?> held = start(() -> other.get(1L));
    loading.await();
    CacheAside<Long, Planet> cache = counted(store).originLimiter(limiter).build(table);
    readAllWays(cache);
    mayReturn.countDown();

    assertCounted(cache, 12, 12);
    assertThat(held).isNotNull();
  }

  @Test
  void ifTheLoadTakesTooLong() {
    CountDownLatch mayReturn = new CountDownLatch(1);
    CacheAside<Long, Planet> cache =
        counted(store)
            .executor(threads)
            .loadTimeout(Duration.ofMillis(20))
            .build(
                id -> {
                  mayReturn.await();
                  return null;
                });
    readAllWays(cache);
    mayReturn.countDown();

    assertCounted(cache, 12, 12);
  }

  @Test
  void ifTheStoreIsDown_andTheLoaderAnswersOrNot() {
    CacheStore down =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Lookup> lookup(String key) {
            throw new NoClassDefFoundError("a store that does not fit its client");
          }
        };
    CacheAside<Long, Planet> cache =
        counted(down)
            .circuitBreaker(CircuitBreaker.off())
            .build(
                id -> {
                  if (id > 2) {
                    throw new IllegalStateException("down");
                  }
                  return table.load(id);
                });
    assertThat(cache.get(1L)).isPresent();
    assertThat(cache.async().get(2L).join()).isPresent();
    fails(() -> cache.get(3L));
    fails(() -> cache.async().get(4L).join());
    assertThat(cache.readAll(List.of(1L, 2L, 3L, 4L)).failures()).containsOnlyKeys(3L, 4L);

    assertCounted(cache, 8, 4);
  }

  @Test
  void ifTheCallerIsInterrupted() throws Exception {
    SlowLoader slow = new SlowLoader();
    CountDownLatch begun = new CountDownLatch(3);
    CacheAside<Long, Planet> cache =
        counted(store)
            .<Long>keyEncoder(
                id -> {
                  begun.countDown();
                  return id.toString();
                })
            .build(slow);
    Future<?> leader = start(() -> cache.get(1L));
    slow.hasRead.await();
    Future<?> one = start(() -> cache.get(1L));
    Future<?> many = start(() -> cache.getAll(List.of(1L)));
    begun.await(); // from here on each of them is a read
    one.cancel(true);
    many.cancel(true);

    assertThat(leader).isNotNull();
    await().until(() -> cache.stats().failedReads() == 2);
    slow.mayReturn.countDown();
    leader.get();
    assertCounted(cache, 3, 2);
  }

  @Test
  void ifTheExecutorRefuses() {
    CacheAside<Long, Planet> cache =
        counted(store)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build(table);
    fails(() -> cache.async().get(7L).join());
    fails(() -> cache.async().getAll(List.of(9L, 10L)).join());
    fails(() -> cache.async().readAll(List.of(11L, 12L)).join());
    fails(() -> cache.async().ticket(13L).join());

    assertCounted(cache, 6, 6);
  }

  @Test
  void ifTheFutureIsCancelled() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = counted(store).executor(threads).build(slow);
    CompletableFuture<Read<Planet>> read = cache.async().read(1L);
    slow.hasRead.await();
    read.cancel(true);
    slow.mayReturn.countDown();

    assertCounted(cache, 1, 0); // the load went on, and was answered
  }

  @Test
  void ifTheLoaderReadsItsOwnKey() {
    AtomicReference<CacheAside<Long, Planet>> self = new AtomicReference<>();
    self.set(counted(store).build(id -> self.get().get(id).orElseThrow()));
    fails(() -> self.get().get(1L));

    assertCounted(self.get(), 2, 2);
  }

  @Test
  void hitsOfAllKindsAndMissesOfAllKinds() {
    CacheAside<Long, Planet> cache =
        counted(redis).absentTtl(MINUTE).nearCache(100).maxWait(Duration.ofMillis(1)).build(table);
    cache.get(1L); // loaded
    settle();
    cache.get(1L); // from the store, and near from now on
    cache.get(1L);
    cache.get(99L); // no such row
    settle();
    cache.readAll(List.of(1L, 2L, 99L));
    settle();
    cache.getAll(List.of(2L, 99L, 3L));
    cache.softInvalidate(1L, MINUTE);
    cache.get(1L);
    cache.async().getAll(List.of(1L, 2L, 3L)).join();
    WriteFence fence = cache.fence(List.of(4L));
    cache.get(4L); // bypassed
    fence.close();

    assertCounted(cache, 15, 0);
  }

  @Test
  void withLoadersOfTheCalls() {
    CacheAside<Long, Planet> cache = counted(store).build();
    cache.get(1L, table);
    cache.read(1L, table);
    cache.getAll(List.of(1L, 2L), table::loadAll);
    cache.readAll(List.of(2L, 99L), table::loadAll);
    cache.async().get(3L, table).join();
    cache.async().getAll(List.of(1L, 2L, 3L), table::loadAll).join();
    assertCounted(cache, 10, 0);
    CacheLoader<Long, Planet> down =
        id -> {
          throw new IllegalStateException("down");
        };
    fails(() -> cache.get(11L, down));
    fails(() -> cache.async().read(12L, down).join());
    fails(
        () ->
            cache.getAll(
                List.of(1L, 13L, 14L),
                ids -> {
                  throw new java.io.IOException("down");
                }));
    cache.ticket(20L).close(); // a miss
    cache.ticket(21L).fill(new Planet(21, "filled")); // a miss
    cache.ticket(21L);
    cache.async().ticket(21L).join();
    fails(() -> cache.get(1L)); // it has no loader, so that is no read
    assertCounted(cache, 19, 4);
  }

  @Test
  void whatIsNoReadCountsAsNone() {
    CacheAside<Long, Planet> cache = counted(store).build(table);
    cache.peek(1L);
    cache.warm(List.of(1L, 2L));
    cache.put(3L, new Planet(3, "put"));
    cache.invalidate(3L);
    cache.async().peek(1L).join();
    fails(() -> cache.get(null));
    fails(() -> cache.getAll(java.util.Arrays.asList(1L, null)));

    assertCounted(cache, 0, 0);
  }
}
