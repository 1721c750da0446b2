package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A stale copy stays for a while: one reader loads, the others need not wait. */
final class SoftInvalidationTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Planet OLD = new Planet(3, "Earth");
  private static final Planet NEW = new Planet(3, "Terra");

  private void cachedAndChanged(CacheAside<Long, Planet> cache) {
    assertThat(cache.get(3L)).contains(OLD);
    settle();
    table.set(3, "Terra");
  }

  @Test
  void whileOneLoads_theOthersGetTheStaleCopy_inEveryInstance() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(slow);
    CacheAside<Long, Planet> other = otherCache(table);
    cachedAndChanged(other);
    other.softInvalidate(3L, MINUTE);
    Future<Read<Planet>> leader = start(() -> cache.read(3L));
    slow.hasRead.await();

    Read<Planet> stale = new Read<>(OLD, Outcome.STALE);
    assertThat(cache.read(3L)).isEqualTo(stale);
    assertThat(other.read(3L)).isEqualTo(stale);
    assertThat(other.async().read(3L).get()).isEqualTo(stale);
    assertThat(other.getAll(List.of(3L))).isEqualTo(Map.of(3L, OLD));
    assertThat(cache.getAll(List.of(3L))).isEqualTo(Map.of(3L, OLD));
    assertThat(other.peek(3L)).isEmpty();

    slow.mayReturn.countDown();
    assertThat(result(leader)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
    settle();
    assertThat(other.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
    assertThat(other.stats().staleHits()).isEqualTo(3);
    assertThat(cache.stats().staleHits()).isEqualTo(2);
    assertThat(table.loads).hasValue(2);
  }

  @Test
  void withNobodyElseThere_theNextReadIsFresh() {
    CacheAside<Long, Planet> cache = cache(table);
    cachedAndChanged(cache);
    cache.softInvalidateAll(List.of(3L, 4L), MINUTE);

    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
    assertThat(cache.stats().invalidations()).isEqualTo(2);
  }

  @Test
  void aLoadThatBeganBefore_isNotCached() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(slow);
    CacheAside<Long, Planet> other = otherCache(table);
    Future<Read<Planet>> reader = start(() -> cache.read(3L));
    slow.hasRead.await();
    table.set(3, "Terra");
    other.softInvalidate(3L, MINUTE);
    slow.mayReturn.countDown();

    assertThat(result(reader).value()).isEqualTo(OLD);
    settle();
    assertThat(other.read(3L).value()).isEqualTo(NEW);
    settle();
    assertThat(cache.stats().refusedFills()).isEqualTo(1);
  }

  @Test
  void aFailedLoadLeavesTheCopy_andTheNextReaderLoads() {
    AtomicBoolean fails = new AtomicBoolean();
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              if (fails.get()) {
                throw new IllegalStateException("no database");
              }
              return table.load(id);
            });
    cachedAndChanged(cache);
    cache.softInvalidate(3L, MINUTE);
    fails.set(true);
    assertThatThrownBy(() -> cache.read(3L)).isInstanceOf(CacheLoadException.class);
    settle();
    fails.set(false);

    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
  }

  @Test
  void anInvalidationTakesTheStaleCopyToo() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(slow);
    CacheAside<Long, Planet> other = otherCache(table);
    cachedAndChanged(other);
    other.softInvalidate(3L, MINUTE);
    Future<Read<Planet>> leader = start(() -> cache.read(3L));
    slow.hasRead.await();
    table.set(3, "newer");
    other.invalidate(3L);

    assertThat(other.read(3L).value()).isEqualTo(new Planet(3, "newer"));
    slow.mayReturn.countDown();
    assertThat(result(leader).value()).isEqualTo(NEW);
    settle();
    assertThat(other.read(3L)).isEqualTo(new Read<>(new Planet(3, "newer"), Outcome.HIT));
  }

  @Test
  void aStaleCopyWhoseTagWasInvalidated_isNotServed() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = tagged(redis, slow);
    CacheAside<Long, Planet> other = tagged(otherRedis, table);
    cachedAndChanged(other);
    other.softInvalidate(3L, MINUTE);
    Future<Read<Planet>> leader = start(() -> cache.read(3L));
    slow.hasRead.await();
    assertThat(other.read(3L)).isEqualTo(new Read<>(OLD, Outcome.STALE));
    other.invalidateTag("planets");

    assertThat(other.read(3L).value()).isEqualTo(NEW);
    slow.mayReturn.countDown();
    assertThat(result(leader).value()).isEqualTo(NEW);
  }

  private CacheAside<Long, Planet> tagged(CacheStore store, CacheLoader<Long, Planet> loader) {
    return builder(store).tagsOfKey((Long id) -> Set.of("planets")).build(loader);
  }

  @Test
  void aTimeThatIsNone_andAHoldOff_areRefused() {
    CacheAside<Long, Planet> cache = cache(table);
    assertThatThrownBy(() -> cache.softInvalidate(3L, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxStale must be positive: PT0S");
    CacheAside<Long, Planet> holdingOff =
        builder(redis).holdOff(Duration.ofSeconds(1)).build(table);
    assertThatThrownBy(() -> holdingOff.softInvalidate(3L, MINUTE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("holdOff(PT1S)");
  }

  @Test
  void oneThatFails_isToldToTheCaller_andBecomesAnInvalidation() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    CacheAside<Long, Planet> cache = builder(store).build(table);
    cachedAndChanged(cache);
    store.failWith(new IllegalStateException("gone"));
    assertThatThrownBy(() -> cache.softInvalidate(3L, MINUTE))
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("invalidating 1 key of " + name + " failed");
    store.failWith(null);
    while (cache.stats().pendingInvalidations() > 0) {
      Thread.onSpinWait();
    }

    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.LOADED));
  }
}
