package io.github.cacheaside.benchmarks.jmh;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheListener;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two caches that have all values near: one as it comes, one with a listener. They are over a real
 * Redis, which tells of changes as it does in applications.
 */
@State(Scope.Benchmark)
public class NearCaches {
  private final RedisServer redis = TestServers.newRedis();
  private final RedisCacheStore store = RedisCacheStore.connect(redis.uri());
  final CacheAside<Long, Row> cache = open("plain", CacheListener.NONE);
  final CacheAside<Long, Row> heard = open("heard", new Counting());

  /** The least that a listener can do: count. */
  private static final class Counting implements CacheListener {
    private final LongAdder reads = new LongAdder();

    @Override
    public void onRead(String cache, Outcome outcome) {
      reads.increment();
    }
  }

  /** Keys that no read has to box, in an order that no processor can guess. */
  @State(Scope.Thread)
  public static class Keys {
    private static final int COUNT = 1 << 12;
    private final Long[] keys =
        new SplittableRandom(1).longs(COUNT, 0, Reader.KEYS).boxed().toArray(Long[]::new);
    private int next;

    Long next() {
      return keys[next++ & (COUNT - 1)];
    }
  }

  private CacheAside<Long, Row> open(String name, CacheListener listener) {
    CacheAside<Long, Row> opened =
        CacheAside.builder(store, name, Serializer.json(Row.class))
            .ttl(Duration.ofHours(1))
            .storeTimeout(Duration.ofSeconds(5))
            .nearCache(10L * Reader.KEYS)
            .listener(listener)
            .build((Long key) -> Row.of(key, 1));
    for (long key = 0; key < Reader.KEYS; key++) {
      while (opened.read(key).outcome() != Outcome.NEAR) {
        Thread.onSpinWait(); // until Redis has it, and tells of changes
      }
    }
    return opened;
  }

  /**
   * Stops Redis.
   *
   * @throws IllegalStateException if more than one read in a hundred was no near hit: then
   *     something else was measured
   */
  @TearDown(Level.Trial)
  public void close() {
    store.close();
    redis.close();
    TestServers.close();
    requireNear(cache.stats());
    requireNear(heard.stats());
  }

  private static void requireNear(CacheStats stats) {
    long others = stats.hits() + stats.misses() - stats.nearHits();
    if (others > Math.max(100L * Reader.KEYS, stats.nearHits() / 100)) {
      throw new IllegalStateException("these were no near hits: " + stats);
    }
  }
}
