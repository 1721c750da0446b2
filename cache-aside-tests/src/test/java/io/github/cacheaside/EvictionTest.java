package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Redis whose memory is far too small for what is cached, and that makes room all the time. */
@Tag("long")
final class EvictionTest {
  private static final int KEYS = 20_000;
  private static final int THREADS = 4;
  private static final int CALLS = 15_000;
  private static final String FILLER = "x".repeat(2_000);

  private final AtomicIntegerArray rows = new AtomicIntegerArray(KEYS);
  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(KEYS);
  private final AtomicInteger loads = new AtomicInteger();

  @Test
  void evictionsUnderLoad_areMisses_neverErrorsAndNeverOldValues() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (RedisServer server =
            TestServers.newRedis("maxmemory 8mb", "maxmemory-policy allkeys-lru");
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      // as another JVM has it: what it invalidates, the first learns from Redis alone
      CacheAside<Integer, String> other = cache(store, this::read);
      CacheAside<Integer, String> cache = cache(store, key -> readBeforeAWrite(key, other));
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(i);
        callers.add(threads.submit(() -> call(cache, random)));
      }
      for (Future<?> caller : callers) {
        caller.get(2, TimeUnit.MINUTES);
      }
      assertThat(evicted(server)).isPositive();
      assertThat(cache.stats().hits()).isPositive();
      assertThat(cache.stats().storeFailures()).isZero();
      assertThat(cache.stats().pendingInvalidations()).isZero();
      assertThat(other.stats().storeFailures()).isZero();
      assertThat(other.stats().pendingInvalidations()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private static CacheAside<Integer, String> cache(
      RedisCacheStore store, CacheLoader<Integer, String> loader) {
    return CacheAside.builder(store, "row", Serializer.utf8())
        .storeTimeout(Duration.ofSeconds(5))
        .build(loader);
  }

  private String read(int key) {
    return rows.get(key) + ":" + FILLER;
  }

  /** Some reads are old by the time they could be cached, and their leases are gone. */
  private String readBeforeAWrite(int key, CacheAside<Integer, String> other) {
    String row = read(key);
    if (loads.incrementAndGet() % 10 == 0) {
      write(key, other);
    }
    return row;
  }

  private void write(int key, CacheAside<Integer, String> cache) {
    int version = rows.incrementAndGet(key);
    cache.invalidate(key);
    acknowledged.accumulateAndGet(key, version, Math::max);
  }

  private void call(CacheAside<Integer, String> cache, SplittableRandom random) {
    for (int i = 0; i < CALLS; i++) {
      // some keys often, so that there are hits and races, most of them once in a while
      int key = random.nextInt(random.nextBoolean() ? 50 : KEYS);
      if (random.nextInt(10) == 0) {
        write(key, cache);
      } else {
        int bound = acknowledged.get(key);
        String value = cache.get(key).orElseThrow();
        assertThat(Integer.parseInt(value.substring(0, value.indexOf(':'))))
            .isGreaterThanOrEqualTo(bound);
      }
    }
  }

  private static long evicted(RedisServer server) {
    try (RedisClient client = RedisClient.create(server.uri());
        var connection = client.connect()) {
      return connection
          .sync()
          .info("stats")
          .lines()
          .filter(line -> line.startsWith("evicted_keys:"))
          .mapToLong(line -> Long.parseLong(line.substring("evicted_keys:".length())))
          .sum();
    }
  }
}
