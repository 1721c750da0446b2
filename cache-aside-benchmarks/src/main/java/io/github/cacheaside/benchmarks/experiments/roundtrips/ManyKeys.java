package io.github.cacheaside.benchmarks.experiments.roundtrips;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LockstepProxy;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Round trips of this library's batches and fenced writes, and of reads while one is in flight. */
final class ManyKeys {
  private static final int KEYS = 1_000;
  private static final int BATCH = 100;
  private static final int READS = 10;

  private final RedisServer redis;
  private final LockstepProxy proxy;
  private final MemoryDatabase database = new MemoryDatabase(KEYS);
  private final List<Long> keys = LongStream.range(0, BATCH).boxed().toList();

  ManyKeys(RedisServer redis, LockstepProxy proxy) {
    this.redis = redis;
    this.proxy = proxy;
  }

  void run(Result result) throws Exception {
    try (RedisCacheStore store = RedisCacheStore.connect(proxy.uri())) {
      CacheAside<Long, Row> cache =
          CacheAside.builder(store, "batch", Serializer.json(Row.class))
              .storeTimeout(Duration.ofSeconds(5))
              .fenceTime(Duration.ofMinutes(1)) // so that no renewal is counted
              .build(database::read);
      // scripts are known and connections open
      int warm = cache.getAll(LongStream.range(BATCH, 2 * BATCH).boxed().toList()).size();
      cache.write(List.of((long) warm), () -> {});
      batches(cache, result);
      duringWrite(cache, result);
    }
  }

  private void batches(CacheAside<Long, Row> cache, Result result) throws Exception {
    RedisClient client = RedisClient.create(redis.uri());
    try (StatefulRedisConnection<String, String> direct = client.connect()) {
      int misses = proxy.tripsOf(() -> cache.getAll(keys).size());
      direct.sync().configResetstat();
      int hits = proxy.tripsOf(() -> cache.getAll(keys).size());
      long commands = calls(direct, "get") + calls(direct, "mget");
      int fenced = proxy.tripsOf(() -> cache.write(keys, () -> database.write(1, () -> {})));
      result
          .with("batch_hits", hits)
          .with("batch_commands", commands)
          .with("batch_misses", misses)
          .with("fenced_write", fenced)
          .must(hits == 1 && commands == 1, "a batch of hits is one MGET, once there and back")
          .must(misses <= 3, "a batch of misses is at most three round trips")
          .must(fenced == 2, "a fenced write is one round trip more than an invalidation");
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  private void duringWrite(CacheAside<Long, Row> cache, Result result) throws Exception {
    long key = 0;
    try (WriteFence fence = cache.fence(List.of(key))) {
      long loads = cache.stats().loads();
      int trips = proxy.tripsOf(() -> readAgainAndAgain(cache, key));
      result
          .with("reads_in_write", READS)
          .with("trips_in_write", trips)
          .with("loads_in_write", cache.stats().loads() - loads)
          .must(fence.mayCommit(), "the fence outlives the reads");
    }
  }

  private static long readAgainAndAgain(CacheAside<Long, Row> cache, long key) {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      sum += cache.get(key).map(Row::version).orElse(0L);
    }
    return sum;
  }

  private static long calls(StatefulRedisConnection<String, String> redis, String command) {
    Matcher line =
        Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
            .matcher(redis.sync().info("commandstats"));
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }
}
