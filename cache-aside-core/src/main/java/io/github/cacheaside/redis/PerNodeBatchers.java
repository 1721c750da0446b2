package io.github.cacheaside.redis;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One batcher for each node, so that a slow node delays no reads of others. */
final class PerNodeBatchers {
  private final RedisConnection redis;
  private final ReadBatcher only;
  private final ConcurrentMap<String, ReadBatcher> byNode = new ConcurrentHashMap<>();

  PerNodeBatchers(RedisConnection redis) {
    this.redis = redis;
    this.only = new ReadBatcher(redis::connection, GetCommand.MOST_KEYS);
  }

  void add(PendingGet get) {
    batcherOf(get).add(get);
  }

  /** Sends reads that came together, in one write to each node. */
  void addAll(List<PendingGet> gets) {
    if (!(redis.connection() instanceof StatefulRedisClusterConnection<byte[], byte[]>)) {
      addAllToOne(gets);
      return;
    }
    Map<ReadBatcher, PendingGet> newest = new LinkedHashMap<>();
    for (int i = gets.size() - 1; i >= 0; i--) {
      PendingGet get = gets.get(i);
      get.next = newest.put(batcherOf(get), get);
    }
    newest.forEach(ReadBatcher::addAll);
  }

  private void addAllToOne(List<PendingGet> gets) {
    for (int i = gets.size() - 1; i > 0; i--) {
      gets.get(i - 1).next = gets.get(i);
    }
    if (!gets.isEmpty()) {
      only.addAll(gets.get(0));
    }
  }

  private ReadBatcher batcherOf(PendingGet get) {
    if (!(redis.connection() instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster)) {
      return only;
    }
    RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(get.key()));
    // the keys of a batch have different slots, so each is a command of its own
    return byNode.computeIfAbsent(
        node == null ? "" : node.getNodeId(), any -> new ReadBatcher(redis::connection, 1));
  }
}
