package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.codec.RoundTripException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A ticket is an answer, or a right to fill that dies as the lease of a load does. */
final class TicketTest extends ExpiryCase {
  private static final Planet MERCURY = new Planet(1, "Mercury");
  private static final Planet RENAMED = new Planet(1, "renamed");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Look<Planet> NOTHING = new Look.Nothing<>();

  /** Reads back another value than was written. */
  private static final Serializer<Planet> FORGETFUL =
      new Serializer<>() {
        @Override
        public byte[] serialize(Planet value) {
          return new byte[1];
        }

        @Override
        public Planet deserialize(byte[] bytes) {
          return RENAMED;
        }
      };

  private CacheAside<Long, Planet> here() {
    return builder(redis).maxWait(MINUTE).build();
  }

  private CacheAside<Long, Planet> there() {
    return builder(otherRedis).maxWait(MINUTE).build();
  }

  private static Ticket<Planet> right(CacheAside<Long, Planet> cache, long id) {
    Ticket<Planet> ticket = cache.ticket(id);
    assertThat(ticket.found()).isEqualTo(NOTHING);
    assertThat(ticket.mayFill()).isTrue();
    return ticket;
  }

  private static Lookup lookup(CacheStore store, String key) {
    return store.lookup(key).toCompletableFuture().join();
  }

  @Test
  void aMissIsTheRightToFill_andThenItIsAHitForAll() {
    CacheAside<Long, Planet> cache = here();
    try (Ticket<Planet> ticket = right(cache, 1)) {
      assertThat(ticket.fill(MERCURY)).isTrue();
      assertThat(ticket.mayFill()).isFalse();
      assertThat(ticket.fill(RENAMED)).as("it has ended").isFalse();
    }
    for (CacheAside<Long, Planet> reader : List.of(cache, there())) {
      Ticket<Planet> hit = reader.ticket(1L);
      assertThat(hit.found()).isEqualTo(new Look.Hit<>(MERCURY, Outcome.HIT));
      assertThat(hit.mayFill()).isFalse();
      assertThat(hit.fill(RENAMED)).isFalse();
      hit.close();
      assertThat(hit.toString()).isEqualTo("Ticket[Hit[HIT], mayFill=false]");
      assertThat(reader.peek(1L)).contains(MERCURY);
    }
  }

  @Test
  void anAbsenceIsFilledToo_ifTheCacheKeepsThem() {
    CacheAside<Long, Planet> cache = builder(redis).absentTtl(MINUTE).build();
    assertThat(right(cache, 1).fillAbsent()).isTrue();
    assertThat(cache.ticket(1L).found()).isEqualTo(new Look.Absent<>(Outcome.ABSENT));
    assertThat(right(here(), 2).fillAbsent()).isFalse();
    assertThat(lookup(redis, name + ":2")).as("no lease is left behind").isEqualTo(Lookup.MISSING);
  }

  @Test
  void aFillThatWasOvertakenByAnInvalidationIsRefused() {
    CacheAside<Long, Planet> cache = here();
    for (CacheAside<Long, Planet> invalidating : List.of(cache, there())) {
      Ticket<Planet> ticket = right(cache, 1);
      invalidating.invalidate(1L);
      assertThat(ticket.fill(MERCURY)).isFalse();
      assertThat(cache.look(1L)).isEqualTo(NOTHING);
    }
    Ticket<Planet> ticket = right(cache, 1);
    cache.invalidate(1L);
    assertThat(ticket.mayFill()).as("this JVM knows").isFalse();
    Ticket<Planet> next = right(cache, 1);
    assertThat(ticket.fill(MERCURY)).isFalse();
    assertThat(next.fill(RENAMED)).as("the old ticket does not touch the new one").isTrue();
    ticket.close();
    assertThat(cache.peek(1L)).contains(RENAMED);
  }

  @Test
  void aFillThatWasOvertakenByAFencedWriteIsRefused() {
    CacheAside<Long, Planet> cache = here();
    Ticket<Planet> before = right(cache, 1);
    try (WriteFence fence = there().fence(List.of(1L))) {
      assertThat(fence).isNotNull();
      Ticket<Planet> during = cache.async().ticket(2L).join();
      during.close();
      assertThat(before.fill(MERCURY)).isFalse();
      Ticket<Planet> within = cache.ticket(1L);
      assertThat(within.found()).isEqualTo(NOTHING);
      assertThat(within.mayFill()).isFalse();
      assertThat(within.fill(MERCURY)).isFalse();
    }
    assertThat(cache.look(1L)).isEqualTo(NOTHING);
    assertThat(right(cache, 1).fill(RENAMED)).isTrue();
  }

  @Test
  void aFillThatWasOvertakenByATagIsAMiss() {
    CacheAside<Long, Planet> cache =
        builder(redis).<Long>tagsOfKey(id -> Set.of("inner")).clearable().build();
    Ticket<Planet> ticket = right(cache, 1);
    cache.invalidateTag("inner");
    ticket.fill(MERCURY);
    assertThat(cache.look(1L)).isEqualTo(NOTHING);
    ticket = right(cache, 1);
    cache.clear();
    ticket.fill(MERCURY);
    assertThat(cache.look(1L)).isEqualTo(NOTHING);
    assertThat(right(cache, 1).fill(MERCURY)).isTrue();
    assertThat(cache.look(1L).isCached()).isTrue();
  }

  @Test
  void whoGivesUpGivesTheKeyBack() {
    CacheAside<Long, Planet> cache = here();
    Ticket<Planet> ticket = right(cache, 1);
    ticket.close();
    ticket.close();
    assertThat(ticket.mayFill()).isFalse();
    assertThat(ticket.fill(MERCURY)).isFalse();
    assertThat(lookup(redis, name + ":1")).isEqualTo(Lookup.MISSING);
    Ticket<Planet> next = right(there(), 1);
    ticket.close();
    assertThat(next.fill(MERCURY)).isTrue();
  }

  @Test
  void readersWaitForTheFillAsForALoad() throws Exception {
    CacheAside<Long, Planet> cache = builder(redis).maxWait(MINUTE).build(table);
    CacheAside<Long, Planet> other = builder(otherRedis).maxWait(MINUTE).build(table);
    Ticket<Planet> ticket = right(cache, 1);
    Future<Read<Planet>> inThisJvm = start(() -> cache.read(1L));
    Future<Read<Planet>> inAnother = start(() -> other.read(1L));
    CompletableFuture<Read<Planet>> without = cache.async().read(1L);
    CompletableFuture<Ticket<Planet>> second = other.async().ticket(1L);
    assertThat(ticket.fill(MERCURY)).isTrue();

    for (Future<Read<Planet>> reader : List.of(inThisJvm, inAnother, without)) {
      assertThat(result(reader).value()).isEqualTo(MERCURY);
    }
    assertThat(result(second).found().toOptional()).contains(MERCURY);
    assertThat(table.loads).hasValue(0);
  }

  @Test
  void whenTheHolderGivesUp_oneOfThoseWhoWaitLoads() throws Exception {
    CacheAside<Long, Planet> cache = builder(redis).maxWait(MINUTE).build(table);
    Ticket<Planet> ticket = right(cache, 1);
    CompletableFuture<Read<Planet>> waiting = cache.async().read(1L);
    Future<Read<Planet>> blocked = start(() -> cache.read(1L));
    ticket.close();
    assertThat(result(waiting).value()).isEqualTo(MERCURY);
    assertThat(result(blocked).value()).isEqualTo(MERCURY);
    settle();
    assertThat(cache.peek(1L)).contains(MERCURY);
  }

  @Test
  void aTicketWaitsForTheLoadOfAnother() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(redis).maxWait(MINUTE).build(slow);
    Future<Read<Planet>> load = start(() -> cache.read(1L));
    slow.hasRead.await();
    CompletableFuture<Ticket<Planet>> here = cache.async().ticket(1L);
    Future<Ticket<Planet>> there = start(() -> there().ticket(1L));
    slow.mayReturn.countDown();
    assertThat(result(here).found().toOptional()).contains(MERCURY);
    assertThat(result(there).found().toOptional()).contains(MERCURY);
    assertThat(result(load).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(table.loads).hasValue(1);
  }

  @Test
  void whereTheLoadOfAnotherFails_theTicketIsTheRight() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayFail = new CountDownLatch(1);
    CacheAside<Long, Planet> cache =
        builder(store)
            .maxWait(MINUTE)
            .build(
                id -> {
                  loading.countDown();
                  mayFail.await();
                  throw new IllegalStateException("down");
                });
    Future<Read<Planet>> load = start(() -> cache.read(1L));
    loading.await();
    CompletableFuture<Ticket<Planet>> ticket = cache.async().ticket(1L);
    mayFail.countDown();
    assertThat(result(ticket).fill(MERCURY)).isTrue();
    assertThatThrownBy(() -> result(load)).hasCauseInstanceOf(CacheLoadException.class);
  }

  @Test
  void whoHasWaitedTooLong_hasNoRight_andNeitherHasASecondTicketOfAThread() {
    CacheAside<Long, Planet> cache = builder(redis).maxWait(Duration.ofMillis(20)).build(table);
    CacheAside<Long, Planet> other =
        builder(otherRedis).maxWait(Duration.ofMillis(20)).build(table);
    Ticket<Planet> first = right(cache, 1);
    for (CacheAside<Long, Planet> late : List.of(cache, other)) {
      Ticket<Planet> second = late.ticket(1L);
      assertThat(second.found()).isEqualTo(NOTHING);
      assertThat(second.mayFill()).isFalse();
      assertThat(second.fill(RENAMED)).isFalse();
    }
    assertThat(cache.read(1L).outcome()).as("loads beside it").isEqualTo(Outcome.BYPASSED);
    assertThat(first.fill(MERCURY)).isTrue();
    assertThat(cache.peek(1L)).contains(MERCURY);
  }

  @Test
  void aHolderThatHangsGivesTheKeyBack() {
    CacheAside<Long, Planet> cache =
        builder(redis).leaseTime(Duration.ofMillis(20)).maxWait(MINUTE).build(table);
    Ticket<Planet> hung = right(cache, 1);
    await().until(() -> !hung.mayFill()); // by itself, after nine leases
    assertThat(cache.health().flights()).isZero();
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.LOADED);
    settle();
    assertThat(hung.fill(RENAMED)).isFalse();
    hung.close();
    assertThat(cache.peek(1L)).contains(MERCURY);
  }

  @Test
  void aTicketThatWasForgottenGivesTheKeyBack() {
    CacheAside<Long, Planet> cache =
        builder(redis).leaseTime(Duration.ofSeconds(10)).maxWait(MINUTE).build(table);
    forget(cache);
    await() // nine leases are 90 s
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(lookup(redis, name + ":1")).isEqualTo(Lookup.MISSING);
            });
    assertThat(cache.health().flights()).isZero();
    assertThat(cache.stats().loads()).isZero();
  }

  private static void forget(CacheAside<Long, Planet> cache) {
    assertThat(right(cache, 1).mayFill()).isTrue();
  }

  @Test
  void aTicketThatIsHeldIsRenewed() {
    CacheAside<Long, Planet> cache =
        builder(redis).leaseTime(Duration.ofSeconds(2)).maxWait(MINUTE).build();
    Ticket<Planet> ticket = right(cache, 1);
    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos(); // Redis' own clock
    await().pollDelay(Duration.ofSeconds(5)).until(() -> System.nanoTime() - until > 0);
    assertThat(ticket.fill(MERCURY)).isTrue();
  }

  @Test
  void whileTheStoreIsAwayThereIsNoRight_andNothingIsThrown() {
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      CacheAside<Long, Planet> cache = builder(dead).build();
      for (int i = 0; i < 3; i++) {
        Ticket<Planet> ticket = cache.ticket(1L);
        assertThat(ticket.found()).isEqualTo(new Look.Unknown<>());
        assertThat(ticket.mayFill()).isFalse();
        assertThat(ticket.fill(MERCURY)).isFalse();
        ticket.close();
      }
      assertThat(cache.health().flights()).isZero();
    }
  }

  @Test
  void ifTheStoreGoesAwayBeforeTheFill_itIsFalse() {
    RedisCacheStore leaving =
        RedisCacheStore.connect(io.github.cacheaside.testkit.TestServers.redis().uri());
    CacheAside<Long, Planet> cache = builder(leaving).storeTimeout(Duration.ofMillis(500)).build();
    Ticket<Planet> ticket = cache.ticket(1L);
    leaving.close();
    assertThat(ticket.fill(MERCURY)).isFalse();
    assertThat(cache.health().flights()).isZero();
  }

  @Test
  void aFutureThatIsCancelledGivesTheRightBack() throws Exception {
    CacheAside<Long, Planet> cache = builder(store).maxWait(MINUTE).build();
    Ticket<Planet> first = right(cache, 1);
    CompletableFuture<Ticket<Planet>> waiting = cache.async().ticket(1L);
    waiting.cancel(true);
    first.close();
    await().untilAsserted(() -> assertThat(lookup(store, name + ":1")).isEqualTo(Lookup.MISSING));
    await().until(() -> cache.health().flights() == 0);
    assertThat(result(cache.async().ticket(1L)).fill(MERCURY)).isTrue();
  }

  @Test
  void whoIsInterruptedWhileItWaitsLeavesNothingBehind() throws Exception {
    CacheAside<Long, Planet> cache = here();
    Ticket<Planet> first = right(cache, 1);
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                cache.ticket(1L);
              } catch (CacheException e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : null);
              }
            });
    waiting.start();
    await().until(() -> waiting.getState() == Thread.State.WAITING);
    waiting.interrupt();
    waiting.join();
    assertThat(thrown.get()).hasMessage("interrupted while waiting for " + name);
    first.close();
    await().until(() -> cache.health().flights() == 0);
    assertThat(right(cache, 1).fill(MERCURY)).isTrue();
  }

  @Test
  void anExecutorThatRefusesIsTold() {
    CacheAside<Long, Planet> cache =
        builder(store)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build();
    assertThatThrownBy(() -> cache.async().ticket(1L).join())
        .hasCauseInstanceOf(RejectedExecutionException.class);
    assertThat(right(cache, 1).fill(MERCURY)).isTrue();
  }

  @Test
  void aStaleCopyIsTheRightForOne_andTheAnswerForTheOthers() {
    CacheAside<Long, Planet> cache = here();
    right(cache, 1).fill(MERCURY);
    cache.softInvalidate(1L, MINUTE);
    Ticket<Planet> ticket = right(cache, 1);
    for (CacheAside<Long, Planet> other : List.of(cache, there())) {
      assertThat(other.ticket(1L).found()).isEqualTo(new Look.Hit<>(MERCURY, Outcome.STALE));
    }
    ticket.close();
    assertThat(right(cache, 1).fill(RENAMED)).isTrue();
    assertThat(cache.peek(1L)).contains(RENAMED);
  }

  @Test
  void aValueThatIsPastItsSoftTtlToo() {
    for (Expiry expiry : List.of(Expiry.soft(SOFT), Expiry.soft(SOFT).staleWhileRevalidate())) {
      CacheAside<Long, Planet> cache = builder(store, expiry).build();
      cache.invalidate(3L);
      right(cache, 3).fill(OLD);
      pass(SOFT);
      Ticket<Planet> ticket = right(cache, 3);
      assertThat(cache.ticket(3L).found()).isEqualTo(new Look.Hit<>(OLD, Outcome.STALE));
      ticket.close();
      assertThat(right(cache, 3).fill(NEW)).isTrue();
      assertThat(cache.ticket(3L).found()).isEqualTo(new Look.Hit<>(NEW, Outcome.HIT));
      pass(SOFT);
      ticket = right(cache, 3);
      cache.invalidate(3L);
      assertThat(ticket.fill(OLD)).isFalse();
      assertThat(cache.look(3L)).isEqualTo(NOTHING);
    }
    assertThat(background.runAll()).isZero();
  }

  @Test
  void whereTheCacheHasALoader_theBackgroundLoads() {
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT).staleWhileRevalidate(), table);
    right(cache, 3).fill(new Planet(3, "older"));
    pass(SOFT);
    assertThat(cache.ticket(3L).found().toOptional()).contains(new Planet(3, "older"));
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(cache.ticket(3L).found()).isEqualTo(new Look.Hit<>(OLD, Outcome.HIT));
  }

  @Test
  void aNearHitIsAnAnswerToo_andATicketsHitComesNear() {
    CacheAside<Long, Planet> cache = builder(redis).nearCache(10).build();
    right(cache, 1).fill(MERCURY);
    await().until(() -> cache.ticket(1L).found().equals(new Look.Hit<>(MERCURY, Outcome.NEAR)));
    cache.invalidate(1L);
    assertThat(right(cache, 1).fill(RENAMED)).isTrue();
  }

  @Test
  void withoutLeasesTheFlightTableOfThisJvmKeepsOldValuesOut() {
    CacheAside<Long, Planet> cache = builder(redis.plain()).build();
    Ticket<Planet> ticket = right(cache, 1);
    cache.invalidate(1L);
    assertThat(ticket.fill(MERCURY)).isFalse();
    assertThat(cache.peek(1L)).isEmpty();
    assertThat(right(cache, 1).fill(RENAMED)).isTrue();
    assertThat(cache.peek(1L)).contains(RENAMED);
    cache.invalidate(1L);
  }

  @Test
  void whatCantBeCachedReachesThoseWhoWait_andLeavesNoLeaseBehind() throws Exception {
    CacheAside<Long, Planet> cache = builder(redis).maxPayload(40).maxWait(MINUTE).build(table);
    Ticket<Planet> ticket = right(cache, 1);
    assertThat(ticket.fill(new Planet(1, "x".repeat(100)))).isFalse();
    assertThat(lookup(redis, name + ":1")).isEqualTo(Lookup.MISSING);
    CacheAside<Long, Planet> strict =
        CacheAside.builder(new InMemoryCacheStore(), name, FORGETFUL)
            .roundTripCheck(RoundTripCheck.STRICT)
            .build();
    Ticket<Planet> refused = right(strict, 1);
    assertThatThrownBy(() -> refused.fill(MERCURY)).isInstanceOf(RoundTripException.class);
    assertThat(strict.health().flights()).isZero();
    right(strict, 1).close();
  }

  @Test
  @SuppressWarnings("NullAway") // null is what users get wrong
  void nullIsRefused_andTheRightStands() {
    Ticket<Planet> ticket = right(here(), 1);
    assertThatThrownBy(() -> ticket.fill(null)).isInstanceOf(NullPointerException.class);
    assertThat(ticket.mayFill()).isTrue();
    assertThat(ticket.fill(MERCURY)).isTrue();
  }

  @Test
  void aLoaderThatAsksForATicketOfItsOwnKeyGetsAnExceptionAtOnce() {
    AtomicReference<CacheAside<Long, Planet>> self = new AtomicReference<>();
    self.set(
        builder(store)
            .maxWait(MINUTE)
            .build(
                id -> {
                  try (Ticket<Planet> own =
                      java.util.Objects.requireNonNull(self.get()).ticket(id)) {
                    return own.found().toOptional().orElseThrow();
                  }
                }));
    assertThatThrownBy(() -> java.util.Objects.requireNonNull(self.get()).get(1L))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void itIsCountedAsAReadAndALoad() {
    CacheAside<Long, Planet> cache = builder(redis).build();
    right(cache, 1).fill(MERCURY); // a miss, a load, a fill
    cache.ticket(1L); // a hit
    right(cache, 2).close(); // a miss, and no load
    Ticket<Planet> overtaken = right(cache, 3);
    cache.invalidate(3L);
    overtaken.fill(OLD); // a load
    CacheStats stats = cache.stats();
    assertThat(stats.hits()).isEqualTo(1);
    assertThat(stats.misses()).isEqualTo(3);
    assertThat(stats.loads()).isEqualTo(2);
    assertThat(stats.fills()).isEqualTo(1);
  }
}
