package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.load.Flight;
import io.github.cacheaside.engine.load.Flights;
import io.github.cacheaside.engine.load.Renewal;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A load that takes too long is followed by one more load, however many wait. */
@Tag("long")
final class LateLoadsTest extends CacheTest {
  private static final int CALLERS = 50;
  private static final Duration SHORT = Duration.ofMillis(300);

  /** In which all callers have surely begun. */
  private static final Duration LONG = Duration.ofSeconds(4);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicInteger loads = new AtomicInteger();
  private final CountDownLatch mayReturn = new CountDownLatch(1);
  private final CountDownLatch mayReturnToo = new CountDownLatch(1);

  @AfterEach
  void letThemReturn() {
    mayReturn.countDown();
    mayReturnToo.countDown();
  }

  /** The first load waits for one latch, those after it for another. */
  private Planet slow(long id) throws Exception {
    CountDownLatch latch = loads.getAndIncrement() == 0 ? mayReturn : mayReturnToo;
    if (!latch.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody lets the load return");
    }
    return new Planet(id, "slow");
  }

  private CacheAsideBuilder<Object, Planet> impatient() {
    return builder(new InMemoryCacheStore()).maxWait(SHORT).leaseTime(MINUTE);
  }

  private <T> List<Future<T>> startAfterTheFirst(java.util.concurrent.Callable<T> read) {
    await().until(() -> loads.get() == 1);
    List<Future<T>> reads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      reads.add(start(read));
    }
    return reads;
  }

  @Test
  void allWhoGiveUpShareOneLoad() throws Exception {
    CacheAside<Long, Planet> cache = impatient().maxWait(LONG).build(this::slow);
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    List<Future<Read<Planet>>> reads = startAfterTheFirst(() -> cache.read(1L));
    await().until(() -> loads.get() == 2);
    mayReturnToo.countDown();

    int bypassed = 0;
    for (Future<Read<Planet>> read : reads) {
      assertThat(result(read).value()).isEqualTo(new Planet(1, "slow"));
      bypassed += result(read).outcome() == Outcome.BYPASSED ? 1 : 0;
    }
    assertThat(bypassed).isEqualTo(1);
    assertThat(loads).hasValue(2);
    mayReturn.countDown();
    assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
  }

  /** With default options: after 5 s of waiting one more load begins, and no other. */
  @Test
  void fiveHundredCallersOfALoadOfSevenSeconds_loadTwice() throws Exception {
    AtomicInteger slow = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        CacheAside.builder(redis, name, Serializer.json(Planet.class))
            .build(
                (Long id) -> {
                  slow.incrementAndGet();
                  TimeUnit.SECONDS.sleep(7);
                  return new Planet(id, "slow");
                });
    for (Future<Read<Planet>> read : startTogether(500, () -> cache.read(1L))) {
      assertThat(result(read).value()).isEqualTo(new Planet(1, "slow"));
    }
    assertThat(slow).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void allAsynchronousReadsThatGiveUpShareOneLoad() throws Exception {
    CacheAside<Long, Planet> cache = impatient().maxWait(LONG).executor(threads).build(this::slow);
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    await().until(() -> loads.get() == 1);
    List<CompletableFuture<Read<Planet>>> reads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      reads.add(cache.async().read(1L));
    }
    await().until(() -> loads.get() == 2);
    mayReturnToo.countDown();

    for (CompletableFuture<Read<Planet>> read : reads) {
      assertThat(result(read).value()).isEqualTo(new Planet(1, "slow"));
    }
    assertThat(loads).hasValue(2);
    mayReturn.countDown();
    assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void bulkReadsThatGiveUpShareOneBulkLoad() throws Exception {
    List<Long> keys = List.of(1L, 2L, 3L, 4L);
    CacheLoader<Long, Planet> bulk =
        CacheLoader.of(
            id -> {
              throw new AssertionError("one by one");
            },
            this::slowAll);
    CacheAside<Long, Planet> cache = impatient().maxWait(LONG).build(bulk);
    Future<Map<Long, Planet>> leader = start(() -> cache.getAll(keys));
    List<Future<Map<Long, Planet>>> reads = startAfterTheFirst(() -> cache.getAll(keys));
    await().until(() -> loads.get() >= 2);
    mayReturnToo.countDown();

    for (Future<Map<Long, Planet>> read : reads) {
      assertThat(result(read)).containsOnlyKeys(keys);
    }
    // each of the callers may lead some of the keys; together they load each of them once more
    assertThat(loads.get()).isLessThanOrEqualTo(1 + keys.size());
    mayReturn.countDown();
    assertThat(result(leader)).hasSize(4);
  }

  private Map<Long, Planet> slowAll(Collection<? extends Long> ids) {
    Map<Long, Planet> found = new LinkedHashMap<>();
    try {
      Planet slow = slow(0);
      ids.forEach(id -> found.put(id, slow));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  @Test
  void whoGivesUpTakesTheSlowLoadToo_ifThatComesFirst() throws Exception {
    CacheAside<Long, Planet> cache = impatient().build(this::slow);
    List<Future<Read<Planet>>> reads = startTogether(CALLERS, () -> cache.read(1L));
    await().until(() -> loads.get() == 2);
    mayReturn.countDown(); // the second load still hangs
    // one leads the second load, and whoever came too late for the first waits for it
    await().until(() -> reads.stream().anyMatch(Future::isDone));
    mayReturnToo.countDown();
    for (Future<Read<Planet>> read : reads) {
      assertThat(result(read).value()).isEqualTo(new Planet(1, "slow"));
    }
  }

  @Test
  void whoGivesUpAfterItsOwnWriteGetsNothingOlder() throws Exception {
    AtomicInteger row = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        impatient()
            .build(
                id -> {
                  String read = "v" + row.get();
                  slow(id);
                  return new Planet(id, read);
                });
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    await().until(() -> loads.get() == 1);
    Future<Read<Planet>> late = start(() -> cache.read(1L));
    await().until(() -> loads.get() == 2); // of v0, and it hangs
    row.set(1);
    Future<Read<Planet>> writer = start(() -> cache.read(1L)); // without an invalidation
    await().until(() -> loads.get() == 3);
    mayReturnToo.countDown();

    assertThat(result(writer).value()).isEqualTo(new Planet(1, "v1"));
    assertThat(result(late).value()).isEqualTo(new Planet(1, "v0"));
    mayReturn.countDown();
    assertThat(result(leader)).isNotNull();
  }

  @Test
  void anInterruptedLeaderOfTheSecondLoadLeavesItToAnother() throws Exception {
    CacheAside<Long, Planet> cache = impatient().build(this::slow);
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    await().until(() -> loads.get() == 1);
    Future<Read<Planet>> second = start(() -> cache.read(1L));
    await().until(() -> loads.get() == 2);
    Future<Read<Planet>> third = start(() -> cache.read(1L));
    second.cancel(true);
    await().until(() -> loads.get() == 3);
    mayReturnToo.countDown();

    assertThat(result(third).value()).isEqualTo(new Planet(1, "slow"));
    mayReturn.countDown();
    assertThat(result(leader)).isNotNull();
  }

  @Test
  void aFailureOfTheSecondLoadReachesAllWhoShareIt() throws Exception {
    CacheAside<Long, Planet> cache =
        impatient()
            .maxWait(LONG)
            .build(
                id -> {
                  slow(id);
                  throw new IllegalStateException("down");
                });
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    List<Future<Read<Planet>>> reads = startAfterTheFirst(() -> cache.read(1L));
    await().until(() -> loads.get() == 2);
    mayReturnToo.countDown();

    for (Future<Read<Planet>> read : reads) {
      assertThatThrownBy(() -> result(read)).hasCauseInstanceOf(CacheLoadException.class);
    }
    assertThat(loads).hasValue(2);
    mayReturn.countDown();
    assertThatThrownBy(() -> result(leader)).hasCauseInstanceOf(CacheLoadException.class);
  }

  @Test
  void aHungLoadGivesItsKeyBackWithinTenLeases() throws Exception {
    Duration lease = Duration.ofMillis(200);
    CacheAside<Long, Planet> cache =
        builder(redis)
            .leaseTime(lease)
            .maxWait(Duration.ofMillis(50))
            .build(id -> loads.getAndIncrement() == 0 ? hang(id) : table.load(id));
    assertCachedAgain(cache, () -> cache.read(1L));
  }

  @Test
  void aHungBulkLoadGivesItsKeysBackWithinTenLeases() throws Exception {
    Duration lease = Duration.ofMillis(200);
    CacheAside<Long, Planet> cache =
        builder(redis)
            .leaseTime(lease)
            .maxWait(Duration.ofMillis(50))
            .build(id -> loads.getAndIncrement() == 0 ? hang(id) : table.load(id));
    assertCachedAgain(cache, () -> cache.readAll(List.of(1L)).answers().get(1L));
  }

  private void assertCachedAgain(CacheAside<Long, Planet> cache, Supplier<Read<Planet>> read)
      throws Exception {
    Future<Read<Planet>> hung = start(read::get);
    await().until(() -> loads.get() == 1);
    long began = System.nanoTime();
    await().until(() -> read.get().outcome() != Outcome.BYPASSED);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    settle();

    assertThat(cache.peek(1L)).as("cached after " + took).isPresent();
    assertThat(cache.health().flights()).isZero();
    mayReturn.countDown();
    assertThat(result(hung).value()).isEqualTo(new Planet(1, "hung"));
    settle();
    assertThat(cache.peek(1L)).contains(new Planet(1, "Mercury")); // and not what came late
  }

  private Planet hang(long id) throws InterruptedException {
    mayReturn.await();
    return new Planet(id, "hung");
  }

  @Test
  void aHungLoadThatHasNoLeaseGivesItsKeyBackToo() throws Exception {
    Duration lease = Duration.ofSeconds(5);
    InMemoryCacheStore store = new InMemoryCacheStore();
    CacheAside<Long, Planet> cache =
        builder(store)
            .leaseTime(lease)
            .maxWait(Duration.ofMillis(50))
            .build(id -> loads.getAndIncrement() == 0 ? hang(id) : table.load(id));
    WriteFence fence = cache.fence(List.of(1L)); // so the load has no lease
    Future<Read<Planet>> hung = start(() -> cache.read(1L));
    await().until(() -> loads.get() == 1);
    fence.close();
    // the release detached it; a second one, without a fence, is not in its way
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.LOADED);
    mayReturn.countDown();
    assertThat(result(hung).value()).isEqualTo(new Planet(1, "hung"));
  }

  @Test
  void aFlightThatLastsTooLongHoldsItsKeyNoMore() {
    assertThat(Renewal.longestFlightNanos(MINUTE)).isLessThan(MINUTE.multipliedBy(10).toNanos());
    Flights<String> flights = new Flights<>(0);
    Flight<String> first = new Flight<>();
    assertThat(flights.enter("key", first)).isNull();
    Flight<String> second = new Flight<>();

    assertThat(flights.enter("key", second)).isNull();
    assertThat(first.isDetached()).isTrue();
    assertThat(first.landing()).isNotDone();
    assertThat(second.isDetached()).isFalse();
  }
}
