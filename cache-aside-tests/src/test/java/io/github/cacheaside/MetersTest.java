package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose meters they are, and whether those of others may stand beside them. */
final class MetersTest {
  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final MeterRegistry registry = new SimpleMeterRegistry();

  private CacheAsideBuilder<Object, String> customers() {
    return CacheAside.builder(store, "customer", Serializer.utf8());
  }

  private CacheAside<Integer, String> shop() {
    return customers().namespace("shop").build((Integer id) -> "somebody");
  }

  private double misses(String... tags) {
    return registry.get("cache.gets").tag("result", "miss").tags(tags).functionCounter().count();
  }

  @Test
  void cachesOfOneNameInTwoNamespacesCountEachForItself() {
    CacheAside<Integer, String> shop = CacheAsideMetrics.monitor(registry, shop());
    CacheAside<Integer, String> billing =
        CacheAsideMetrics.monitor(
            registry, customers().namespace("billing").build((Integer id) -> "somebody"));
    shop.get(1);
    billing.get(1);
    billing.get(2);
    assertThat(misses("cache.manager", "cacheAside/shop")).isEqualTo(1);
    assertThat(misses("cache.manager", "cacheAside/billing")).isEqualTo(2);
  }

  @Test
  void metersFollowTheNewestCacheOfAName() {
    CacheAside<Integer, String> old = CacheAsideMetrics.monitor(registry, shop());
    old.get(1);
    CacheAside<Integer, String> anew = CacheAsideMetrics.monitor(registry, shop());
    assertThat(misses()).isZero();
    anew.get(2);
    anew.get(3);
    assertThat(misses()).isEqualTo(2);
    CacheAsideMetrics.remove(registry, old); // they are not its any more
    assertThat(misses()).isEqualTo(2);
    CacheAsideMetrics.remove(registry, anew);
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void toMonitorACacheTwiceChangesNothing() {
    CacheAside<Integer, String> cache = CacheAsideMetrics.monitor(registry, shop());
    cache.get(1);
    int meters = registry.getMeters().size();
    FunctionCounter gets = registry.get("cache.gets").tag("result", "miss").functionCounter();
    CacheAsideMetrics.monitor(registry, cache);
    assertThat(registry.getMeters()).hasSize(meters);
    assertThat(registry.get("cache.gets").tag("result", "miss").functionCounter()).isSameAs(gets);
    assertThat(misses()).isEqualTo(1);
  }

  @Test
  void evictionsAreThoseOfTheNearCache_andInvalidationsAreOurOwn() {
    CacheAside<Integer, String> cache =
        CacheAsideMetrics.monitor(
            registry, customers().nearCache(10).build((Integer id) -> "somebody"));
    IntStream.range(0, 500)
        .forEach(
            id -> {
              cache.get(id);
              cache.get(id);
            });
    cache.invalidate(1);
    assertThat(registry.get("cache.aside.invalidations").functionCounter().count()).isEqualTo(1);
    await().until(() -> registry.get("cache.evictions").functionCounter().count() > 100);
  }

  @Test
  void prometheusTakesSpringBootsMetersBeforeAndAfterOurs() {
    for (boolean first : new boolean[] {true, false}) {
      PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      prometheus.throwExceptionOnRegistrationFailure();
      Consumer<MeterRegistry> boot =
          to -> new BootCache("books", Tags.of("cache.manager", "cacheManager")).bindTo(to);
      if (first) {
        boot.accept(prometheus);
      }
      CacheAside<Integer, String> cache = CacheAsideMetrics.monitor(prometheus, shop());
      if (!first) {
        boot.accept(prometheus);
      }
      cache.get(first ? 1 : 2); // a miss each time
      assertThat(prometheus.scrape())
          .contains(
              "cache_gets_total{cache=\"books\",cache_manager=\"cacheManager\",name=\"books\",result=\"hit\"} 7.0")
          .contains(
              "cache_gets_total{cache=\"customer\",cache_manager=\"cacheAside/shop\",name=\"customer\",result=\"miss\"} 1.0")
          .contains("cache_evictions_total{cache=\"books\"")
          .contains("cache_aside_load_seconds_count{");
    }
  }

  /** A cache as Spring Boot binds it: it adds the manager and the name to what the binder tags. */
  private static final class BootCache extends CacheMeterBinder<Object> {
    private static final Object HELD = new Object();

    BootCache(String name, Tags tags) {
      super(HELD, name, tags.and("name", name));
    }

    @Override
    protected Long size() {
      return 3L;
    }

    @Override
    protected long hitCount() {
      return 7;
    }

    @Override
    protected Long missCount() {
      return 5L;
    }

    @Override
    protected Long evictionCount() {
      return 2L;
    }

    @Override
    protected long putCount() {
      return 1;
    }

    @Override
    protected void bindImplementationSpecificMetrics(MeterRegistry registry) {}
  }
}
