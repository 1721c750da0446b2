package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.junit.jupiter.api.Test;

/** Which nodes of a cluster are listened to, by what {@code CLUSTER NODES} says of them. */
final class ClientsTest {
  private static boolean tellsOfChanges(String flags, String rest) {
    String line = "c37ab8396be428403d4e55c0d317348be27ed973 127.0.0.1:7381 " + flags + " " + rest;
    RedisClusterNode node = ClusterPartitionParser.parse(line + "\n").getPartition(0);
    return Clients.tellsOfChanges(node);
  }

  @Test
  void aPrimaryWithSlotsTells_alsoWhileItIsAway() {
    assertThat(tellsOfChanges("master", "- 0 1401258245007 222 connected 0-7000")).isTrue();
    assertThat(tellsOfChanges("myself,master", "- 0 0 222 connected 0-7000")).isTrue();
    assertThat(tellsOfChanges("master,fail?", "- 1 1 222 disconnected 0-7000")).isTrue();
    assertThat(tellsOfChanges("master,fail", "- 1 1 222 disconnected 0-7000")).isTrue();
  }

  @Test
  void aPrimaryWithoutSlotsTells_sinceItMayGetSome() {
    assertThat(tellsOfChanges("master", "- 0 1401258245007 222 connected")).isTrue();
  }

  @Test
  void aPrimaryThatIsDead_andWhoseSlotsAnotherHas_doesNot() {
    assertThat(tellsOfChanges("master,fail", "- 1 1 222 disconnected")).isFalse();
    assertThat(tellsOfChanges("master,fail?", "- 1 1 222 disconnected")).isFalse();
  }

  @Test
  void aReplicaDoesNot() {
    String primary = "3d005a179da7d8dc1adae6409d47b39c369e992b";
    assertThat(tellsOfChanges("slave", primary + " 0 1401258245007 222 connected")).isFalse();
  }
}
