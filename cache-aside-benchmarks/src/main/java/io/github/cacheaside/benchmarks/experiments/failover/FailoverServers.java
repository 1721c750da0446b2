package io.github.cacheaside.benchmarks.experiments.failover;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A primary that will be lost, and the replica that will take its place. */
final class FailoverServers implements AutoCloseable {
  static final String SENTINEL = "sentinel";
  static final String CLUSTER = "cluster";
  static final List<String> KINDS = List.of(SENTINEL, CLUSTER);

  private static final int SENTINELS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String uri;
  private final RedisServer primary;
  private final BooleanSupplier promoted;
  private final Runnable closing;

  private FailoverServers(
      String uri, RedisServer primary, BooleanSupplier promoted, Runnable closing) {
    this.uri = uri;
    this.primary = primary;
    this.promoted = promoted;
    this.closing = closing;
  }

  static FailoverServers open(String kind) {
    return switch (kind) {
      case SENTINEL -> sentinel(TestServers.newRedisSentinels(SENTINELS));
      case CLUSTER -> cluster(TestServers.newReplicatedRedisCluster());
      default -> throw new IllegalArgumentException("no such topology: " + kind);
    };
  }

  private static FailoverServers sentinel(RedisSentinels servers) {
    return new FailoverServers(
        servers.uri(),
        servers.primary(),
        () -> servers.currentPrimary() == servers.replica() && servers.replica().isPrimary(),
        servers::close);
  }

  private static FailoverServers cluster(RedisCluster servers) {
    return new FailoverServers(
        servers.nodes().stream()
            .map(node -> node.host() + ":" + node.port())
            .collect(Collectors.joining(",", "redis-cluster://", "")),
        servers.nodes().get(0),
        servers.replicas().get(0)::isPrimary,
        servers::close);
  }

  String uri() {
    return uri;
  }

  /** The replica has all that was acknowledged, and from now on gets nothing. */
  void cutReplication() {
    try (RedisClient client = RedisClient.create(primary.uri());
        StatefulRedisConnection<String, String> connection = client.connect()) {
      if (connection.sync().waitForReplication(1, PATIENCE.toMillis()) < 1) {
        throw new IllegalStateException("the replica does not follow");
      }
    }
    primary.cutReplication();
  }

  void killPrimary() {
    primary.kill();
  }

  void awaitPromotion() {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (!isPromoted()) {
      if (System.nanoTime() - patience > 0) {
        throw new IllegalStateException("no failover");
      }
      Stalls.sleepMillis(10);
    }
  }

  /** On a busy machine a sentinel may not answer for a while. */
  private boolean isPromoted() {
    try {
      return promoted.getAsBoolean();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closing.run();
  }
}
