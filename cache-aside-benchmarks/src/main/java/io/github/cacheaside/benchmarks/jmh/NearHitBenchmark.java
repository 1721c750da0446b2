package io.github.cacheaside.benchmarks.jmh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.cacheaside.Read;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A hit in the process beside a bare cache; with {@code -prof gc}, what it allocates. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NearHitBenchmark {

  /** The floor: the same values in a bare cache. */
  @State(Scope.Benchmark)
  public static class Bare {
    private final Cache<Long, Row> cache =
        Caffeine.newBuilder().maximumSize(10L * Reader.KEYS).build();
  }

  /** {@code get(key, loader)} of the bare cache. */
  @Benchmark
  public @Nullable Row caffeine(Bare bare, NearCaches.Keys keys) {
    return bare.cache.get(keys.next(), key -> Row.of(key, 1));
  }

  /** {@code get(key)}. */
  @Benchmark
  public Optional<Row> get(NearCaches near, NearCaches.Keys keys) {
    return near.cache.get(keys.next());
  }

  /** {@code read(key)}, which also says where the answer came from. */
  @Benchmark
  public Read<Row> read(NearCaches near, NearCaches.Keys keys) {
    return near.cache.read(keys.next());
  }
}
