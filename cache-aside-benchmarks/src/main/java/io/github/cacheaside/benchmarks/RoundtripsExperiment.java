package io.github.cacheaside.benchmarks;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** G8: how often a call goes to Redis and back; and a cluster whose slots migrate. */
final class RoundtripsExperiment implements Experiment {
  private static final int KEYS = 1_000;
  private static final int BATCH = 100;
  private static final Duration SETTLED = Duration.ofMillis(150);

  @Override
  public String name() {
    return "roundtrips";
  }

  @Override
  public String about() {
    return "round trips of hit, miss, batch and write; a cluster while its slots migrate (G8)";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(List.of(Subjects.LEASE, Subjects.NAIVE));
    subjects.addAll(Subjects.PEERS);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 20;
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      Result result = new Result(name(), subject);
      try (RedisServer redis = TestServers.newRedis();
          LockstepProxy proxy = new LockstepProxy(redis.host(), redis.port())) {
        single(subject, proxy, result);
        if (subject.equals(Subjects.LEASE)) {
          many(redis, proxy, result);
        }
      }
      if (subject.equals(Subjects.LEASE)) {
        plan.progress().accept("a cluster of 3 whose slots migrate");
        new Resharding(plan.seconds()).run(result);
      }
      results.accept(result);
    }
  }

  private static void single(String name, LockstepProxy proxy, Result result) throws Exception {
    MemoryDatabase database = new MemoryDatabase(KEYS);
    Subject.Environment environment =
        new Subject.Environment(
            proxy.uri(),
            database,
            () -> Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            new Writes(database, 0, what -> {}));
    try (Subject subject = Subjects.open(name, environment)) {
      long unused = subject.get(0); // scripts are known and connections open
      int miss = tripsOf(proxy, () -> subject.get(1));
      int hit = tripsOf(proxy, () -> subject.get(1));
      int write = tripsOf(proxy, () -> subject.write(1));
      result.with("hit", hit).with("miss", miss).with("write", write);
      if (name.equals(Subjects.LEASE)) {
        result
            .must(hit == 1, "a hit is one round trip")
            .must(miss <= 3, "a miss is at most three")
            .must(write == 1, "an invalidation is one");
      }
    }
  }

  private static void many(RedisServer redis, LockstepProxy proxy, Result result) throws Exception {
    RedisClient client = RedisClient.create(redis.uri());
    try (RedisCacheStore store = RedisCacheStore.connect(proxy.uri());
        StatefulRedisConnection<String, String> direct = client.connect()) {
      MemoryDatabase database = new MemoryDatabase(KEYS);
      CacheAside<Long, Row> cache =
          CacheAside.builder(store, "batch", Serializer.json(Row.class))
              .storeTimeout(Duration.ofSeconds(5))
              .build(database::read);
      List<Long> keys = LongStream.range(0, BATCH).boxed().toList();
      int warm = cache.getAll(LongStream.range(BATCH, 2 * BATCH).boxed().toList()).size();
      cache.write(List.of((long) warm), () -> {});
      int misses = tripsOf(proxy, () -> cache.getAll(keys).size());
      direct.sync().configResetstat();
      int hits = tripsOf(proxy, () -> cache.getAll(keys).size());
      long gets = calls(direct, "get");
      int fenced = tripsOf(proxy, () -> cache.write(keys, () -> database.write(1, () -> {})));
      result
          .with("batch_hits", hits)
          .with("batch_gets", gets)
          .with("batch_misses", misses)
          .with("fenced_write", fenced)
          .must(hits == 1 && gets == BATCH, "a batch of hits is one pipeline of GETs")
          .must(misses <= 3, "a batch of misses is at most three round trips")
          .must(fenced == 2, "a fenced write is one round trip more than an invalidation");
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  @FunctionalInterface
  private interface Call {
    long run() throws Exception;
  }

  /** Counts what is not waited for, too. */
  private static int tripsOf(LockstepProxy proxy, Call call) throws Exception {
    Stalls.sleepMillis(SETTLED.toMillis());
    int unused = proxy.trips();
    long ignored = call.run();
    Stalls.sleepMillis(SETTLED.toMillis());
    return proxy.trips();
  }

  private static long calls(StatefulRedisConnection<String, String> redis, String command) {
    String stats = redis.sync().info("commandstats");
    return Long.parseLong(stats.replaceAll("(?s).*cmdstat_" + command + ":calls=(\\d+).*", "$1"));
  }
}
