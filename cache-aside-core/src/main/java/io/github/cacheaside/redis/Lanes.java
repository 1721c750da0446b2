package io.github.cacheaside.redis;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One lane for each node, so that a slow node delays no reads of others. */
final class Lanes {
  private final Link link;
  private final Lane only;
  private final ConcurrentMap<String, Lane> byNode = new ConcurrentHashMap<>();

  Lanes(Link link) {
    this.link = link;
    this.only = new Lane(link::connection, Gets.MOST_KEYS);
  }

  void add(Get get) {
    laneOf(get).add(get);
  }

  /** Sends reads that came together, in one write to each node. */
  void addAll(List<Get> gets) {
    if (!(link.connection() instanceof StatefulRedisClusterConnection<byte[], byte[]>)) {
      addAllToOne(gets);
      return;
    }
    Map<Lane, Get> newest = new LinkedHashMap<>();
    for (int i = gets.size() - 1; i >= 0; i--) {
      Get get = gets.get(i);
      get.next = newest.put(laneOf(get), get);
    }
    newest.forEach(Lane::addAll);
  }

  private void addAllToOne(List<Get> gets) {
    for (int i = gets.size() - 1; i > 0; i--) {
      gets.get(i - 1).next = gets.get(i);
    }
    if (!gets.isEmpty()) {
      only.addAll(gets.get(0));
    }
  }

  private Lane laneOf(Get get) {
    if (!(link.connection() instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster)) {
      return only;
    }
    RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(get.key()));
    // the keys of a batch have different slots, so each is a command of its own
    return byNode.computeIfAbsent(
        node == null ? "" : node.getNodeId(), any -> new Lane(link::connection, 1));
  }
}
