package io.github.cacheaside.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A running Redis primary with one replica, watched by 1 to 3 Sentinels. A primary that doesn't
 * answer for 1 second counts as down.
 */
public final class RedisSentinels implements AutoCloseable {
  private static final String PRIMARY_NAME = "mymaster";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final RedisServer primary;
  private final RedisServer replica;
  private final List<RedisServer> sentinels;

  private RedisSentinels(RedisServer primary, RedisServer replica, List<RedisServer> sentinels) {
    this.primary = primary;
    this.replica = replica;
    this.sentinels = List.copyOf(sentinels);
  }

  static RedisSentinels start(EmbeddedRedis redis, int count) {
    if (count < 1 || count > 3) {
      throw new IllegalArgumentException("sentinels must be 1 to 3: " + count);
    }
    List<RedisServer> started = new ArrayList<>();
    try {
      RedisServer primary = redis.start(List.of("repl-diskless-sync-delay 0"));
      started.add(primary);
      RedisServer replica = redis.start(List.of("replicaof " + hostAndPort(primary)));
      started.add(replica);
      awaitLine(replica, "master_link_status:up", "INFO", "replication");
      List<String> config = config(primary, count);
      for (int i = 0; i < count; i++) {
        started.add(redis.startSentinel(config));
      }
      RedisSentinels all = new RedisSentinels(primary, replica, started.subList(2, 2 + count));
      all.sentinels.forEach(RedisSentinels::awaitWatching);
      all.sentinels.forEach(
          sentinel -> awaitLine(sentinel, "sentinels=" + count, "INFO", "sentinel"));
      return all;
    } catch (RuntimeException e) {
      started.forEach(RedisServer::close);
      throw e;
    }
  }

  private static List<String> config(RedisServer primary, int count) {
    String monitored = PRIMARY_NAME + " " + hostAndPort(primary);
    return List.of(
        "sentinel monitor " + monitored + " " + (count / 2 + 1),
        "sentinel down-after-milliseconds " + PRIMARY_NAME + " 1000",
        "sentinel failover-timeout " + PRIMARY_NAME + " 5000");
  }

  private static void awaitWatching(RedisServer sentinel) {
    awaitLine(sentinel, "slaves=1", "INFO", "sentinel");
  }

  private static void awaitLine(RedisServer server, String part, String... command) {
    Readiness.await(
        part + " on " + server,
        LIMIT,
        Readiness.UNKNOWN,
        () -> {
          try (RespConnection connection = RespConnection.open(server.address())) {
            return connection.text(command).contains(part);
          }
        });
  }

  private static String hostAndPort(RedisServer server) {
    return server.host() + " " + server.port();
  }

  /** Returns the address of the Sentinels as Lettuce reads it. */
  public String uri() {
    return sentinels.stream()
        .map(sentinel -> sentinel.host() + ":" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "#" + PRIMARY_NAME));
  }

  /** Returns the name that the Sentinels know the primary by: mymaster. */
  public String primaryName() {
    return PRIMARY_NAME;
  }

  /** Returns the server that was the primary at the start. */
  public RedisServer primary() {
    return primary;
  }

  /** Returns the server that was the replica at the start. */
  public RedisServer replica() {
    return replica;
  }

  /** Returns the Sentinels. */
  public List<RedisServer> sentinels() {
    return sentinels;
  }

  /** Asks the first Sentinel which server is the primary now. */
  public RedisServer currentPrimary() {
    RedisServer first = sentinels.get(0);
    try (RespConnection connection = RespConnection.open(first.address())) {
      String reply = connection.text("SENTINEL", "get-master-addr-by-name", PRIMARY_NAME);
      return reply.contains(Integer.toString(replica.port())) ? replica : primary;
    } catch (IOException e) {
      throw new IllegalStateException(first + " does not answer: " + e.getMessage(), e);
    }
  }

  /** Says in one line where the servers come from and where they answer. */
  public String origin() {
    return "primary " + primary + ", replica " + replica + ", sentinels " + sentinels;
  }

  /** Stops the servers and deletes their files. */
  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    replica.close();
    primary.close();
  }

  @Override
  public String toString() {
    return origin();
  }
}
