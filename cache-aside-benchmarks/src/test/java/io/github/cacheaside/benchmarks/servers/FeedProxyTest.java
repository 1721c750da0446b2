package io.github.cacheaside.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the proxy promises to the experiment: it harms what it is told to, and nothing else. */
final class FeedProxyTest {
  private static final long SOON_SECONDS = 20;
  private static final Duration A_WHILE = Duration.ofMillis(300);

  private final RedisServer server = TestServers.newRedis();
  private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
  private FeedProxy proxy;
  private RedisClient client;
  private StatefulRedisPubSubConnection<String, String> feed;

  @BeforeEach
  void connect() throws Exception {
    proxy = new FeedProxy(server.host(), server.port());
    RedisURI uri = RedisURI.create(proxy.uri());
    uri.setTimeout(Duration.ofSeconds(SOON_SECONDS));
    client = RedisClient.create(uri);
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    feed = subscribe();
  }

  @AfterEach
  void close() throws Exception {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    proxy.close();
    server.close();
  }

  private StatefulRedisPubSubConnection<String, String> subscribe() {
    StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
    connection.addListener(
        new RedisPubSubAdapter<String, String>() {
          @Override
          public void message(String channel, String message) {
            news.add(message);
          }
        });
    connection.sync().subscribe("news");
    return connection;
  }

  /** Over the same proxy; returns when Redis has sent it to all who listen. */
  private void publish(String message) {
    try (var connection = client.connect()) {
      assertThat(connection.sync().publish("news", message)).isNotNull();
    }
  }

  /** Not within a while in which one that passes would come. */
  private void assertNoAnswer() {
    feed.setTimeout(A_WHILE);
    assertThatThrownBy(() -> feed.sync().ping()).isInstanceOf(RedisException.class);
    feed.setTimeout(Duration.ofSeconds(SOON_SECONDS));
  }

  private String next() throws InterruptedException {
    return String.valueOf(news.poll(SOON_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void heldNewsComeLater_inTheirOrder() throws Exception {
    publish("first");
    assertThat(next()).isEqualTo("first");
    proxy.set(FeedProxy.Mode.HOLD);
    publish("second");
    assertNoAnswer();
    assertThat(news).isEmpty();
    proxy.set(FeedProxy.Mode.PASS);
    publish("third");
    assertThat(next()).isEqualTo("second");
    assertThat(next()).isEqualTo("third");
  }

  @Test
  void onlyNewsAreLost_orRepliesToo() throws Exception {
    proxy.set(FeedProxy.Mode.LOSE_NEWS);
    publish("lost");
    assertThat(feed.sync().ping()).isEqualTo("PONG");
    proxy.set(FeedProxy.Mode.LOSE);
    publish("lost too");
    assertNoAnswer();
    proxy.set(FeedProxy.Mode.PASS);
    publish("told");
    assertThat(next()).isEqualTo("told");
  }

  @Test
  void aForgottenConnectionStaysOpenAndSilent_aNewOneWorks() throws Exception {
    proxy.forget();
    publish("lost");
    assertNoAnswer();
    assertThat(feed.isOpen()).isTrue();
    StatefulRedisPubSubConnection<String, String> unused = subscribe();
    publish("told");
    assertThat(next()).isEqualTo("told");
    assertThat(news).isEmpty();
  }

  @Test
  void refusedConnectionsAreClosed_othersAreNot() throws Exception {
    proxy.set(FeedProxy.Mode.REFUSE);
    assertNoAnswer();
    assertThatThrownBy(this::subscribe).isInstanceOf(RedisException.class);
    publish("to nobody");
    proxy.set(FeedProxy.Mode.PASS);
    StatefulRedisPubSubConnection<String, String> unused = subscribe();
    publish("told");
    assertThat(next()).isEqualTo("told");
  }
}
