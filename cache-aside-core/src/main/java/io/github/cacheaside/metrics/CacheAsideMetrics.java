package io.github.cacheaside.metrics;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Health;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Binds a cache's figures to meters, all tagged {@code cache=<name>}.
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>meter</th><th>what it counts</th></tr>
 * <tr><td>{@code cache.gets{result=hit|miss}}</td><td>reads; a cached absence is a hit,
 * and so are a near hit and a stale copy</td></tr>
 * <tr><td>{@code cache.near}</td><td>reads answered by the near cache; also hits</td></tr>
 * <tr><td>{@code cache.stale}</td><td>reads answered by a stale copy; also hits</td></tr>
 * <tr><td>{@code cache.puts}</td><td>values the store accepted</td></tr>
 * <tr><td>{@code cache.evictions}</td><td>keys that callers invalidated; Redis does not tell about
 * those it evicts or that expire</td></tr>
 * <tr><td>{@code cache.load}</td><td>timer of the loads, failed ones included</td></tr>
 * <tr><td>{@code cache.load.failures}</td><td>loads that threw</td></tr>
 * <tr><td>{@code cache.load.refused}</td><td>loads that the origin limiter refused</td></tr>
 * <tr><td>{@code cache.load.timeouts}</td><td>loads that took longer than the load time-out</td></tr>
 * <tr><td>{@code cache.misses{outcome=shared|awaited|bypassed|loaded}}</td><td>how misses were
 * answered</td></tr>
 * <tr><td>{@code cache.fills.refused}</td><td>fills overtaken by an invalidation</td></tr>
 * <tr><td>{@code cache.store.failures}</td><td>operations of the store that failed</td></tr>
 * <tr><td>{@code cache.store.shed}</td><td>operations of reads that were not sent, since the circuit
 * breaker was open</td></tr>
 * <tr><td>{@code cache.refreshes{result=loaded|failed|shed}}</td><td>values loaded anew while they
 * were still there, loads of that kind that threw, and those not begun</td></tr>
 * <tr><td>{@code cache.failsafe}</td><td>failed loads answered by a stale value</td></tr>
 * <tr><td>{@code cache.fences.lost}</td><td>fenced writes whose fence did not stand</td></tr>
 * <tr><td>{@code cache.writes.degraded}</td><td>fenced writes that went on without a fence</td></tr>
 * <tr><td>{@code cache.invalidations.pending}</td><td>gauge: failed ones that are tried
 * again</td></tr>
 * <tr><td>{@code cache.invalidations.lost}</td><td>failed ones that were given up</td></tr>
 * <tr><td>{@code cache.store.up}</td><td>gauge: 0 while the circuit breaker is open, else 1</td></tr>
 * <tr><td>{@code cache.loads.waiting}</td><td>gauge: loads that wait for a place of the origin
 * limiter</td></tr>
 * <tr><td>{@code cache.undecodable}</td><td>unreadable entries that were replaced</td></tr>
 * <tr><td>{@code cache.schema.other}</td><td>entries of another schema version that were
 * replaced</td></tr>
 * <tr><td>{@code cache.oversized}</td><td>values too large to be cached</td></tr>
 * </table>
 */
public final class CacheAsideMetrics implements MeterBinder {
  private final CacheAside<?, ?> cache;
  private final Tags tags;

  private CacheAsideMetrics(CacheAside<?, ?> cache, Tags tags) {
    this.cache = cache;
    this.tags = tags;
  }

  /**
   * Registers a cache's meters.
   *
   * @param registry where
   * @param cache the cache; the registry keeps no strong reference to it
   * @param tags further tags as pairs of key and value
   * @param <C> the type of the cache
   * @return the cache
   * @throws IllegalArgumentException if the tags are not pairs
   */
  public static <C extends CacheAside<?, ?>> C monitor(
      MeterRegistry registry, C cache, String... tags) {
    new CacheAsideMetrics(Objects.requireNonNull(cache, "cache"), Tags.of(tags)).bindTo(registry);
    return cache;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    count(registry, "cache.gets", Tags.of("result", "hit"), CacheAsideMetrics::answered);
    count(registry, "cache.near", Tags.empty(), CacheStats::nearHits);
    count(registry, "cache.stale", Tags.empty(), CacheStats::staleHits);
    count(registry, "cache.gets", Tags.of("result", "miss"), CacheStats::misses);
    count(registry, "cache.puts", Tags.empty(), CacheStats::fills);
    count(registry, "cache.evictions", Tags.empty(), CacheStats::invalidations);
    count(registry, "cache.misses", Tags.of("outcome", "shared"), CacheStats::shared);
    count(registry, "cache.misses", Tags.of("outcome", "awaited"), CacheStats::awaited);
    count(registry, "cache.misses", Tags.of("outcome", "bypassed"), CacheStats::bypassed);
    count(
        registry,
        "cache.misses",
        Tags.of("outcome", "loaded"),
        s -> s.misses() - s.shared() - s.awaited() - s.bypassed());
    count(registry, "cache.fills.refused", Tags.empty(), CacheStats::refusedFills);
    count(registry, "cache.store.failures", Tags.empty(), CacheStats::storeFailures);
    count(registry, "cache.store.shed", Tags.empty(), CacheStats::shedOperations);
    count(registry, "cache.undecodable", Tags.empty(), CacheStats::undecodable);
    count(registry, "cache.schema.other", Tags.empty(), CacheStats::otherSchema);
    count(registry, "cache.oversized", Tags.empty(), CacheStats::oversized);
    count(registry, "cache.refreshes", Tags.of("result", "loaded"), CacheStats::refreshes);
    count(registry, "cache.refreshes", Tags.of("result", "failed"), CacheStats::failedRefreshes);
    count(registry, "cache.refreshes", Tags.of("result", "shed"), CacheStats::shedRefreshes);
    count(registry, "cache.failsafe", Tags.empty(), CacheStats::failSafeHits);
    count(registry, "cache.fences.lost", Tags.empty(), CacheStats::fencesLost);
    count(registry, "cache.writes.degraded", Tags.empty(), CacheStats::degradedWrites);
    count(registry, "cache.invalidations.lost", Tags.empty(), CacheStats::lostInvalidations);
    gauge(
        registry,
        "cache.invalidations.pending",
        "Failed invalidations that wait to be tried again",
        Health::pendingInvalidations);
    gauge(
        registry,
        "cache.store.up",
        "0 while the circuit breaker is open, else 1",
        health -> health.status() == Health.Status.DOWN ? 0 : 1);
    gauge(
        registry,
        "cache.loads.waiting",
        "Loads that wait for a place of the origin limiter",
        Health::waitingLoads);
    count(registry, "cache.load.failures", Tags.empty(), CacheStats::loadFailures);
    count(registry, "cache.load.refused", Tags.empty(), CacheStats::refusedLoads);
    count(registry, "cache.load.timeouts", Tags.empty(), CacheStats::timedOutLoads);
    FunctionTimer.builder(
            "cache.load",
            cache,
            c -> c.stats().loads() + c.stats().loadFailures(),
            c -> c.stats().loadTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .tags(tags.and("cache", cache.name()))
        .description("Loads from the database, failed ones included")
        .register(registry);
  }

  private static double answered(CacheStats stats) {
    return stats.nearHits() + stats.hits() + stats.absentHits() + stats.staleHits();
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Health> figure) {
    Gauge.builder(name, cache, c -> figure.applyAsDouble(c.health()))
        .tags(tags.and("cache", cache.name()))
        .description(description)
        .register(registry);
  }

  private void count(
      MeterRegistry registry, String name, Tags own, ToDoubleFunction<CacheStats> figure) {
    FunctionCounter.builder(name, cache, c -> figure.applyAsDouble(c.stats()))
        .tags(tags.and("cache", cache.name()).and(own))
        .register(registry);
  }
}
