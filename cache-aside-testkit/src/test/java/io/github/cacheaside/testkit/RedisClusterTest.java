package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisClusterTest {
  @Test
  void everyNode_saysOk_alsoAfterOneWasKilledAndRestarted() throws IOException {
    try (RedisCluster cluster = TestServers.newRedisCluster("maxmemory 10mb")) {
      assertThat(cluster.nodes()).hasSize(3);
      assertThat(cluster.uris()).allMatch(uri -> uri.startsWith("redis://"));
      for (RedisServer node : cluster.nodes()) {
        assertThat(info(node)).contains("cluster_state:ok").contains("cluster_size:3");
      }
      RedisServer first = cluster.nodes().get(0);
      RedisServer second = cluster.nodes().get(1);
      first.kill();
      await().atMost(Duration.ofMinutes(1)).until(() -> info(second).contains("_state:fail"));
      first.restart();
      cluster.awaitOk();
      assertThat(info(first)).contains("cluster_state:ok");
    }
  }

  @Test
  void aSmallerCluster_hasAllSlotsToo() throws IOException {
    try (RedisCluster cluster = TestServers.newRedisCluster(2, "maxmemory 10mb")) {
      assertThat(cluster.nodes()).hasSize(2);
      assertThat(info(cluster.nodes().get(0))).contains("cluster_slots_ok:16384");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestServers.newRedisCluster(4).close())
        .withMessageContaining("4");
  }

  private static String info(RedisServer node) throws IOException {
    try (RespConnection connection = RespConnection.open(node.address())) {
      return connection.text("CLUSTER", "INFO");
    }
  }
}
