package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A call may bring its own loader; all else holds as for the loader of the cache. */
@SuppressWarnings("NullAway") // what was asked for is answered; and null is what users get wrong
final class CallLoaderTest extends ExpiryCase {
  private static final Planet MERCURY = new Planet(1, "Mercury");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final CacheLoader<Long, Planet> unused =
      id -> {
        throw new AssertionError("not to be run");
      };

  private CacheAside<Long, Planet> withoutLoader() {
    return builder(redis).build();
  }

  @Test
  void aMissIsLoadedByTheLoaderOfTheCall_andAHitByNone() {
    CacheAside<Long, Planet> cache = withoutLoader();
    assertThat(cache.get(1L, table)).contains(MERCURY);
    settle();
    assertThat(cache.get(1L, unused)).contains(MERCURY);
    assertThat(builder(otherRedis).<Long>build().read(1L, unused).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.get(99L, table)).isEmpty();
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void asynchronouslyToo() throws Exception {
    AsyncCacheAside<Long, Planet> cache = builder(redis).<Long>build().async();
    assertThat(result(cache.read(1L, table))).isEqualTo(new Read<>(MERCURY, Outcome.LOADED));
    settle();
    assertThat(result(cache.get(1L, unused))).contains(MERCURY);
    assertThat(result(cache.getAll(List.of(1L, 2L), table::loadAll))).hasSize(2);
    settle();
    assertThat(result(cache.readAll(List.of(1L, 2L), ids -> Map.of())).answers().values())
        .allMatch(read -> read.outcome() == Outcome.HIT);
  }

  @Test
  void manyKeysAreLoadedByOneCallOfTheBulkLoader() {
    CacheAside<Long, Planet> cache = withoutLoader();
    cache.get(2L, table);
    settle();
    List<List<Long>> asked = new ArrayList<>();
    CacheLoader.Bulk<Long, Planet> bulk =
        ids -> {
          asked.add(ids);
          return table.loadAll(ids);
        };
    assertThat(cache.getAll(List.of(1L, 2L, 3L, 99L), bulk).keySet()).containsExactly(1L, 2L, 3L);
    assertThat(asked).containsExactly(List.of(1L, 3L, 99L));
    settle();
    assertThat(cache.readAll(List.of(1L, 3L), bulk).answers().values())
        .allMatch(read -> read.outcome() == Outcome.HIT);
    assertThat(asked).hasSize(1);
    assertThat(cache.stats().loads()).isEqualTo(2);
  }

  @Test
  void aCacheWithoutALoaderSaysSo() {
    CacheAside<Long, Planet> cache = withoutLoader();
    cache.get(1L, table);
    settle();
    List<ThrowingCallable> calls =
        List.of(
            () -> cache.get(1L),
            () -> cache.read(1L),
            () -> cache.getAll(List.of(1L)),
            () -> cache.readAll(List.of(1L)),
            () -> cache.refresh(1L),
            () -> cache.warm(List.of(1L)));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "cache "
                  + name
                  + " was built without a loader, so each call has to bring its own: get(key,"
                  + " loader)");
    }
    List<CompletableFuture<?>> futures =
        List.of(
            cache.async().get(1L),
            cache.async().read(1L),
            cache.async().getAll(List.of(1L)),
            cache.async().readAll(List.of(1L)),
            cache.async().refresh(1L),
            cache.async().warm(List.of(1L), Warming.unlimited()));
    for (CompletableFuture<?> future : futures) {
      assertThatThrownBy(future::join).hasCauseInstanceOf(IllegalStateException.class);
    }
    assertThat(cache.peek(1L)).as("nor has refresh made it stale").contains(MERCURY);
    cache.put(2L, new Planet(2, "put"));
    assertThat(cache.look(2L).isCached()).isTrue();
  }

  @Test
  void notEvenANearHitIsAnsweredWithoutALoader() {
    CacheAside<Long, Planet> cache = builder(redis).nearCache(10).build();
    cache.get(1L, table);
    settle();
    await().until(() -> cache.read(1L, unused).outcome() == Outcome.NEAR);
    assertThat(cache.get(1L, unused)).contains(MERCURY);
    assertThatThrownBy(() -> cache.get(1L)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.read(1L)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatCantBeMeantIsRefused() {
    assertThatThrownBy(() -> builder(store).coalesceMisses(10, MINUTE).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "coalesceMisses 10: a cache without a loader has nothing to load many keys with");
    CacheAside<Long, Planet> cache = withoutLoader();
    CacheLoader<Long, Planet> none = null;
    CacheLoader.Bulk<Long, Planet> noBulk = null;
    List<ThrowingCallable> calls =
        List.of(
            () -> cache.get(1L, none),
            () -> cache.read(1L, none),
            () -> cache.getAll(List.of(1L), noBulk),
            () -> cache.async().read(1L, none));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage("loader");
    }
  }

  @Test
  void aLoadThatWasOvertakenIsNotCached() throws Exception {
    CacheAside<Long, Planet> cache = withoutLoader();
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> overtaken = start(() -> cache.read(1L, slow));
    slow.hasRead.await();
    table.set(1, "renamed");
    builder(otherRedis).<Long>build().invalidate(1L);
    slow.mayReturn.countDown();
    assertThat(result(overtaken).value()).isEqualTo(MERCURY);
    settle();
    assertThat(cache.look(1L)).isEqualTo(new Look.Nothing<>());
  }

  @Test
  void behindAFenceNothingIsCached() {
    CacheAside<Long, Planet> cache = withoutLoader();
    try (WriteFence fence = cache.fence(List.of(1L))) {
      assertThat(fence).isNotNull();
      assertThat(cache.read(1L, table).outcome()).isEqualTo(Outcome.BYPASSED);
      assertThat(cache.readAll(List.of(1L), table::loadAll).answers().get(1L).outcome())
          .isEqualTo(Outcome.BYPASSED);
    }
    assertThat(cache.look(1L)).isEqualTo(new Look.Nothing<>());
  }

  @Test
  void concurrentMissesShareOneLoad_whoeverBringsTheLoader() throws Exception {
    CacheAside<Long, Planet> cache = withoutLoader();
    CacheAside<Long, Planet> other = builder(otherRedis).build();
    CyclicBarrier together = new CyclicBarrier(16);
    AtomicInteger loads = new AtomicInteger();
    List<Future<Planet>> reads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      CacheAside<Long, Planet> mine = i % 2 == 0 ? cache : other;
      reads.add(
          start(
              () -> {
                together.await(20, TimeUnit.SECONDS);
                return mine.get(
                        1L,
                        id -> {
                          loads.incrementAndGet();
                          TimeUnit.MILLISECONDS.sleep(100); // for all to arrive; not asserted
                          return MERCURY;
                        })
                    .orElseThrow();
              }));
    }
    for (Future<Planet> read : reads) {
      assertThat(result(read)).isEqualTo(MERCURY);
    }
    // who came after a load had begun leads the next one, which finds what the first has left
    assertThat(loads.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void aLoaderThatReadsItsOwnKeyGetsAnExceptionAtOnce() {
    CacheAside<Long, Planet> cache = withoutLoader();
    assertThatThrownBy(() -> cache.get(1L, id -> cache.get(id, table).orElseThrow()))
        .isInstanceOf(CacheLoadException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(name);
    assertThat(cache.get(1L, id -> cache.get(3L, table).orElseThrow())).contains(OLD);
  }

  @Test
  void itsExceptionsPassAsThoseOfTheCachesLoader() throws Exception {
    IllegalStateException own = new IllegalStateException("down");
    CacheLoader<Long, Planet> throwing =
        id -> {
          throw own;
        };
    CacheAside<Long, Planet> wrapped = withoutLoader();
    assertThatThrownBy(() -> wrapped.get(1L, throwing))
        .isInstanceOfSatisfying(
            CacheLoadException.class, failure -> assertThat(failure.isOfLoader()).isTrue())
        .hasCause(own);
    CacheAside<Long, Planet> unwrapped =
        builder(redis).loadExceptions(LoadExceptions.UNWRAPPED).build();
    assertThatThrownBy(() -> unwrapped.get(1L, throwing)).isSameAs(own);
    assertThatThrownBy(() -> unwrapped.async().get(1L, throwing).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isSameAs(own);
    CountDownLatch mayReturn = new CountDownLatch(1);
    CacheAside<Long, Planet> impatient =
        builder(redis).executor(threads).loadTimeout(Duration.ofMillis(20)).build();
    assertThatThrownBy(
            () ->
                impatient.get(
                    1L,
                    id -> {
                      mayReturn.await();
                      return MERCURY;
                    }))
        .isInstanceOfSatisfying(
            CacheLoadException.class, failure -> assertThat(failure.isOfLoader()).isFalse());
    mayReturn.countDown();
  }

  @Test
  void itIsLimitedAndCountedAsTheLoaderOfTheCache() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 0, Duration.ofMillis(1));
    CacheAside<Long, Planet> cache = builder(store).originLimiter(limiter).build();
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> first = start(() -> cache.read(1L, slow));
    slow.hasRead.await();
    assertThatThrownBy(() -> cache.get(2L, table)).isInstanceOf(CacheLoadRefusedException.class);
    slow.mayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache.stats().loads()).isEqualTo(1);
    assertThat(cache.stats().refusedLoads()).isEqualTo(1);
    assertThat(cache.stats().fills()).isEqualTo(1);
  }

  @Test
  void itIsNotCoalescedWithMissesOfOtherLoaders() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    List<List<Long>> asked = new ArrayList<>();
    CacheAside<Long, Planet> cache =
        builder(store)
            .coalesceMisses(100, MINUTE)
            .build(
                CacheLoader.of(
                    id -> {
                      asked.add(List.of(id));
                      loading.countDown();
                      mayReturn.await();
                      return table.load(id);
                    },
                    ids -> {
                      asked.add(ids);
                      return table.loadAll(ids);
                    }));
    Future<Read<Planet>> first = start(() -> cache.read(1L));
    loading.await();
    Planet own = new Planet(2, "own");
    assertThat(cache.read(2L, id -> own)).isEqualTo(new Read<>(own, Outcome.LOADED));
    mayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(asked).containsExactly(List.of(1L));
  }

  @Test
  void inAnAdaptiveCacheItsValuesHaveTheTtlOfTheCache() {
    CacheAside<Long, Planet> cache =
        builder(store).ttl(HARD).buildAdaptive(id -> Loaded.of(OLD, MINUTE));
    assertThat(cache.get(3L, id -> NEW)).contains(NEW);
    pass(HARD.minusMillis(1));
    assertThat(cache.peek(3L)).contains(NEW);
    pass(Duration.ofMillis(1));
    assertThat(cache.get(3L, id -> null)).isEmpty();
    assertThat(cache.getAll(List.of(3L), ids -> Map.of(3L, NEW))).containsEntry(3L, NEW);
  }

  @Test
  void whoFindsAValueOld_hasItLoadedByTheLoaderOfTheCall() {
    CacheAside<Long, Planet> cache =
        builder(store, Expiry.soft(SOFT).staleWhileRevalidate()).build();
    cache.get(3L, id -> OLD);
    pass(SOFT);
    assertThat(cache.read(3L, id -> NEW)).isEqualTo(STALE);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(cache.peek(3L)).contains(NEW);
    pass(SOFT);
    Planet newest = new Planet(3, "Gaia");
    assertThat(cache.readAll(List.of(3L), ids -> Map.of(3L, newest)).answers().get(3L).outcome())
        .isEqualTo(Outcome.STALE);
    background.runAll();
    assertThat(cache.peek(3L)).contains(newest);
    assertThat(cache.stats().refreshes()).isEqualTo(2);
  }

  @Test
  void whoHasWaitedTooLong_loadsByItsOwnLoader() throws Exception {
    CacheAside<Long, Planet> cache =
        builder(new InMemoryCacheStore()).maxWait(Duration.ofMillis(20)).build();
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> first = start(() -> cache.read(1L, slow));
    slow.hasRead.await();
    Planet own = new Planet(1, "own");
    assertThat(cache.read(1L, id -> own)).isEqualTo(new Read<>(own, Outcome.BYPASSED));
    assertThat(cache.getAll(List.of(1L, 2L), ids -> Map.of(1L, own, 2L, own)))
        .containsValues(own, own);
    slow.mayReturn.countDown();
    assertThat(result(first).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void whileTheStoreIsAwayEachCallLoads() {
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      CacheAside<Long, Planet> cache = builder(dead).build();
      assertThat(cache.read(1L, table)).isEqualTo(new Read<>(MERCURY, Outcome.BYPASSED));
      assertThat(cache.getAll(List.of(1L), table::loadAll)).containsEntry(1L, MERCURY);
    }
  }

  @Test
  void aBulkLoaderMayAnswerForSomeKeys_inAnotherSpelling_orNotAtAll() {
    IOException lost = new IOException("lost");
    CacheAside<String, Planet> cache = builder(store).build();
    Map<String, Planet> row = Map.of("ABC", MERCURY);
    List<List<String>> asked = new ArrayList<>();
    assertThat(
            cache.getAll(
                List.of("abc", "x"),
                ids -> {
                  asked.add(ids);
                  return ids.contains("abc") ? row : Map.of();
                }))
        .containsExactly(Map.entry("abc", MERCURY));
    assertThat(asked).containsExactly(List.of("abc", "x"), List.of("abc"), List.of("x"));
    Reads<String, Planet> part =
        cache.readAll(
            List.of("a", "b"),
            ids -> {
              throw new PartialLoadException(Map.of("a", MERCURY), Map.of("b", lost));
            });
    assertThat(part.answers().get("a").value()).isEqualTo(MERCURY);
    assertThat(part.failures().get("b")).hasCause(lost);
    assertThat(cache.look("x").isCached()).isFalse();
  }

  @Test
  void aBulkLoaderThatAnswersNullIsNamed() {
    CacheAside<Long, Planet> cache = builder(store).build();
    assertThatThrownBy(() -> cache.getAll(List.of(1L), ids -> null))
        .rootCause()
        .hasMessageContaining(name);
  }

  @Test
  void aKeyOfManyThatIsLoadedAlone_isAskedOfTheSameLoader() throws Exception {
    CacheAside<Long, Planet> cache = builder(store).build();
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> first = start(() -> cache.read(1L, slow));
    slow.hasRead.await();
    List<List<Long>> asked = new ArrayList<>();
    CountDownLatch looked = new CountDownLatch(1);
    Future<Map<Long, Planet>> many =
        start(
            () ->
                cache.getAll(
                    List.of(1L, 2L),
                    ids -> {
                      asked.add(List.copyOf(ids));
                      looked.countDown();
                      return new LinkedHashMap<>(table.loadAll(ids));
                    }));
    looked.await(); // it has joined the first load, which began too early for it
    cache.invalidate(1L);
    slow.mayReturn.countDown();
    assertThat(result(many)).hasSize(2);
    assertThat(asked).containsExactly(List.of(2L), List.of(1L));
    assertThat(result(first).value()).isEqualTo(MERCURY);
  }
}
