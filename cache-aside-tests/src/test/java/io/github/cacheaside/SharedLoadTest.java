package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who loads, who waits, and what happens when the one who loads fails. */
final class SharedLoadTest extends CacheTest {

  @Test
  void thirtyTwoThreadsInTwoInstances_oneColdKey_oneLoad() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CacheLoader<Long, Planet> slow =
        id -> {
          loading.countDown();
          TimeUnit.MILLISECONDS.sleep(100); // long enough for all to arrive; not asserted
          return table.load(id);
        };
    CacheAside<Long, Planet> cache = cache(slow);
    CacheAside<Long, Planet> other = otherCache(slow);
    AtomicInteger turn = new AtomicInteger();
    List<Future<Optional<Planet>>> reads =
        startTogether(32, () -> (turn.getAndIncrement() % 2 == 0 ? cache : other).get(3L));

    for (Future<Optional<Planet>> read : reads) {
      assertThat(result(read)).contains(new Planet(3, "Earth"));
    }
    assertThat(table.loads).hasValue(1);
  }

  @Test
  void aFillThatFails_leavesNoLeaseBehind_soNobodyWaitsForIt() {
    CacheStore full =
        new ForwardingCacheStore(redis) {
          @Override
          public CompletionStage<Boolean> fill(
              String key, LeaseToken token, StoredValue value, Duration ttl) {
            return CompletableFuture.failedFuture(new IllegalStateException("full"));
          }
        };
    Duration minute = Duration.ofMinutes(1);
    assertThat(builder(full).leaseTime(minute).<Long>build(table).get(3L)).isPresent();
    settle();

    assertThat(builder(otherRedis).maxWait(Duration.ofMillis(10)).build(table).read(3L).outcome())
        .isEqualTo(Outcome.LOADED);
  }

  @Test
  void sixteenColdKeysLoadAtTheSameTime() throws Exception {
    CyclicBarrier allInside = new CyclicBarrier(16);
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              allInside.await(20, TimeUnit.SECONDS); // breaks unless all sixteen load at once
              return new Planet(id, "new");
            });
    List<Future<Optional<Planet>>> reads = new ArrayList<>();
    for (long id = 1; id <= 16; id++) {
      long key = id;
      reads.add(start(() -> cache.get(key)));
    }
    for (Future<Optional<Planet>> read : reads) {
      assertThat(result(read)).isPresent();
    }
  }

  @Test
  void aWaiterTakesWhatAnotherInstanceLoaded() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(slow);
    CacheAside<Long, Planet> other = otherCache(table);
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    slow.hasRead.await();
    Future<Read<Planet>> waiter = start(() -> other.read(1L));
    slow.mayReturn.countDown();

    assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(result(waiter).value()).isEqualTo(new Planet(1, "Mercury"));
    assertThat(table.loads).hasValue(1);
  }

  @Test
  void theCauseReachesEveryCaller_andTheLoaderRunsOnce() throws Exception {
    IllegalStateException cause = new IllegalStateException("no such column");
    CountDownLatch mayFail = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              loads.incrementAndGet();
              mayFail.await();
              throw cause;
            });
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    while (loads.get() == 0) {
      Thread.onSpinWait();
    }
    // the loader has begun, so these must not share what it read: each would lead the next flight
    mayFail.countDown();

    assertThatThrownBy(() -> result(leader))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(CacheLoadException.class)
        .hasMessage("loading a value of " + name + " failed")
        .hasCause(cause);
    assertThat(loads).hasValue(1);
    assertThat(cache.stats().loadFailures()).isEqualTo(1);
  }

  @Test
  void aFailedLoadGivesTheLeaseBack_soTheNextReadNeedNotWait() {
    AtomicInteger loads = new AtomicInteger();
    CacheAside<Long, Planet> failing =
        cache(
            id -> {
              loads.incrementAndGet();
              throw new IllegalStateException("down");
            });
    assertThatThrownBy(() -> failing.get(1L)).isInstanceOf(CacheLoadException.class);

    assertThat(otherCache(table).read(1L))
        .isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.LOADED));
    assertThat(loads).hasValue(1);
  }

  @Test
  void anErrorInALoaderReachesTheCallerToo() {
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              throw new StackOverflowError();
            });
    assertThatThrownBy(() -> cache.get(1L))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(StackOverflowError.class);
    assertThatThrownBy(() -> cache.get(1L)).isInstanceOf(CacheLoadException.class);
  }

  @Test
  void aHolderThatDies_isSucceededWhenItsLeaseEnds() {
    Duration lease = Duration.ofMillis(300);
    redis
        .lease(name + ":1", new LeaseToken(1, 2), lease)
        .toCompletableFuture()
        .join(); // and its holder never comes back

    Read<Planet> read = builder(redis).leaseTime(lease).build(table).read(1L);
    assertThat(read.outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache(table).read(1L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void whoWaitsTooLongLoadsWithoutCaching() {
    redis
        .lease(name + ":1", new LeaseToken(1, 2), Duration.ofMinutes(1))
        .toCompletableFuture()
        .join();
    CacheAside<Long, Planet> impatient = builder(redis).maxWait(Duration.ofMillis(50)).build(table);

    assertThat(impatient.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(impatient.peek(1L)).isEmpty();
  }

  @Test
  void whoWaitsTooLongForAFlightOfThisInstanceLoadsWithoutCaching() throws Exception {
    SlowLoader slow = new SlowLoader();
    AtomicInteger loads = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        builder(redis)
            .maxWait(Duration.ofMillis(50))
            .build(id -> loads.getAndIncrement() == 0 ? slow.load(id) : table.load(id));
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    slow.hasRead.await();

    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    slow.mayReturn.countDown();
    assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aLoadLongerThanItsLeaseIsCached() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(redis).leaseTime(Duration.ofSeconds(3)).build(slow);
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    slow.hasRead.await();
    TimeUnit.MILLISECONDS.sleep(6_500); // more than two leases; Redis' own clock can't be moved
    slow.mayReturn.countDown();

    assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache.peek(1L)).contains(new Planet(1, "Mercury"));
  }

  @Test
  void anInterruptedLeaderLeavesNobodyWaiting() throws Exception {
    redis
        .lease(name + ":1", new LeaseToken(1, 2), Duration.ofMinutes(1))
        .toCompletableFuture()
        .join();
    CacheAside<Long, Planet> cache = cache(table);
    CountDownLatch started = new CountDownLatch(1);
    Future<Boolean> leader =
        start(
            () -> {
              started.countDown();
              assertThatThrownBy(() -> cache.get(1L))
                  .isInstanceOf(CacheException.class)
                  .hasMessage("interrupted while waiting for " + name);
              return Thread.interrupted();
            });
    started.await();
    leader.cancel(false); // not what interrupts; the pool's shutdown below does
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

    redis.drop(name + ":1").toCompletableFuture().join();
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aLoaderMayReadOtherKeysOfTheSameCache() {
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array, so that the lambda can refer to it
    CacheAside<Long, Planet>[] self = new CacheAside[1];
    self[0] = cache(id -> id == 1 ? self[0].get(2L).orElseThrow() : table.load(id));

    assertThat(self[0].get(1L)).contains(new Planet(2, "Venus"));
  }

  @Test
  void withoutARedis_callersStillShareLoads() throws Exception {
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      CacheAside<Long, Planet> cache =
          builder(dead)
              .build(
                  id -> {
                    TimeUnit.MILLISECONDS.sleep(100); // for all to arrive; not asserted
                    return table.load(id);
                  });
      for (Future<Read<Planet>> read : startTogether(16, () -> cache.read(1L))) {
        assertThat(result(read).value()).isEqualTo(new Planet(1, "Mercury"));
      }
      assertThat(table.loads.get()).isLessThanOrEqualTo(3); // one running, one next
    }
  }
}
