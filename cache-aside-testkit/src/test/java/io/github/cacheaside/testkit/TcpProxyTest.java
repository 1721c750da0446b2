package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TcpProxyTest {
  private static final Duration ONE_WAY = Duration.ofMillis(20);
  private static final int CHUNK = 1 << 16;
  private static final int CHUNKS = 1_024;

  private RedisServer redis;
  private TcpProxy proxy;
  private RedisClient client;

  @BeforeEach
  void open() throws Exception {
    redis = TestServers.newRedis();
    proxy = TcpProxy.to(redis.host(), redis.port());
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
    proxy.set(TcpProxy.Mode.HOLD);
    RedisFuture<String> pong = connection.async().ping();
    assertThat(pong.await(200, TimeUnit.MILLISECONDS)).isFalse();
    proxy.set(TcpProxy.Mode.PASS);
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
    proxy.set(TcpProxy.Mode.REFUSE);
    assertThatThrownBy(client::connect).isNotNull();
    proxy.set(TcpProxy.Mode.PASS);
    assertThat(connection.sync().ping()).isEqualTo("PONG"); // it has reconnected
  }

  @Test
  void requestsAreHeld_andReachTheServerAlthoughTheirClientIsGone() throws Exception {
    StatefulRedisConnection<String, String> connection = client.connect();
    proxy.set(TcpProxy.Mode.HOLD_REQUESTS);
    RedisFuture<Long> counted = connection.async().incr("count");
    assertThat(counted.await(200, TimeUnit.MILLISECONDS)).isFalse();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    RedisClient direct = RedisClient.create(redis.uri());
    try {
      RedisCommands<String, String> commands = direct.connect().sync();
      assertThat(commands.get("count")).isNull();
      proxy.set(TcpProxy.Mode.PASS);
      await().atMost(Duration.ofMinutes(1)).until(() -> "1".equals(commands.get("count")));
    } finally {
      direct.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  @Test
  void newConnectionsAreLedElsewhere_andThoseThatThereAreStay() throws Exception {
    StatefulRedisConnection<String, String> before = client.connect();
    try (RedisServer other = TestServers.newRedis()) {
      proxy.leadTo(other.host(), other.port());
      client.connect().sync().set("where", "other");
      assertThat(before.sync().get("where")).isNull();
      assertThat(proxy.connections()).isEqualTo(2);
    }
  }

  @Test
  void aRoundTripTakesTheWayTwice_andCommandsThatFollowEachOtherTakeItTogether() throws Exception {
    StatefulRedisConnection<String, String> connection = client.connect();
    assertThat(connection.sync().ping()).isEqualTo("PONG");
    proxy.delay(() -> ONE_WAY);
    long pinged = System.nanoTime();
    assertThat(connection.sync().ping()).isEqualTo("PONG");
    assertThat(Duration.ofNanos(System.nanoTime() - pinged))
        .isGreaterThanOrEqualTo(ONE_WAY.multipliedBy(2));
    long began = System.nanoTime();
    List<RedisFuture<Long>> counts = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      counts.add(connection.async().incr("count"));
    }
    for (int i = 0; i < counts.size(); i++) {
      assertThat(counts.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i + 1L);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(took).isGreaterThanOrEqualTo(ONE_WAY.multipliedBy(2));
    // one after the other they would take 400 s
    assertThat(took).isLessThan(Duration.ofSeconds(20));
  }

  /** 64 MB to a client that reads nothing: the proxy stops reading, and goes on later. */
  @Test
  void whatIsHeldIsBounded_andComesInItsOrder() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TcpProxy way = TcpProxy.to("127.0.0.1", server.getLocalPort());
        Socket held = new Socket(InetAddress.getLoopbackAddress(), way.port());
        Socket there = server.accept()) {
      way.set(TcpProxy.Mode.HOLD);
      AtomicInteger written = new AtomicInteger();
      Thread writer =
          new Thread(
              () -> {
                byte[] chunk = new byte[CHUNK];
                try {
                  for (int i = 0; i < CHUNKS; i++) {
                    chunk[0] = (byte) i;
                    there.getOutputStream().write(chunk);
                    written.incrementAndGet();
                  }
                } catch (IOException e) {
                  // seen by what is missing
                }
              });
      writer.start();
      int before = -1;
      while (before != written.get()) {
        before = written.get();
        writer.join(500);
      }
      assertThat(before).isLessThan(CHUNKS);
      way.set(TcpProxy.Mode.PASS);
      for (int i = 0; i < CHUNKS; i++) {
        assertThat(held.getInputStream().readNBytes(CHUNK)[0]).isEqualTo((byte) i);
      }
    }
  }

  @Test
  void whenItIsClosed_itsThreadsEnd() throws Exception {
    StatefulRedisConnection<String, String> unused = client.connect();
    proxy.set(TcpProxy.Mode.HOLD);
    proxy.close();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("tcp-proxy")));
  }
}
