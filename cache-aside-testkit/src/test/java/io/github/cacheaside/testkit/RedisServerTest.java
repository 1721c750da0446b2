package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class RedisServerTest {
  @Test
  void sharedRedis_isOneForTheJvm() {
    assertThat(TestServers.redis()).isSameAs(TestServers.redis());
    assertThat(TestServers.describe()).contains(TestServers.redis().origin());
  }

  @Test
  void flushAll_deletesTheKeys() throws IOException {
    try (RedisServer redis = TestServers.newRedis()) {
      assertThat(call(redis, "SET", "a", "ä")).isEqualTo("OK");
      assertThat(call(redis, "GET", "a")).isEqualTo("ä");
      redis.flushAll();
      assertThat(call(redis, "GET", "a")).isEqualTo("null");
    }
  }

  @Test
  void pausedRedis_answersOnlyAfterResume() throws IOException {
    try (RedisServer redis = TestServers.newRedis()) {
      call(redis, "SET", "a", "1");
      redis.pause();
      assertThatThrownBy(() -> call(redis, "GET", "a")).isInstanceOf(SocketTimeoutException.class);
      redis.resume();
      assertThat(call(redis, "GET", "a")).isEqualTo("1");
    }
  }

  @Test
  void pausedRedis_canBeKilledAndRestarted() throws IOException {
    try (RedisServer redis = TestServers.newRedis()) {
      redis.pause();
      redis.kill();
      redis.restart();
      assertThat(call(redis, "PING")).isEqualTo("PONG");
    }
  }

  @Test
  void killedRedis_refusesConnections_andRestartsEmptyOnTheSamePort() throws IOException {
    try (RedisServer redis = TestServers.newRedis()) {
      int port = redis.port();
      call(redis, "SET", "a", "1");
      redis.kill();
      assertThatThrownBy(() -> call(redis, "PING")).isInstanceOf(IOException.class);
      redis.restart();
      assertThat(redis.port()).isEqualTo(port);
      assertThat(call(redis, "GET", "a")).isEqualTo("null");
    }
  }

  @Test
  void closedRedis_canNotBePaused() {
    RedisServer redis = TestServers.newRedis();
    redis.close();
    redis.close();
    assertThatThrownBy(redis::pause).isInstanceOf(RuntimeException.class);
  }

  @Test
  void configurationLines_reachTheServer() throws IOException {
    try (RedisServer redis =
        TestServers.newRedis("maxmemory 3mb", "maxmemory-policy allkeys-lru")) {
      assertThat(call(redis, "CONFIG", "GET", "maxmemory")).isEqualTo("[maxmemory, 3145728]");
    }
  }

  @Test
  void passwordAndUsers_areRespected_andTheUriCarriesThePassword() throws IOException {
    try (RedisServer redis =
        TestServers.newRedis("requirepass \"top:se@cret/\"", "user app on >pw ~app:* +get +ping")) {
      assertThat(call(redis, "PING")).isEqualTo("PONG");
      assertThat(redis.origin()).doesNotContain("se@cret");
      String app = "redis://app:pw@" + redis.host() + ":" + redis.port();
      try (RespConnection connection = RespConnection.open(RedisAddress.parse(app))) {
        assertThat(connection.call("GET", "app:1")).isNull();
        assertThatThrownBy(() -> connection.call("GET", "other")).hasMessageStartingWith("NOPERM");
      }
    }
  }

  @Test
  void wrongConfiguration_failsWithTheServersWords() {
    assertThatThrownBy(() -> TestServers.newRedis("no-such-directive 1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended while it started")
        .hasMessageContaining("no-such-directive");
  }

  private static String call(RedisServer redis, String... words) throws IOException {
    try (RespConnection connection = RespConnection.open(redis.address())) {
      return connection.text(words);
    }
  }
}
