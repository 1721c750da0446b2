package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How a cache is, in one snapshot and as meters. */
final class HealthTest extends CacheTest {
  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private double gauge(String meter) {
    return registry.get(meter).tag("cache", name).gauge().value();
  }

  @Test
  void aCacheWhoseStoreAnswers_isUp() {
    Instant before = Instant.now();
    CacheAside<Long, Planet> cache = builder(store).build(table);
    cache.get(3L);

    Health health = cache.health();
    assertThat(health.status()).isEqualTo(Health.Status.UP);
    assertThat(health.since()).isBetween(before, Instant.now());
    assertThat(health.lastFailure()).isNull();
    assertThat(health).isEqualTo(new Health(Health.Status.UP, health.since(), null, 0, 0, 0, 0, 0));
  }

  @Test
  void aCacheWhoseStoreIsLost_isDown_andComesBack() {
    CacheAside<Long, Planet> cache =
        CacheAsideMetrics.monitor(registry, builder(store).build(table));
    assertThat(gauge("cache.aside.store.up")).isEqualTo(1);
    Instant before = Instant.now();
    store.failWith(new IllegalStateException("password hunter2"));
    cache.get(3L);
    assertThatThrownBy(() -> cache.invalidate(3L)).isInstanceOf(CacheStoreException.class);

    Health health = cache.health();
    assertThat(health.status()).isEqualTo(Health.Status.DOWN);
    assertThat(health.since()).isBetween(before, Instant.now());
    assertThat(health.lastFailure()).isEqualTo("java.lang.IllegalStateException");
    assertThat(health.pendingInvalidations()).isEqualTo(1);
    assertThat(health.toString()).doesNotContain("hunter2");
    assertThat(gauge("cache.aside.store.up")).isZero();
    store.failWith(null);

    // asking is enough, without a read
    await().until(() -> cache.health().status() == Health.Status.DEGRADED);
    assertThat(cache.health().since()).isBetween(before, Instant.now());
    await().until(() -> cache.health().status() == Health.Status.UP);
    assertThat(cache.health().since()).isBetween(before.plusSeconds(5), Instant.now());
    assertThat(gauge("cache.aside.store.up")).isEqualTo(1);
  }

  @Test
  void queuesAreShown() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 10, Duration.ofMinutes(1));
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache =
        CacheAsideMetrics.monitor(registry, builder(store).originLimiter(limiter).build(slow));
    Future<Read<Planet>> running = start(() -> cache.read(1L));
    slow.hasRead.await();
    Future<Read<Planet>> waiting = start(() -> cache.read(2L));
    while (limiter.waiting() == 0) {
      Thread.onSpinWait();
    }

    Health health = cache.health();
    assertThat(health.flights()).isEqualTo(2);
    assertThat(health.runningLoads()).isEqualTo(1);
    assertThat(health.waitingLoads()).isEqualTo(1);
    assertThat(gauge("cache.aside.loads.waiting")).isEqualTo(1);
    slow.mayReturn.countDown();
    result(running);
    result(waiting);
    assertThat(cache.health().flights()).isZero();
  }
}
