package io.github.cacheaside.benchmarks.experiments.soak;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.HarmedServers;
import io.github.cacheaside.benchmarks.servers.RedisFaults;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What a Redis and the ways to it go through, one after the other, in an order that the seed gives:
 * a deck of all of them is shuffled again and again. None of them brings back what an acknowledged
 * invalidation has removed: a killed Redis comes back empty.
 */
final class SoakFaults implements AutoCloseable {

  private record Fault(String name, RedisFaults.Harm harm) {}

  private final HarmedServers servers;
  private final SplittableRandom random;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final List<Fault> all;
  private final Deque<Fault> deck = new ArrayDeque<>();
  private final Map<String, Integer> done = new TreeMap<>();

  SoakFaults(HarmedServers servers, long seed) {
    this.servers = servers;
    this.random = new SplittableRandom(seed);
    RedisURI uri = RedisURI.create(servers.redis().uri());
    uri.setTimeout(Duration.ofSeconds(5));
    this.client = RedisClient.create(uri);
    this.connection = client.connect();
    this.all =
        List.of(
            new Fault("quiet", () -> last(200, 2_000)),
            new Fault("kill9", this::kill),
            new Fault("sigstop", this::freeze),
            new Fault("clientkill", this::killClients),
            new Fault("full", () -> shortOfMemory("noeviction")),
            new Fault("evicting", () -> shortOfMemory("allkeys-random")),
            new Fault("flushall", servers.redis()::flushAll),
            new Fault("scriptflush", () -> commands().scriptFlush()),
            new Fault("cut", () -> network(way -> way.set(TcpProxy.Mode.REFUSE), 50, 2_500)),
            new Fault("stall", () -> network(way -> way.set(TcpProxy.Mode.HOLD), 300, 2_500)),
            new Fault("slow", () -> network(way -> way.delay(this::aroundTheTimeOut), 300, 2_000)),
            new Fault("halfopen", this::forget));
  }

  /** Goes on until then; the last one may take some seconds longer. */
  void runUntil(long end) throws Exception {
    while (System.nanoTime() - end < 0) {
      Fault fault = next();
      done.merge(fault.name(), 1, Integer::sum);
      try {
        fault.harm().happen();
      } catch (RedisException e) {
        done.merge("failed", 1, Integer::sum);
      }
      last(1, 200);
    }
  }

  private Fault next() {
    if (deck.isEmpty()) {
      List<Fault> shuffled = new ArrayList<>(all);
      Collections.shuffle(shuffled, new Random(random.nextLong()));
      deck.addAll(shuffled);
    }
    return deck.remove();
  }

  /** How often each has happened. */
  Map<String, Integer> counts() {
    return new TreeMap<>(done);
  }

  private RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /** Lets what is the matter last. */
  private void last(int fewestMillis, int mostMillis) {
    Stalls.sleepMillis(random.nextLong(fewestMillis, mostMillis));
  }

  private void kill() {
    RedisServer redis = servers.redis();
    redis.kill();
    try {
      last(50, 2_500);
    } finally {
      redis.restart();
    }
  }

  private void freeze() {
    RedisServer redis = servers.redis();
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
  private void network(Consumer<TcpProxy> harm, int fewestMillis, int mostMillis) {
    int chosen = random.nextInt(servers.ways().size() + 1);
    for (int way = 0; way < servers.ways().size(); way++) {
      if (chosen == way || chosen == servers.ways().size()) {
        harm.accept(servers.ways().get(way));
      }
    }
    last(fewestMillis, mostMillis);
    for (TcpProxy way : servers.ways()) {
      way.set(TcpProxy.Mode.PASS);
      way.delay(() -> Duration.ZERO);
    }
  }

  private Duration aroundTheTimeOut() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(60, 200));
  }

  /** Nobody tells the client, and nothing heals it: it has to connect anew. */
  private void forget() {
    servers.ways().get(random.nextInt(servers.ways().size())).forget();
    last(1_000, 7_000);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
