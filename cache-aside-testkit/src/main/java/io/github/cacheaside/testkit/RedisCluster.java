package io.github.cacheaside.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A running Redis Cluster of 1 to 3 primaries that share the slots alike, with or without replicas.
 */
public final class RedisCluster implements AutoCloseable {
  static final int NODES = 3;

  private static final int SLOTS = 16_384;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<RedisServer> nodes;
  private final List<RedisServer> replicas;

  private RedisCluster(List<RedisServer> nodes, List<RedisServer> replicas) {
    this.nodes = List.copyOf(nodes);
    this.replicas = List.copyOf(replicas);
  }

  /**
   * Starts one.
   *
   * @param count how many primaries
   * @param replicated whether each has a replica
   */
  static RedisCluster start(
      EmbeddedRedis redis, int count, boolean replicated, List<String> lines) {
    List<String> config = new ArrayList<>();
    config.add("cluster-enabled yes");
    config.add("cluster-node-timeout 2000");
    config.add("repl-diskless-sync-delay 0");
    config.addAll(lines);
    List<RedisServer> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < (replicated ? 2 * count : count); i++) {
        nodes.add(redis.start(config));
      }
      join(nodes, count);
      RedisCluster cluster =
          new RedisCluster(nodes.subList(0, count), nodes.subList(count, nodes.size()));
      cluster.awaitOk();
      cluster.replicate();
      return cluster;
    } catch (IOException e) {
      nodes.forEach(RedisServer::close);
      throw new IllegalStateException("the nodes don't form a cluster: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      nodes.forEach(RedisServer::close);
      throw e;
    }
  }

  private static void join(List<RedisServer> nodes, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try (RespConnection node = RespConnection.open(nodes.get(i).address())) {
        // Distinct epochs up front spare the nodes a vote.
        node.call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        node.call(addSlots(SLOTS * i / count, SLOTS * (i + 1) / count));
      }
    }
    try (RespConnection first = RespConnection.open(nodes.get(0).address())) {
      for (RedisServer other : nodes.subList(1, nodes.size())) {
        first.call("CLUSTER", "MEET", other.host(), Integer.toString(other.port()));
      }
    }
  }

  private void replicate() throws IOException {
    for (int i = 0; i < replicas.size(); i++) {
      String primary = text(nodes.get(i), "CLUSTER", "MYID");
      RedisServer replica = replicas.get(i);
      Readiness.await(
          "replica " + replica,
          LIMIT,
          Readiness.UNKNOWN,
          () -> text(replica, "CLUSTER", "REPLICATE", primary).equals("OK"));
    }
    for (RedisServer replica : replicas) {
      Readiness.await(
          "replica " + replica,
          LIMIT,
          Readiness.UNKNOWN,
          () -> text(replica, "INFO", "replication").contains("master_link_status:up"));
    }
    for (RedisServer node : all()) {
      Readiness.await(
          "replicas as seen by " + node,
          LIMIT,
          Readiness.UNKNOWN,
          () -> text(node, "CLUSTER", "NODES").split("slave ", -1).length == replicas.size() + 1);
    }
  }

  private List<RedisServer> all() {
    return Stream.concat(nodes.stream(), replicas.stream()).toList();
  }

  private static String text(RedisServer node, String... command) throws IOException {
    try (RespConnection connection = RespConnection.open(node.address())) {
      return connection.text(command);
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
    for (RedisServer node : all()) {
      Readiness.await("Redis Cluster", LIMIT, Readiness.UNKNOWN, () -> isOk(node));
    }
  }

  private boolean isOk(RedisServer node) throws IOException {
    String info = text(node, "CLUSTER", "INFO");
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_known_nodes:" + all().size());
  }

  /** Returns the nodes that were primaries at the start, in the order of their slots. */
  public List<RedisServer> nodes() {
    return nodes;
  }

  /**
   * Returns the nodes that were replicas at the start, in the order of their primaries; none for a
   * cluster without.
   */
  public List<RedisServer> replicas() {
    return replicas;
  }

  /** Returns the addresses of {@link #nodes()}; each may hold a password. */
  public List<String> uris() {
    return nodes.stream().map(RedisServer::uri).toList();
  }

  /** Says in one line where the nodes come from and where they answer. */
  public String origin() {
    return "cluster of " + nodes + (replicas.isEmpty() ? "" : ", replicas " + replicas);
  }

  /** Stops the nodes and deletes their files. */
  @Override
  public void close() {
    all().forEach(RedisServer::close);
  }

  @Override
  public String toString() {
    return origin();
  }
}
