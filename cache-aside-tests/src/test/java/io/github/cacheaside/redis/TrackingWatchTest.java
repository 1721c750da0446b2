package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends a watch, and what is left of it then. */
final class TrackingWatchTest {
  private static final Pattern TRACKING = Pattern.compile("id=(\\d+) [^\n]* flags=t ");
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final LeaseToken TOKEN = new LeaseToken(1, 2);

  private final RedisServer server = TestServers.newRedis();
  private final RedisCacheStore store = RedisCacheStore.connect(server.uri());
  private final ClientResources resources = Clients.resources(ConnectionOptions.standard());
  private final RedisClient client = RedisClient.create(server.uri());
  private final StatefulRedisConnection<String, String> raw = client.connect();
  private final TrackingWatch watch =
      new TrackingWatch(
          Clients.trackingClient(resources, ConnectionOptions.standard()),
          RedisURI.create(server.uri()),
          ConnectionOptions.standard(),
          "the test's server");

  @AfterEach
  void close() {
    watch.close();
    store.close();
    client.shutdown();
    Clients.shutdown(resources);
    server.close();
  }

  private CompletionStage<Void> leasedAndWatched(String key) {
    now(store.lease(key, TOKEN, LONG));
    await().until(() -> watch.watch("another key").isPresent());
    CompletionStage<Void> ended = watch.watch(key).orElseThrow();
    await().until(() -> watch.size() == 1);
    return ended;
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private List<String> trackingConnections() {
    Matcher lines = TRACKING.matcher(raw.sync().clientList());
    return lines.results().map(line -> line.group(1)).toList();
  }

  @Test
  void nothingIsOpenedBeforeTheFirstWatch() {
    assertThat(trackingConnections()).isEmpty();
    leasedAndWatched("key");
    assertThat(trackingConnections()).hasSize(1);
  }

  @Test
  void aPushEndsAWatch_andNothingIsKept() {
    CompletionStage<Void> ended = leasedAndWatched("key");
    now(store.drop("key"));
    now(ended);
    assertThat(watch.size()).isZero();
  }

  @Test
  void aRenewedLeaseMayBeWatchedAgain() {
    CompletionStage<Void> ended = leasedAndWatched("key");
    now(store.renew("key", TOKEN, LONG));
    now(ended); // for nothing
    CompletionStage<Void> again = watch.watch("key").orElseThrow();
    now(store.abandon("key", TOKEN));
    now(again);
  }

  @Test
  void theEndOfALeaseEndsAWatch() {
    await().until(() -> watch.watch("another key").isPresent());
    now(store.lease("key", TOKEN, Duration.ofSeconds(2)));
    now(watch.watch("key").orElseThrow());
    await().until(() -> watch.size() == 0);
    assertThat(now(store.lookup("key"))).isEqualTo(Lookup.MISSING);
  }

  @Test
  void keysThatAreNoStringsEndAWatch() {
    leasedAndWatched("key");
    raw.sync().hset("hash", "field", "value");
    now(watch.watch("hash").orElseThrow());
    assertThat(watch.watch("key")).as("the connection lives on").isPresent();
  }

  @Test
  void aFlushEndsAllWatches() {
    CompletionStage<Void> ended = leasedAndWatched("key");
    raw.sync().flushall();
    now(ended);
    assertThat(watch.size()).isZero();
  }

  @Test
  void aKilledConnectionEndsAllWatches_andAnotherTracksLater() {
    CompletionStage<Void> ended = leasedAndWatched("key");
    String id = trackingConnections().get(0);
    raw.sync().clientKill(KillArgs.Builder.id(Long.parseLong(id)));
    now(ended);
    assertThat(watch.size()).isZero();

    CompletionStage<Void> again = leasedAndWatched("key");
    assertThat(trackingConnections()).hasSize(1).doesNotContain(id);
    now(store.abandon("key", TOKEN));
    now(again);
  }

  @Test
  void aServerThatDiesEndsAllWatches_andIsTrackedWhenItIsBack() {
    CompletionStage<Void> ended = leasedAndWatched("key");
    server.kill();
    now(ended);
    server.restart();
    await().ignoreExceptions().until(() -> store.ping().toCompletableFuture().get() != null);
    CompletionStage<Void> again = leasedAndWatched("key");
    now(store.drop("key"));
    now(again);
  }

  @Test
  void aSilentConnectionIsGivenUp() {
    leasedAndWatched("key");
    server.pause();
    try {
      now(watch.watch("unanswered").orElseThrow());
      assertThat(watch.watch("any")).isEmpty();
    } finally {
      server.resume();
    }
  }

  @Test
  void theMainConnectionsReturnReplacesTheTrackingOne() {
    CompletionStage<Void> ended = leasedAndWatched("key");
    watch.reset();
    now(ended);
    await().untilAsserted(() -> assertThat(trackingConnections()).isEmpty());
    leasedAndWatched("key");
  }

  @Test
  void thePrimaryThatSentinelsNameIsTracked() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(1);
        RedisCacheStore found = RedisCacheStore.connect(sentinels.uri())) {
      now(found.lease("key", TOKEN, LONG));
      await().until(() -> found.watch("another key").isPresent());
      CompletionStage<Void> ended = found.watch("key").orElseThrow();
      now(found.drop("key"));
      now(ended);
    }
  }

  @Test
  void aConnectionOfTheApplicationIsNotWatched() {
    try (var own = client.connect(ByteArrayCodec.INSTANCE)) {
      assertThat(RedisCacheStore.using(own).watch("key")).isEmpty();
    }
  }
}
