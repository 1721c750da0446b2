package io.github.cacheaside.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A running Redis Cluster of 1 to 3 primaries without replicas that share the slots alike. */
public final class RedisCluster implements AutoCloseable {
  static final int NODES = 3;

  private static final int SLOTS = 16_384;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<RedisServer> nodes;

  private RedisCluster(List<RedisServer> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  static RedisCluster start(EmbeddedRedis redis, int count, List<String> lines) {
    List<String> config = new ArrayList<>();
    config.add("cluster-enabled yes");
    config.add("cluster-node-timeout 2000");
    config.addAll(lines);
    List<RedisServer> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        nodes.add(redis.start(config));
      }
      join(nodes);
      RedisCluster cluster = new RedisCluster(nodes);
      cluster.awaitOk();
      return cluster;
    } catch (IOException e) {
      nodes.forEach(RedisServer::close);
      throw new IllegalStateException("the nodes don't form a cluster: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      nodes.forEach(RedisServer::close);
      throw e;
    }
  }

  private static void join(List<RedisServer> nodes) throws IOException {
    int count = nodes.size();
    for (int i = 0; i < count; i++) {
      try (RespConnection node = RespConnection.open(nodes.get(i).address())) {
        // Distinct epochs up front spare the nodes a vote about who is who.
        node.call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        node.call(addSlots(SLOTS * i / count, SLOTS * (i + 1) / count));
      }
    }
    try (RespConnection first = RespConnection.open(nodes.get(0).address())) {
      for (RedisServer other : nodes.subList(1, count)) {
        first.call("CLUSTER", "MEET", other.host(), Integer.toString(other.port()));
      }
    }
  }

  private static String[] addSlots(int from, int to) {
    List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
    IntStream.range(from, to).mapToObj(Integer::toString).forEach(words::add);
    return words.toArray(String[]::new);
  }

  /**
   * Returns when all nodes say {@code cluster_state:ok}, as they should some seconds after a killed
   * one was restarted.
   *
   * @throws IllegalStateException if they don't within 30 seconds
   */
  public void awaitOk() {
    for (RedisServer node : nodes) {
      Readiness.await("Redis Cluster", LIMIT, Readiness.UNKNOWN, () -> isOk(node));
    }
  }

  private boolean isOk(RedisServer node) throws IOException {
    try (RespConnection connection = RespConnection.open(node.address())) {
      String info = connection.text("CLUSTER", "INFO");
      return info.contains("cluster_state:ok")
          && info.contains("cluster_slots_ok:" + SLOTS)
          && info.contains("cluster_known_nodes:" + nodes.size());
    }
  }

  /** Returns the nodes, in the order of their slots. */
  public List<RedisServer> nodes() {
    return nodes;
  }

  /** Returns the addresses of the nodes; each may hold a password. */
  public List<String> uris() {
    return nodes.stream().map(RedisServer::uri).toList();
  }

  /** Says in one line where the nodes come from and where they answer. */
  public String origin() {
    return "cluster of " + nodes;
  }

  /** Stops the nodes and deletes their files. */
  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }

  @Override
  public String toString() {
    return origin();
  }
}
