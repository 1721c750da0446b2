package io.github.cacheaside.benchmarks.jmh;

import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Read;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What counting costs: a near hit, the cheapest read there is, without and with a listener; and one
 * look at the counts, by itself and through Micrometer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MetricsBenchmark {

  /** A registry that watches the cache. */
  @State(Scope.Benchmark)
  public static class Watched {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** Binds the cache, whose reads are the same with and without. */
    @org.openjdk.jmh.annotations.Setup
    public void bind(NearCaches near) {
      CacheAsideMetrics.monitor(registry, near.cache);
    }
  }

  /** A read that is counted, as each is. */
  @Benchmark
  public Read<Row> counted(NearCaches near, NearCaches.Keys keys) {
    return near.cache.read(keys.next());
  }

  /** A read that a registry can see. */
  @Benchmark
  public Read<Row> watched(NearCaches near, Watched watched, NearCaches.Keys keys) {
    return near.cache.read(keys.next());
  }

  /** A read that a listener is told of. */
  @Benchmark
  public Read<Row> heard(NearCaches near, NearCaches.Keys keys) {
    return near.heard.read(keys.next());
  }

  /** All counts at once. */
  @Benchmark
  public CacheStats stats(NearCaches near) {
    return near.cache.stats();
  }

  /** All meters, as a scrape reads them. */
  @Benchmark
  public void scrape(Watched watched, Blackhole into) {
    for (Meter meter : watched.registry.getMeters()) {
      meter.measure().forEach(measurement -> into.consume(measurement.getValue()));
    }
  }
}
