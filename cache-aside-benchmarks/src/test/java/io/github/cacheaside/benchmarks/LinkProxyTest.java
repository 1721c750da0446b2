package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkProxyTest {
  private RedisServer redis;
  private LinkProxy proxy;
  private RedisClient client;

  @BeforeEach
  void open() throws Exception {
    redis = TestServers.newRedis();
    proxy = new LinkProxy(redis.host(), redis.port());
    RedisURI uri = RedisURI.create(proxy.uri());
    uri.setTimeout(Duration.ofSeconds(20));
    client = RedisClient.create(uri);
  }

  @AfterEach
  void close() throws Exception {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    proxy.close();
    redis.close();
  }

  @Test
  void whatIsHeldPassesLater() throws Exception {
    StatefulRedisConnection<String, String> connection = client.connect();
    proxy.set(LinkProxy.Mode.HOLD);
    RedisFuture<String> pong = connection.async().ping();
    assertThat(pong.await(200, TimeUnit.MILLISECONDS)).isFalse();
    proxy.set(LinkProxy.Mode.PASS);
    assertThat(pong.get(20, TimeUnit.SECONDS)).isEqualTo("PONG");
  }

  @Test
  void aForgottenConnectionIsSilent_andANewOneIsNot() throws Exception {
    StatefulRedisConnection<String, String> connection = client.connect();
    proxy.forget();
    assertThat(connection.async().ping().await(200, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(client.connect().sync().ping()).isEqualTo("PONG");
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void whileItRefuses_nothingConnects() {
    StatefulRedisConnection<String, String> connection = client.connect();
    proxy.set(LinkProxy.Mode.REFUSE);
    assertThatThrownBy(client::connect).isNotNull();
    proxy.set(LinkProxy.Mode.PASS);
    assertThat(connection.sync().ping()).isEqualTo("PONG"); // it has reconnected
  }
}
