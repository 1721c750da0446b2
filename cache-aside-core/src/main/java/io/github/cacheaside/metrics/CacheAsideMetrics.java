package io.github.cacheaside.metrics;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Health;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Binds a cache's figures to meters. Those that other caches have too bear their names and mean the
 * same; all others begin with {@code cache.aside}.
 *
 * <p>All are tagged as Spring Boot tags those of its caches: {@code cache} and {@code name} with
 * the name of the cache, {@code cache.manager} with {@code cacheAside}, followed by a slash and the
 * namespace if there is one. So a registry that wants the same tag keys of all meters of a name, as
 * that of Prometheus does, accepts both sets.
 *
 * <p>The meters follow the newest cache of the same name, namespace and tags that was monitored:
 * they then begin at 0. Those of a cache that was collected are removed when the next one is
 * monitored. Thread-safe.
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>meter</th><th>what it counts</th></tr>
 * <tr><td>{@code cache.gets{result=hit|miss}}</td><td>reads; a cached absence is a hit,
 * and so are a near hit and a stale copy</td></tr>
 * <tr><td>{@code cache.aside.near}</td><td>reads answered by the near cache; also hits</td></tr>
 * <tr><td>{@code cache.aside.stale}</td><td>reads answered by a stale copy; also hits</td></tr>
 * <tr><td>{@code cache.puts}</td><td>values the store accepted</td></tr>
 * <tr><td>{@code cache.evictions}</td><td>entries that the near cache evicted to make room, 0 without
 * one; Redis does not tell about those it evicts or that expire</td></tr>
 * <tr><td>{@code cache.aside.invalidations}</td><td>keys that callers invalidated</td></tr>
 * <tr><td>{@code cache.aside.load}</td><td>timer of the loads, failed ones included</td></tr>
 * <tr><td>{@code cache.aside.load.failures}</td><td>loads that threw</td></tr>
 * <tr><td>{@code cache.aside.load.refused}</td><td>loads that the origin limiter refused</td></tr>
 * <tr><td>{@code cache.aside.load.timeouts}</td><td>loads that took longer than the load time-out</td></tr>
 * <tr><td>{@code cache.aside.misses{outcome=shared|awaited|bypassed|loaded|failed}}</td><td>how misses
 * were answered, or that they were not</td></tr>
 * <tr><td>{@code cache.aside.fills.refused}</td><td>fills overtaken by an invalidation</td></tr>
 * <tr><td>{@code cache.aside.store.failures}</td><td>operations of the store that failed</td></tr>
 * <tr><td>{@code cache.aside.store.shed}</td><td>operations of reads that were not sent, since the circuit
 * breaker was open</td></tr>
 * <tr><td>{@code cache.aside.refreshes{result=loaded|failed|shed}}</td><td>values reloaded while they
 * were still there, loads of that kind that threw, and those not begun</td></tr>
 * <tr><td>{@code cache.aside.failsafe}</td><td>failed loads answered by a stale value</td></tr>
 * <tr><td>{@code cache.aside.fences.lost}</td><td>fenced writes whose fence did not stand</td></tr>
 * <tr><td>{@code cache.aside.writes.degraded}</td><td>fenced writes that went on without a fence</td></tr>
 * <tr><td>{@code cache.aside.invalidations.pending}</td><td>gauge: failed ones that are tried
 * again</td></tr>
 * <tr><td>{@code cache.aside.invalidations.lost}</td><td>failed ones that were given up</td></tr>
 * <tr><td>{@code cache.aside.store.up}</td><td>gauge: 0 while the circuit breaker is open, else 1</td></tr>
 * <tr><td>{@code cache.aside.loads.waiting}</td><td>gauge: loads that wait for a place of the origin
 * limiter</td></tr>
 * <tr><td>{@code cache.aside.undecodable}</td><td>unreadable entries that were replaced</td></tr>
 * <tr><td>{@code cache.aside.schema.other}</td><td>entries of another schema version that were
 * replaced</td></tr>
 * <tr><td>{@code cache.aside.oversized}</td><td>values too large to be cached</td></tr>
 * </table>
 */
public final class CacheAsideMetrics implements MeterBinder {
  private static final String MANAGER = "cacheAside";

  /** What the meters of each registry follow; keeps neither registries nor caches. */
  private static final Map<MeterRegistry, Map<Tags, Monitored>> MONITORED = new WeakHashMap<>();

  /** The cache that some meters follow. */
  private static final class Monitored extends WeakReference<CacheAside<?, ?>> {
    private final List<Meter.Id> meters;

    Monitored(CacheAside<?, ?> cache, List<Meter.Id> meters) {
      super(cache);
      this.meters = meters;
    }
  }

  private final CacheAside<?, ?> cache;
  private final Tags tags;
  private final List<Meter.Id> meters = new ArrayList<>(); // guarded by MONITORED

  private CacheAsideMetrics(CacheAside<?, ?> cache, Tags tags) {
    this.cache = cache;
    this.tags = tagsOf(cache, tags);
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

  /**
   * Removes a cache's meters, unless they follow a newer one of its name by now.
   *
   * @param registry where they were registered
   * @param cache the cache
   * @param tags the tags with which it is monitored
   * @throws IllegalArgumentException if the tags are not pairs
   */
  public static void remove(MeterRegistry registry, CacheAside<?, ?> cache, String... tags) {
    Tags all = tagsOf(cache, Tags.of(tags));
    synchronized (MONITORED) {
      Map<Tags, Monitored> here = MONITORED.getOrDefault(registry, Map.of());
      Monitored known = here.get(all);
      if (known != null && known.get() == cache) {
        known.meters.forEach(registry::remove);
        here.remove(all);
      }
    }
  }

  private static Tags tagsOf(CacheAside<?, ?> cache, Tags further) {
    String namespace = cache.namespace();
    return further.and(
        "cache", cache.name(),
        "name", cache.name(),
        "cache.manager", namespace.isEmpty() ? MANAGER : MANAGER + "/" + namespace);
  }

  /**
   * Registers the meters of this cache in place of those of an older one; does nothing if they are
   * this cache's already.
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    synchronized (MONITORED) {
      Map<Tags, Monitored> here = MONITORED.computeIfAbsent(registry, any -> new HashMap<>());
      Monitored known = here.get(tags);
      if (known != null && known.get() == cache) {
        return;
      }
      here.entrySet()
          .removeIf(
              each -> {
                boolean over = each.getKey().equals(tags) || each.getValue().get() == null;
                if (over) {
                  each.getValue().meters.forEach(registry::remove);
                }
                return over;
              });
      meters.clear();
      register(registry);
      here.put(tags, new Monitored(cache, List.copyOf(meters)));
    }
  }

  private void register(MeterRegistry registry) {
    count(registry, "cache.gets", Tags.of("result", "hit"), CacheAsideMetrics::answered);
    count(registry, "cache.aside.near", Tags.empty(), CacheStats::nearHits);
    count(registry, "cache.aside.stale", Tags.empty(), CacheStats::staleHits);
    count(registry, "cache.gets", Tags.of("result", "miss"), CacheStats::misses);
    count(registry, "cache.puts", Tags.empty(), CacheStats::fills);
    count(registry, "cache.evictions", Tags.empty(), CacheStats::nearEvictions);
    count(registry, "cache.aside.invalidations", Tags.empty(), CacheStats::invalidations);
    count(registry, "cache.aside.misses", Tags.of("outcome", "shared"), CacheStats::shared);
    count(registry, "cache.aside.misses", Tags.of("outcome", "awaited"), CacheStats::awaited);
    count(registry, "cache.aside.misses", Tags.of("outcome", "bypassed"), CacheStats::bypassed);
    count(
        registry,
        "cache.aside.misses",
        Tags.of("outcome", "loaded"),
        s -> s.misses() - s.shared() - s.awaited() - s.bypassed() - s.failedReads());
    count(registry, "cache.aside.misses", Tags.of("outcome", "failed"), CacheStats::failedReads);
    count(registry, "cache.aside.fills.refused", Tags.empty(), CacheStats::refusedFills);
    count(registry, "cache.aside.store.failures", Tags.empty(), CacheStats::storeFailures);
    count(registry, "cache.aside.store.shed", Tags.empty(), CacheStats::shedOperations);
    count(registry, "cache.aside.undecodable", Tags.empty(), CacheStats::undecodable);
    count(registry, "cache.aside.schema.other", Tags.empty(), CacheStats::otherSchema);
    count(registry, "cache.aside.oversized", Tags.empty(), CacheStats::oversized);
    count(registry, "cache.aside.refreshes", Tags.of("result", "loaded"), CacheStats::refreshes);
    count(
        registry,
        "cache.aside.refreshes",
        Tags.of("result", "failed"),
        CacheStats::failedRefreshes);
    count(registry, "cache.aside.refreshes", Tags.of("result", "shed"), CacheStats::shedRefreshes);
    count(registry, "cache.aside.failsafe", Tags.empty(), CacheStats::failSafeHits);
    count(registry, "cache.aside.fences.lost", Tags.empty(), CacheStats::fencesLost);
    count(registry, "cache.aside.writes.degraded", Tags.empty(), CacheStats::degradedWrites);
    count(registry, "cache.aside.invalidations.lost", Tags.empty(), CacheStats::lostInvalidations);
    gauge(
        registry,
        "cache.aside.invalidations.pending",
        "Failed invalidations that wait to be tried again",
        Health::pendingInvalidations);
    gauge(
        registry,
        "cache.aside.store.up",
        "0 while the circuit breaker is open, else 1",
        health -> health.status() == Health.Status.DOWN ? 0 : 1);
    gauge(
        registry,
        "cache.aside.loads.waiting",
        "Loads that wait for a place of the origin limiter",
        Health::waitingLoads);
    count(registry, "cache.aside.load.failures", Tags.empty(), CacheStats::loadFailures);
    count(registry, "cache.aside.load.refused", Tags.empty(), CacheStats::refusedLoads);
    count(registry, "cache.aside.load.timeouts", Tags.empty(), CacheStats::timedOutLoads);
    FunctionTimer loads =
        FunctionTimer.builder(
                "cache.aside.load",
                cache,
                c -> c.stats().loads() + c.stats().loadFailures(),
                c -> c.stats().loadTime().toNanos(),
                TimeUnit.NANOSECONDS)
            .tags(tags)
            .description("Loads from the database, failed ones included")
            .register(registry);
    meters.add(loads.getId());
  }

  private static double answered(CacheStats stats) {
    return stats.nearHits() + stats.hits() + stats.absentHits() + stats.staleHits();
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Health> figure) {
    Gauge gauge =
        Gauge.builder(name, cache, c -> figure.applyAsDouble(c.health()))
            .tags(tags)
            .description(description)
            .register(registry);
    meters.add(gauge.getId());
  }

  private void count(
      MeterRegistry registry, String name, Tags own, ToDoubleFunction<CacheStats> figure) {
    FunctionCounter counter =
        FunctionCounter.builder(name, cache, c -> figure.applyAsDouble(c.stats()))
            .tags(tags.and(own))
            .register(registry);
    meters.add(counter.getId());
  }
}
