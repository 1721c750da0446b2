package io.github.cacheaside.benchmarks.experiments.miss;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LoadingDatabase;
import io.github.cacheaside.benchmarks.servers.LockstepProxy;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** What a miss sends to Redis, and how many loads a batch of misses makes: counted, not timed. */
public final class MissCounts {
  private static final int MISSES = 500;
  private static final long SETTLED_MILLIS = 300;
  private static final Pattern COMMAND = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

  /** What connections do by themselves, and what counts. */
  private static final Set<String> NOT_OF_A_MISS =
      Set.of("ping", "info", "config", "config|resetstat", "hello", "client", "command");

  private MissCounts() {}

  static Result of(String experiment, String name) throws Exception {
    LoadingDatabase database = new LoadingDatabase(0);
    Result result = new Result(experiment, name).at("a single miss");
    try (RedisServer redis = TestServers.newRedis();
        LockstepProxy proxy = new LockstepProxy(redis.host(), redis.port())) {
      try (Subject subject =
          Subjects.open(name, MissExperiment.environment(proxy.uri(), database))) {
        long unused = subject.get(0); // scripts are known and connections open
        result
            .with("trips_waited", proxy.tripsUntilReturn(() -> subject.get(1)))
            .with("trips_all", proxy.tripsOf(() -> subject.get(2)));
      }
      try (Subject subject =
          Subjects.open(name, MissExperiment.environment(redis.uri(), database))) {
        result.with("commands", commands(redis, subject));
      }
    }
    return result;
  }

  private static double commands(RedisServer redis, Subject subject) throws Exception {
    RedisClient client = RedisClient.create(redis.uri());
    try (StatefulRedisConnection<String, String> direct = client.connect()) {
      long unused = subject.get(3);
      Stalls.sleepMillis(SETTLED_MILLIS);
      direct.sync().configResetstat();
      for (long key = 0; key < MISSES; key++) {
        long ignored = subject.get(1_000 + key);
      }
      Stalls.sleepMillis(SETTLED_MILLIS);
      return calls(direct.sync().info("commandstats")) / (double) MISSES;
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  /** How many commands Redis has run, those within scripts included. */
  static long calls(String commandStats) {
    long calls = 0;
    Matcher command = COMMAND.matcher(commandStats);
    while (command.find()) {
      calls += NOT_OF_A_MISS.contains(command.group(1)) ? 0 : Long.parseLong(command.group(2));
    }
    return calls;
  }

  /** Reads keys at once that are not cached, and counts what the loader is asked. */
  static Result bulk(String experiment, int keys) {
    Counting loader = new Counting();
    try (RedisServer redis = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CacheAside<Long, Row> cache =
          CacheAside.builder(store, "bulk", Serializer.json(Row.class)).build(loader);
      List<Long> wanted = LongStream.range(0, keys).boxed().toList();
      int found = cache.getAll(wanted).size();
      return new Result(experiment, Subjects.LEASE)
          .at(keys + " misses at once")
          .with("found", found)
          .with("bulk_loads", loader.bulk.get())
          .with("single_loads", loader.single.get())
          .with("keys_loaded", loader.keys.get());
    }
  }

  private static final class Counting implements CacheLoader<Long, Row> {
    private final AtomicInteger single = new AtomicInteger();
    private final AtomicInteger bulk = new AtomicInteger();
    private final AtomicInteger keys = new AtomicInteger();

    @Override
    public Row load(Long key) {
      single.incrementAndGet();
      return Row.of(key, 1);
    }

    @Override
    public Map<Long, Row> loadAll(Collection<Long> wanted) {
      bulk.incrementAndGet();
      keys.addAndGet(wanted.size());
      Map<Long, Row> rows = new LinkedHashMap<>();
      wanted.forEach(key -> rows.put(key, Row.of(key, 1)));
      return rows;
    }
  }
}
