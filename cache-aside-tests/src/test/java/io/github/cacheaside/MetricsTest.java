package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The figures of a cache, and the meters they become. */
final class MetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PlanetTable table = new PlanetTable("Mercury");
  private final CacheAside<Long, Planet> cache =
      CacheAsideMetrics.monitor(
          registry,
          CacheAside.builder(new InMemoryCacheStore(), "planet", Serializer.json(Planet.class))
              .<Long>build(
                  id -> {
                    if (id < 0) {
                      throw new IllegalStateException("no");
                    }
                    return table.load(id);
                  }),
          "app",
          "shop");

  private double count(String meter, String... tags) {
    return registry
        .get(meter)
        .tag("cache", "planet")
        .tag("app", "shop")
        .tags(tags)
        .functionCounter()
        .count();
  }

  @Test
  void everyMeterMoves() {
    cache.get(1L);
    cache.get(1L);
    cache.getAll(List.of(1L, 2L));
    cache.invalidate(1L);
    assertThatThrownBy(() -> cache.get(-1L)).isInstanceOf(CacheLoadException.class);

    assertThat(count("cache.gets", "result", "hit")).isEqualTo(2);
    assertThat(count("cache.gets", "result", "miss")).isEqualTo(3);
    assertThat(count("cache.aside.misses", "outcome", "loaded")).isEqualTo(2);
    assertThat(count("cache.aside.misses", "outcome", "failed")).isEqualTo(1);
    assertThat(count("cache.puts")).isEqualTo(1);
    assertThat(count("cache.aside.invalidations")).isEqualTo(1);
    assertThat(count("cache.aside.load.failures")).isEqualTo(1);
    assertThat(count("cache.aside.refreshes", "result", "loaded")).isZero();
    assertThat(count("cache.aside.failsafe")).isZero();
    var loads = registry.get("cache.aside.load").tag("cache", "planet").functionTimer();
    assertThat(loads.count()).isEqualTo(3);
    assertThat(loads.totalTime(TimeUnit.NANOSECONDS)).isPositive();
  }

  @Test
  void aCacheThatIsOnlyUsedAsynchronously_keepsItsMeters() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    AsyncCacheAside<Long, Planet> async =
        CacheAsideMetrics.monitor(
                meters,
                CacheAside.builder(new InMemoryCacheStore(), "a", Serializer.json(Planet.class))
                    .<Long>build(table))
            .async();
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    await()
        .until(
            () -> {
              System.gc();
              return garbage.get() == null;
            });
    async.get(1L).get(30, TimeUnit.SECONDS);
    async.get(1L).get(30, TimeUnit.SECONDS);
    assertThat(meters.get("cache.gets").tag("result", "hit").functionCounter().count())
        .isEqualTo(1);
    assertThat(meters.get("cache.aside.store.up").gauge().value()).isEqualTo(1);
  }
}
