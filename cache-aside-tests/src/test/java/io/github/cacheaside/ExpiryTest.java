package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.entry.Ages;
import io.github.cacheaside.engine.load.Refresher;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Values grow stale before they are gone, and are loaded anew before anybody misses them. */
final class ExpiryTest extends ExpiryCase {
  private static final Expiry EAGER = Expiry.hard().eager(0.5);

  @Test
  void aStaleValue_oneLoads_theOthersGetIt_inEveryInstance() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT), slow);
    CacheAside<Long, Planet> other = cache(Expiry.soft(SOFT), table);
    other.get(3L);
    table.set(3, "Terra");
    pass(SOFT.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    pass(Duration.ofMillis(1));
    assertThat(other.peek(3L)).isEmpty();
    Future<Read<Planet>> leader = start(() -> cache.read(3L));
    slow.hasRead.await();

    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(other.read(3L)).isEqualTo(STALE);
    CompletableFuture<Read<Planet>> later = other.async().read(3L);
    background.runAll();
    assertThat(later.join()).isEqualTo(STALE);
    assertThat(other.getAll(List.of(3L))).isEqualTo(Map.of(3L, OLD));
    assertThat(other.peek(3L)).isEmpty();

    slow.mayReturn.countDown();
    assertThat(result(leader)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
    assertThat(table.loads).hasValue(2);
    assertThat(cache.stats().refreshes()).isEqualTo(1);
    assertThat(other.stats().staleHits()).isEqualTo(3);
  }

  @Test
  void aStaleValueThatNobodyReads_isGoneAtItsTtl() {
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT), table);
    cache.get(3L);
    pass(HARD);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void staleWhileRevalidate_nobodyWaits_andOneLoads() {
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT).staleWhileRevalidate(), table);
    CacheAside<Long, Planet> other = cache(Expiry.soft(SOFT).staleWhileRevalidate(), table);
    cache.get(3L);
    table.set(3, "Terra");
    pass(SOFT);

    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(other.getAll(List.of(3L))).isEqualTo(Map.of(3L, OLD));
    assertThat(background.runAll()).as("one in each instance").isEqualTo(2);
    assertThat(table.loads).hasValue(2);
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
    assertThat(cache.stats().refreshes() + other.stats().refreshes()).isEqualTo(1);
  }

  @Test
  void eager_theFirstHitAfterTheFraction_hasTheValueLoadedAnew() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> other = cache(EAGER, table);
    CacheAside<Long, Planet> cache = builder(store, EAGER).executor(threads).build(slow);
    other.get(3L);
    table.set(3, "Terra");
    pass(HARD.dividedBy(2).minusMillis(1));
    assertThat(other.read(3L)).isEqualTo(HIT);
    assertThat(background.tasks).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    slow.hasRead.await();

    // the header says that somebody is at it, so nobody even asks
    assertThat(other.read(3L)).isEqualTo(HIT);
    assertThat(background.tasks).isEmpty();
    slow.mayReturn.countDown();
    while (cache.stats().fills() == 0) {
      Thread.onSpinWait();
    }
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
    pass(HARD.dividedBy(2).minusMillis(1));
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
    assertThat(background.tasks).isEmpty();
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void probabilistic_isDueTheMoreTheNearerTheEnd() {
    Expiry expiry = Expiry.hard().probabilistic(100);
    CacheAside<Long, Planet> cache = cache(expiry, table);
    cache.get(3L); // its load takes a millisecond, so a hit within 100 ms of the end is likely it
    pass(HARD.minusSeconds(10));
    cache.read(3L);
    assertThat(background.tasks).isEmpty();
    pass(Duration.ofSeconds(10).minusMillis(1));
    for (int i = 0; i < 1000; i++) {
      assertThat(cache.read(3L)).isEqualTo(HIT);
    }
    assertThat(background.tasks).hasSize(1);
    background.runAll();
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void aValueThatWasPut_andOneWithoutAnAge_areLeftAlone() {
    CacheAside<Long, Planet> cache = cache(Expiry.hard().probabilistic(100), table);
    cache.put(3L, OLD);
    pass(HARD.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    CacheAside<Long, Planet> ageless = builder(store).ttl(HARD).build(table);
    ageless.invalidate(3L);
    ageless.get(3L);
    pass(HARD.minusMillis(1));
    assertThat(cache(Expiry.soft(SOFT), table).read(3L)).isEqualTo(HIT);
    assertThat(background.tasks).isEmpty();
  }

  @Test
  void aRowThatIsGone_takesItsValueWithIt() {
    CacheAside<Long, Planet> cache = cache(EAGER, table);
    cache.get(3L);
    table.delete(3);
    pass(HARD.minusMinutes(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    background.runAll();
    assertThat(cache.read(3L).value()).isNull();
  }

  @Test
  void anAbsentRowGrowsOldToo() {
    CacheAside<Long, Planet> cache = builder(store, EAGER).absentTtl(HARD).build(table);
    assertThat(cache.get(4L)).isEmpty();
    table.set(4, "Mars");
    pass(HARD.dividedBy(2));
    assertThat(cache.read(4L)).isEqualTo(new Read<>(null, Outcome.ABSENT));
    background.runAll();
    assertThat(cache.read(4L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void inBulk_whatIsStaleIsLoadedTogether_andTheRestAreHits() {
    CacheAside<Long, Planet> cache = cache(Expiry.soft(SOFT), table);
    cache.getAll(List.of(1L, 3L));
    pass(SOFT);
    cache.put(1L, new Planet(1, "Mercury"));
    table.set(3, "Terra");
    int bulkLoads = table.bulkLoads.get();

    assertThat(cache.readAll(List.of(1L, 2L, 3L)).answers())
        .isEqualTo(
            Map.of(
                1L, new Read<>(new Planet(1, "Mercury"), Outcome.HIT),
                2L, new Read<>(new Planet(2, "Venus"), Outcome.LOADED),
                3L, new Read<>(NEW, Outcome.LOADED)));
    assertThat(table.bulkLoads).hasValue(bulkLoads + 1);
  }

  @Test
  void anExecutorThatIsFull_isNobodysLoss() {
    CacheAside<Long, Planet> cache = cache(EAGER, table);
    cache.get(3L);
    pass(HARD.minusMinutes(1));
    background.full = true;
    assertThat(cache.read(3L)).isEqualTo(HIT);
    assertThat(cache.stats().shedRefreshes()).isEqualTo(1);
    background.full = false;
    assertThat(cache.read(3L)).isEqualTo(HIT);
    background.runAll();
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void moreRefreshesThanAThousandAtOnce_areShed() {
    CacheAside<Long, Planet> cache = cache(EAGER, id -> new Planet(id, "any"));
    for (long id = 0; id <= Refresher.MOST_PENDING; id++) {
      cache.get(id);
    }
    pass(HARD.minusMinutes(1));
    for (long id = 0; id <= Refresher.MOST_PENDING; id++) {
      cache.get(id);
    }
    assertThat(background.tasks).hasSize(Refresher.MOST_PENDING);
    assertThat(cache.stats().shedRefreshes()).isEqualTo(1);
    background.runAll();
    assertThat(cache.stats().refreshes()).isEqualTo(Refresher.MOST_PENDING);
  }

  @Test
  void anInvalidationDuringARefresh_isNotOvertakenByIt() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(store, EAGER).executor(threads).build(slow);
    CacheAside<Long, Planet> other = cache(EAGER, table);
    other.get(3L);
    pass(HARD.minusMinutes(1));
    cache.read(3L);
    slow.hasRead.await();
    table.set(3, "Terra");
    other.invalidate(3L);
    slow.mayReturn.countDown();
    while (cache.stats().refusedFills() == 0) {
      Thread.onSpinWait();
    }
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
  }

  @Test
  void aClockThatIsAnHourWrong_makesRefreshesLateOrRefused_andNothingWrong() {
    for (Duration skew : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
      Expiry expiry = Expiry.soft(Duration.ofMinutes(20)).eager(0.5);
      CacheAside<Long, Planet> right = cache(expiry, table);
      CacheAside<Long, Planet> wrong = builder(new Skewed(store, skew), expiry).<Long>build(table);
      table.set(3, "Earth");
      right.invalidate(3L);
      assertThat(wrong.read(3L).outcome()).isEqualTo(Outcome.LOADED);
      int loads = table.loads.get();
      assertThat(wrong.read(3L)).isEqualTo(HIT);
      background.runAll();
      assertThat(table.loads).as("it is too early").hasValue(loads);
      pass(Duration.ofMinutes(20));
      table.set(3, "Terra");
      wrong.invalidate(3L);
      assertThat(right.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
      assertThat(wrong.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
    }
  }

  /** Takes the time for another one. */
  private static final class Skewed extends ForwardingCacheStore {
    private final long millis;

    Skewed(CacheStore store, Duration skew) {
      super(store);
      this.millis = skew.toMillis();
    }

    @Override
    public long millis() {
      return store.millis() + millis;
    }
  }

  /** Without the lease there is one load in each instance: the test of “one” can fail. */
  @Test
  void aStoreThatLetsEverybodyRefresh_isFoundOut() {
    CacheStore mutant = new MutantStores.RefreshReplacesRefresh(store);
    Expiry expiry = Expiry.soft(SOFT).staleWhileRevalidate();
    CacheAside<Long, Planet> cache = builder(mutant, expiry).<Long>build(table);
    CacheAside<Long, Planet> other = builder(mutant, expiry).<Long>build(table);
    cache.get(3L);
    pass(SOFT);
    cache.get(3L);
    other.get(3L);
    background.runAll();
    assertThat(table.loads).hasValue(3);
  }

  @Test
  void nearHits_endWhenItIsTimeToLoadAnew() {
    Settings<Long, Planet> settings = builder(store, EAGER).settings(table);
    Ages ages = Ages.of(settings);
    StoredValue value = StoredValue.of(new byte[1]);
    long written = store.millis();
    long minute = Duration.ofMinutes(1).toMillis();
    assertThat(ages.nearNanos(value)).isEqualTo(Long.MAX_VALUE);
    StoredValue due = value.timed(new StoredValue.Timing(written, 10 * minute, 0, 0));
    assertThat(ages.nearNanos(due)).isEqualTo(Duration.ofMinutes(5).toNanos());
    pass(Duration.ofMinutes(7));
    assertThat(ages.nearNanos(due)).isNegative();
    StoredValue refreshed =
        value.timed(new StoredValue.Timing(written, 10 * minute, 0, written + 8 * minute));
    assertThat(ages.nearNanos(refreshed)).isEqualTo(Duration.ofMinutes(1).toNanos());
  }

  @Test
  void aNearCache_doesNotHideThatItIsTime() {
    CacheAside<Long, Planet> cache = builder(store, EAGER).nearCache(10).build(table);
    cache.get(3L);
    cache.get(3L);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.NEAR);
    store.clear(); // forgets what is near, too
    cache.get(3L);
    pass(HARD.dividedBy(2));
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.read(3L).outcome()).as("it is due, so it is not kept").isEqualTo(Outcome.HIT);
    assertThat(background.tasks).hasSize(1);
  }

  @Test
  void layoutsWithoutAHeader_areRefused() {
    assertThatThrownBy(() -> builder(redis.plain(), Expiry.soft(SOFT)).<Long>build(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("the plain and hash layouts have no place for an age or a lease");
  }

  @Test
  void overRedis_oneLoadsAnew_andTheOthersHaveHits() throws Exception {
    Expiry due = Expiry.soft(Duration.ofMillis(200)).eager(0.01);
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(redis, due).executor(threads).build(slow);
    CacheAside<Long, Planet> other = builder(otherRedis, due).build(table);
    other.get(3L);
    settle();
    table.set(3, "Terra");
    grow(redis, Duration.ofMillis(5));
    assertThat(cache.read(3L).value()).isEqualTo(OLD);
    slow.hasRead.await();
    assertThat(other.read(3L).value()).isEqualTo(OLD);
    grow(redis, Duration.ofMillis(250)); // both clocks are estimates, by half a round trip
    assertThat(other.read(3L)).isEqualTo(STALE);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(background.tasks).isEmpty();
    slow.mayReturn.countDown();
    while (cache.stats().fills() == 0) {
      Thread.onSpinWait();
    }
    assertThat(other.read(3L).value()).isEqualTo(NEW);
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void overRedis_anInvalidationIsNotOvertaken() throws Exception {
    Expiry due = Expiry.soft(Duration.ofMinutes(1)).eager(0.0001);
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(redis, due).executor(threads).build(slow);
    CacheAside<Long, Planet> other = builder(otherRedis, due).build(table);
    other.get(3L);
    settle();
    grow(redis, Duration.ofMillis(20));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    slow.hasRead.await();
    table.set(3, "Terra");
    other.invalidate(3L);
    slow.mayReturn.countDown();
    while (cache.stats().refusedFills() == 0) {
      Thread.onSpinWait();
    }
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
  }
}
