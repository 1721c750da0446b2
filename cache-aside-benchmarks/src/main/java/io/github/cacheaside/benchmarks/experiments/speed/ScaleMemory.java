package io.github.cacheaside.benchmarks.experiments.speed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What an entry takes in the heap and in Redis, its key and its value not counted. */
final class ScaleMemory {
  static final int LARGEST_HEADER = 48;

  private static final Duration TTL = Duration.ofHours(1);
  private static final Reader.Data DATA = new Reader.Data(100_000, 20);
  private static final int SAMPLE = 100;
  private static final int COLLECTIONS = 4;
  private static final long BETWEEN_MILLIS = 50;
  private static final Serializer<Row> JSON = Serializer.json(Row.class);

  private final String experiment;
  private final Experiment.Plan plan;

  ScaleMemory(String experiment, Experiment.Plan plan) {
    this.experiment = experiment;
    this.plan = plan;
  }

  void run(Consumer<Result> results) throws Exception {
    try (RedisServer redis = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CacheAside<Long, Row> warm = cache(store, "warm", 0);
      fill(warm); // the client has its buffers
      double bare = bare();
      for (String subject : plan.subjects()) {
        plan.progress().accept("memory of " + subject);
        Result result = new Result(experiment, subject);
        switch (subject) {
          case Readers.CAFFEINE -> results.accept(inHeap(result, caffeine() - bare));
          case Readers.NEAR -> results.accept(inHeap(result, near(store) - bare));
          default -> results.accept(inRedis(result, redis, warm));
        }
      }
    }
  }

  private static CacheAside<Long, Row> cache(RedisCacheStore store, String name, int near) {
    var builder =
        CacheAside.builder(store, name, JSON).ttl(TTL).storeTimeout(Duration.ofSeconds(5));
    return (near == 0 ? builder : builder.nearCache(near).nearTtl(TTL))
        .build((Long key) -> DATA.row(key));
  }

  private static void fill(CacheAside<Long, Row> cache) {
    for (List<Long> some : DATA.chunks()) {
      int unused = cache.getAll(some).size();
    }
  }

  private static Result inHeap(Result result, double bytes) {
    return result
        .at("100 k entries in the heap")
        .with("bytes_per_entry", String.format(Locale.ROOT, "%.0f", bytes));
  }

  /** What a key and a value take by themselves. */
  private static double bare() {
    long before = used();
    Object[] all = new Object[2 * DATA.keys()];
    for (int key = 0; key < DATA.keys(); key++) {
      all[2 * key] = Long.valueOf(key);
      all[2 * key + 1] = DATA.row(key);
    }
    long array = 2L * Integer.BYTES * DATA.keys(); // compressed references
    return (usedWith(all) - before - array) / (double) DATA.keys();
  }

  private static double caffeine() {
    long before = used();
    Cache<Long, Row> cache = Caffeine.newBuilder().maximumSize(DATA.keys()).build();
    for (long key = 0; key < DATA.keys(); key++) {
      cache.put(key, DATA.row(key));
    }
    cache.cleanUp();
    return (usedWith(cache) - before) / (double) cache.estimatedSize();
  }

  /** With the stamps that it makes room for when it is built. */
  private static double near(RedisCacheStore store) {
    fill(cache(store, "near", 0));
    long before = used();
    CacheAside<Long, Row> cache = cache(store, "near", DATA.keys());
    long hits = 0;
    while (hits < DATA.keys() * 9L / 10) { // it may evict some: it is as small as its content
      long earlier = cache.stats().nearHits();
      fill(cache);
      hits = cache.stats().nearHits() - earlier;
    }
    return (usedWith(cache) - before) / (double) hits;
  }

  /** The heap in use, with something that must not be collected yet. */
  private static long usedWith(Object alive) {
    try {
      return used();
    } finally {
      Reference.reachabilityFence(alive);
    }
  }

  private static long used() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Stalls.sleepMillis(BETWEEN_MILLIS);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static Result inRedis(Result result, RedisServer redis, CacheAside<Long, Row> cache)
      throws Exception {
    boolean ours = result.subject().equals(Readers.CACHE_ASIDE);
    RedisClient client = RedisClient.create(redis.uri());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      RedisCommands<String, String> commands = connection.sync();
      long memory = 0;
      long longest = 0;
      for (long key = 0; key < SAMPLE; key++) {
        String name = (ours ? cache.name() : "bare") + ":" + key;
        String payload = new String(JSON.serialize(DATA.row(key)), StandardCharsets.UTF_8);
        if (!ours) {
          String unused = commands.set(name, payload, SetArgs.Builder.px(TTL));
        }
        memory += commands.memoryUsage(name) - name.length() - payload.length();
        longest = Math.max(longest, commands.strlen(name) - payload.length());
      }
      result
          .at("100 k entries in Redis")
          .with("bytes_per_entry", memory / SAMPLE)
          .with("header_bytes", longest);
      return ours ? judge(result, longest) : result;
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  static Result judge(Result result, long header) {
    return result.must(header > 0 && header <= LARGEST_HEADER, "a header of at most 48 bytes");
  }
}
