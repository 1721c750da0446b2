package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Does harm to a Redis and to workers, on a seeded schedule. */
public final class RedisFaults implements AutoCloseable {

  /** One kind of harm. */
  @FunctionalInterface
  public interface Harm {
    void happen() throws Exception;
  }

  private static final String EVICT_UNLESS_MARKED =
      "local k = redis.call('RANDOMKEY')"
          + " if k and redis.pcall('GETRANGE', k, 0, 0) ~= 'W' then redis.call('UNLINK', k) end"
          + " return 1";

  private final SplittableRandom random;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final List<String> names = new ArrayList<>();
  private final List<Harm> harms = new ArrayList<>();
  private final Map<String, Integer> done = new TreeMap<>();

  public RedisFaults(String redis, long seed) {
    this.random = new SplittableRandom(seed);
    RedisURI uri = RedisURI.create(redis);
    uri.setTimeout(Duration.ofSeconds(5));
    this.client = RedisClient.create(uri);
    this.connection = client.connect();
  }

  /** Adds a kind of harm, with how often it is chosen. */
  public RedisFaults with(String name, int weight, Harm harm) {
    for (int i = 0; i < weight; i++) {
      names.add(name);
      harms.add(harm);
    }
    return this;
  }

  /** All that a Redis without fenced writes has to take. */
  public RedisFaults withAllOfRedis() {
    return withoutLostMarks()
        .with("evict", 60, this::evict)
        .with("flushall", 6, redis()::flushall)
        .with("memory", 6, this::shortOfMemory);
  }

  /** What leaves the marks of fenced writes alone; losing one is a known gap. */
  public RedisFaults withoutLostMarks() {
    return with("drop", 40, () -> redis().eval(EVICT_UNLESS_MARKED, STATUS))
        .with("scriptflush", 8, redis()::scriptFlush)
        .with("clientkill", 3, () -> redis().clientKill(KillArgs.Builder.typeNormal().skipme(true)))
        .with("pause", 3, () -> redis().clientPause(random.nextLong(20, 160)));
  }

  private static final io.lettuce.core.ScriptOutputType STATUS =
      io.lettuce.core.ScriptOutputType.INTEGER;

  private RedisCommands<String, String> redis() {
    return connection.sync();
  }

  /** Goes on until then. */
  public void runUntil(long end) throws Exception {
    while (System.nanoTime() - end < 0 && !harms.isEmpty()) {
      int chosen = random.nextInt(harms.size());
      done.merge(names.get(chosen), 1, Integer::sum);
      try {
        harms.get(chosen).happen();
      } catch (RedisException e) {
        done.merge("failed", 1, Integer::sum);
      }
      Stalls.sleepMillis(random.nextLong(1, 60));
    }
  }

  public SplittableRandom random() {
    return random;
  }

  /** How often each happened, such as {@code evict:12;flushall:3}. */
  public String done() {
    List<String> texts = new ArrayList<>();
    done.forEach((name, times) -> texts.add(name + ":" + times));
    return String.join(";", texts);
  }

  private void evict() {
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      String key = redis().randomkey();
      if (key != null) {
        redis().unlink(key);
      }
    }
  }

  /** Redis itself chooses what to evict. */
  private void shortOfMemory() {
    RedisCommands<String, String> redis = redis();
    String used = redis.info("memory").replaceAll("(?s).*used_memory:(\\d+).*", "$1");
    redis.configSet("maxmemory-policy", "allkeys-random");
    redis.configSet("maxmemory", Long.toString(Long.parseLong(used) + 20_000));
    try {
      for (int i = 0; i < 20; i++) {
        redis.set("filler:" + i, "x".repeat(2_000), SetArgs.Builder.px(500));
      }
    } finally {
      redis.configSet("maxmemory", "0");
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
