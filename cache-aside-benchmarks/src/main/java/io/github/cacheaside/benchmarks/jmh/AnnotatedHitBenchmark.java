package io.github.cacheaside.benchmarks.jmh;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.EnableCacheAside;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A hit by an annotated method beside one by {@code CacheAside.get} of the same cache; and what
 * Spring's interceptor takes with a map in the process, which is the floor.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AnnotatedHitBenchmark {
  private static final String NAME = "row";
  private static final long KEY = 7;

  /** A fill that takes longer will not come. */
  private static final int LONGEST_FILL_MILLIS = 10_000;

  /** What an application writes. */
  public static class Rows {
    /** Reads a row. */
    @Cacheable(NAME)
    public @Nullable Row find(long key) {
      return Row.of(key, 1);
    }
  }

  /** With the adapter. */
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  static class Fenced {}

  /** Spring's own. */
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  static class Plain {}

  private static AnnotationConfigApplicationContext start(
      Class<?> configuration, CacheManager caches) {
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean("cacheManager", CacheManager.class, () -> caches);
    context.registerBean(Rows.class, Rows::new);
    context.register(configuration);
    context.refresh();
    return context;
  }

  /** A cache over a Redis of its own, with a near cache or without. */
  @State(Scope.Benchmark)
  public static class Annotated {
    /** Whether hits are answered in the process. */
    @Param({"false", "true"})
    public boolean near;

    private final RedisServer redis = TestServers.newRedis();
    private final RedisCacheStore store = RedisCacheStore.connect(redis.uri());
    private @Nullable AnnotationConfigApplicationContext context;
    private Rows rows = new Rows();
    private @Nullable CacheAside<Object, Object> core;

    /** Caches the row. */
    @Setup
    public void open() throws InterruptedException {
      CacheAsideCacheManager manager =
          CacheAsideCacheManager.builder(store)
              .cache(
                  NAME,
                  row ->
                      row.type(Row.class)
                          .options(
                              o -> {
                                if (near) {
                                  o.nearCache(1_000);
                                }
                              }))
              .build();
      AnnotationConfigApplicationContext started = start(Fenced.class, manager);
      context = started;
      rows = started.getBean(Rows.class);
      CacheAside<Object, Object> cache = manager.cacheAside(NAME);
      core = cache;
      Row unused = rows.find(KEY);
      for (int i = 0; !cache.look(KEY).isCached(); i++) {
        if (i == LONGEST_FILL_MILLIS) {
          throw new IllegalStateException("the row is not cached");
        }
        Thread.sleep(1); // a read does not wait for its fill
      }
    }

    /** Stops Redis. */
    @TearDown(Level.Trial)
    public void close() {
      if (context != null) {
        context.close();
      }
      store.close();
      redis.close();
      TestServers.close();
    }
  }

  /** A map in the process. */
  @State(Scope.Benchmark)
  public static class InMap {
    private final AnnotationConfigApplicationContext context =
        start(Plain.class, new ConcurrentMapCacheManager(NAME));
    private final Rows rows = context.getBean(Rows.class);
  }

  /** {@code CacheAside.get}. */
  @Benchmark
  public Optional<Object> get(Annotated annotated) {
    CacheAside<Object, Object> core = annotated.core;
    return core == null ? Optional.empty() : core.get(KEY, key -> Row.of(KEY, 1));
  }

  /** The annotated method. */
  @Benchmark
  public @Nullable Row annotated(Annotated annotated) {
    return annotated.rows.find(KEY);
  }

  /** The annotated method with Spring's map. */
  @Benchmark
  public @Nullable Row annotatedInMap(InMap map) {
    return map.rows.find(KEY);
  }
}
