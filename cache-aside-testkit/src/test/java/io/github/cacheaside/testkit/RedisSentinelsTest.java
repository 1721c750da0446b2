package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisSentinelsTest {
  @Test
  void sentinels_reportThePrimary_andFailOverWhenItDies() {
    try (RedisSentinels servers = TestServers.newRedisSentinels(3)) {
      assertThat(servers.sentinels()).hasSize(3);
      assertThat(servers.uri()).startsWith("redis-sentinel://").endsWith("#mymaster");
      assertThat(servers.currentPrimary()).isSameAs(servers.primary());
      servers.primary().kill();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> servers.currentPrimary() == servers.replica());
    }
  }

  @Test
  void oneSentinel_reportsThePrimary() {
    try (RedisSentinels servers = TestServers.newRedisSentinels(1)) {
      assertThat(servers.currentPrimary()).isSameAs(servers.primary());
    }
  }

  @Test
  void noSentinel_isRefused() {
    assertThatThrownBy(() -> TestServers.newRedisSentinels(0))
        .hasMessage("sentinels must be 1 to 3: 0");
  }
}
