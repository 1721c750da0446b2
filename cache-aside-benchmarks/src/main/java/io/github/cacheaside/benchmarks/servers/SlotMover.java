package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.testkit.RedisCluster;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moves slots from node to node, key by key, as an operator's resharding does. */
public final class SlotMover implements AutoCloseable {
  private static final Duration ASKING = Duration.ofMillis(15);
  private static final int PORTION = 10;
  private static final int MIGRATE_MILLIS = 2_000;

  private record Node(RedisURI uri, StatefulRedisConnection<String, String> connection, String id) {
    RedisCommands<String, String> sync() {
      return connection.sync();
    }
  }

  private final RedisClient client = RedisClient.create();
  private final List<Node> nodes = new ArrayList<>();
  private int moved;
  private int keysMoved;

  public SlotMover(RedisCluster cluster) {
    for (String text : cluster.uris()) {
      RedisURI uri = RedisURI.create(text);
      StatefulRedisConnection<String, String> connection = client.connect(uri);
      nodes.add(new Node(uri, connection, connection.sync().clusterMyId()));
    }
  }

  public int moved() {
    return moved;
  }

  public int keysMoved() {
    return keysMoved;
  }

  /** Moves the slot of a key to the next node. */
  public void move(String key) {
    int slot = SlotHash.getSlot(key);
    Node source = owner(slot);
    Node target = nodes.get((nodes.indexOf(source) + 1) % nodes.size());
    String ok = target.sync().clusterSetSlotImporting(slot, source.id());
    ok += source.sync().clusterSetSlotMigrating(slot, target.id());
    Stalls.sleepMillis(ASKING.toMillis());
    migrate(slot, source, target);
    for (Node node : List.of(target, source)) {
      ok += node.sync().clusterSetSlotNode(slot, target.id());
    }
    for (Node node : nodes) {
      ok += node.sync().clusterSetSlotNode(slot, target.id());
    }
    if (ok.isEmpty()) {
      throw new IllegalStateException("slot " + slot + " was not moved");
    }
    moved++;
  }

  private void migrate(int slot, Node source, Node target) {
    List<String> keys = source.sync().clusterGetKeysInSlot(slot, PORTION);
    while (!keys.isEmpty()) {
      for (String key : keys) {
        String unused =
            source
                .sync()
                .migrate(target.uri().getHost(), target.uri().getPort(), key, 0, MIGRATE_MILLIS);
        keysMoved++;
      }
      Stalls.sleepMillis(ASKING.toMillis());
      keys = source.sync().clusterGetKeysInSlot(slot, PORTION);
    }
  }

  private Node owner(int slot) {
    for (Node node : nodes) {
      String own =
          node.sync().clusterNodes().replaceAll("(?s).*?(\\S+ [^\\n]*myself[^\\n]*).*", "$1");
      String[] words = own.split(" ", -1);
      for (int i = 8; i < words.length; i++) {
        String[] range = words[i].split("-", -1);
        if (!words[i].startsWith("[")
            && Integer.parseInt(range[0]) <= slot
            && slot <= Integer.parseInt(range[range.length - 1])) {
          return node;
        }
      }
    }
    throw new IllegalStateException("no node has slot " + slot);
  }

  /** How often the nodes answered with this error. */
  public long errors(String kind) {
    Pattern line = Pattern.compile("errorstat_" + kind + ":count=(\\d+)");
    long sum = 0;
    for (Node node : nodes) {
      Matcher found = line.matcher(node.sync().info("errorstats"));
      if (found.find()) {
        sum += Long.parseLong(found.group(1));
      }
    }
    return sum;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
