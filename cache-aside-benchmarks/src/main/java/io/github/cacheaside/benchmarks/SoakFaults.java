package io.github.cacheaside.benchmarks;

import io.github.cacheaside.testkit.RedisServer;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a Redis and the ways to it go through, one after the other, on a seeded schedule. None of
 * them brings back what an acknowledged invalidation has removed: a killed Redis comes back empty.
 */
final class SoakFaults implements AutoCloseable {
  private final Ground ground;
  private final Faults faults;
  private final SplittableRandom random;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  SoakFaults(Ground ground, long seed) {
    this.ground = ground;
    RedisURI uri = RedisURI.create(ground.redis().uri());
    uri.setTimeout(Duration.ofSeconds(5));
    this.client = RedisClient.create(uri);
    this.connection = client.connect();
    this.faults =
        new Faults(ground.redis().uri(), seed)
            .with("quiet", 4, () -> last(200, 2_000))
            .with("kill9", 2, this::kill)
            .with("sigstop", 3, this::freeze)
            .with("clientkill", 3, this::killClients)
            .with("full", 2, () -> shortOfMemory("noeviction"))
            .with("evicting", 2, () -> shortOfMemory("allkeys-random"))
            .with("flushall", 3, ground.redis()::flushAll)
            .with("scriptflush", 2, () -> commands().scriptFlush())
            .with("cut", 3, () -> network(LinkProxy.Mode.REFUSE, 50, 2_500))
            .with("stall", 3, () -> network(LinkProxy.Mode.HOLD, 50, 2_500))
            .with("slow", 3, () -> network(LinkProxy.Mode.SLOW, 300, 2_000))
            .with("halfopen", 2, this::forget);
    this.random = faults.random();
  }

  /** Goes on until then; the last one may take some seconds longer. */
  void runUntil(long end) throws Exception {
    faults.runUntil(end);
  }

  /** How often each happened. */
  Map<String, Integer> counts() {
    return faults.counts();
  }

  private RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /** Lets what is the matter last. */
  private void last(int fewestMillis, int mostMillis) {
    Stalls.sleepMillis(random.nextLong(fewestMillis, mostMillis));
  }

  private void kill() {
    RedisServer redis = ground.redis();
    redis.kill();
    try {
      last(50, 2_500);
    } finally {
      redis.restart();
    }
  }

  private void freeze() {
    RedisServer redis = ground.redis();
    redis.pause();
    try {
      last(50, 3_500);
    } finally {
      redis.resume();
    }
  }

  private void killClients() {
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      long unusedNormal = commands().clientKill(KillArgs.Builder.typeNormal().skipme(true));
      long unusedPubSub = commands().clientKill(KillArgs.Builder.typePubsub().skipme(true));
      last(10, 300);
    }
  }

  private void shortOfMemory(String policy) {
    RedisCommands<String, String> redis = commands();
    String unusedPolicy = redis.configSet("maxmemory-policy", policy);
    String unusedLimit = redis.configSet("maxmemory", "1mb"); // less than an empty Redis takes
    try {
      last(100, 2_500);
    } finally {
      String unusedEnd = redis.configSet("maxmemory", "0");
    }
  }

  /** One way or, now and then, all of them. */
  private void network(LinkProxy.Mode mode, int fewestMillis, int mostMillis) {
    int chosen = random.nextInt(ground.ways().size() + 1);
    for (int way = 0; way < ground.ways().size(); way++) {
      if (chosen == way || chosen == ground.ways().size()) {
        ground.ways().get(way).set(mode);
      }
    }
    last(fewestMillis, mostMillis);
    ground.ways().forEach(way -> way.set(LinkProxy.Mode.PASS));
  }

  /** Nobody tells the client, and nothing heals it: it has to connect anew. */
  private void forget() {
    ground.ways().get(random.nextInt(ground.ways().size())).forget();
    last(1_000, 7_000);
  }

  @Override
  public void close() {
    faults.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
