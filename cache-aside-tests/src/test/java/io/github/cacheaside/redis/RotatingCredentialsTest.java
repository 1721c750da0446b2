package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Passwords change under standing connections, and no read fails. */
final class RotatingCredentialsTest {
  private final RedisServer server = TestServers.newRedis();
  private final RedisClient client = RedisClient.create(server.uri());
  private final StatefulRedisConnection<String, String> raw = client.connect();
  private final RedisCommands<String, String> admin = raw.sync();

  /** A provider of the application, which tells of new passwords. */
  private static final class Told implements RedisCredentialsProvider {
    private final Sinks.Many<RedisCredentials> news = Sinks.many().replay().latest();
    private volatile RedisCredentials current = RedisCredentials.just("app", "old");

    @Override
    public Mono<RedisCredentials> resolveCredentials() {
      return Mono.fromSupplier(() -> current);
    }

    @Override
    public boolean supportsStreaming() {
      return true;
    }

    @Override
    public Flux<RedisCredentials> credentials() {
      return news.asFlux();
    }

    void change(String password) {
      current = RedisCredentials.just("app", password);
      news.tryEmitNext(current);
    }
  }

  @AfterEach
  void close() {
    raw.close();
    client.shutdown();
    server.close();
  }

  private void user(String... rules) {
    CommandArgs<String, String> args =
        new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("app");
    List.of(rules).forEach(args::add);
    admin.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
  }

  private long figure(String section, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(admin.info(section));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private long connections() {
    return figure("stats", "total_connections_received:(\\d+)");
  }

  private long authentications() {
    return figure("commandstats", "cmdstat_auth:calls=(\\d+)");
  }

  private static CacheAside<Integer, String> connectedThrice(RedisCacheStore store) {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "rotate", Serializer.utf8())
            .storeTimeout(Duration.ofSeconds(5))
            .nearCache(10)
            .nearTtl(Duration.ofMillis(300)) // so that the other connections are used as well
            .build(key -> "v" + key);
    awaitNear(cache);
    await().until(() -> store.watch("rotate:2").isPresent());
    return cache;
  }

  private static void awaitNear(CacheAside<Integer, String> cache) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> cache.read(1).outcome() == Outcome.NEAR);
  }

  @Test
  void aNewPasswordReachesAllConnections_inPlace() throws Exception {
    user("reset", "on", ">old", "~*", "&*", "+@all");
    Told told = new Told();
    try (RedisCacheStore store =
        RedisCacheStore.builder(server.uri()).credentials(told).connect()) {
      CacheAside<Integer, String> cache = connectedThrice(store);
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Integer> reads =
          CompletableFuture.supplyAsync(() -> readUntil(stop, cache));
      long connections = connections();
      long authentications = authentications();

      user(">new");
      told.change("new");
      await().until(() -> authentications() >= authentications + 3);
      user("<old");
      CacheStats before = cache.stats();
      await().until(() -> cache.stats().hits() > before.hits() + 3);
      assertThat(cache.stats().nearHits()).isGreaterThan(before.nearHits());
      assertThat(connections()).isEqualTo(connections);

      stop.set(true);
      assertThat(reads.get()).isPositive();
      assertThat(cache.stats().storeFailures()).isZero();
      assertThat(cache.stats().bypassed()).isZero();
    }
  }

  private static int readUntil(AtomicBoolean stop, CacheAside<Integer, String> cache) {
    int reads = 0;
    while (!stop.get()) {
      assertThat(cache.get(1)).contains("v1");
      reads++;
    }
    return reads;
  }

  @Test
  void connectionsThatAreCut_comeBackWithTheNewPassword_andNoStorm() {
    user("reset", "on", ">old", "~*", "&*", "+@all");
    Told told = new Told();
    try (RedisCacheStore store =
        RedisCacheStore.builder(server.uri()).credentials(told).connect()) {
      CacheAside<Integer, String> cache = connectedThrice(store);
      long connections = connections();
      user(">new", "<old");
      told.change("new");
      killAll();
      await()
          .ignoreExceptions()
          .until(() -> "PONG".equals(store.ping().toCompletableFuture().get()));
      awaitNear(cache);
      await().until(() -> store.watch("rotate:2").isPresent());
      // each once; those for near caches and watches perhaps twice, as the main one's return
      // replaces them
      assertThat(connections() - connections).isBetween(3L, 5L);
    }
  }

  private void killAll() {
    CommandArgs<String, String> args =
        new CommandArgs<>(StringCodec.UTF8).add("KILL").add("USER").add("app");
    admin.dispatch(
        CommandType.CLIENT, new io.lettuce.core.output.IntegerOutput<>(StringCodec.UTF8), args);
  }

  /** As a cloud's tokens: each is another, and lives until the next but one is given out. */
  @Test
  void tokensAreRenewedBeforeTheyEnd() {
    AtomicInteger token = new AtomicInteger();
    user("reset", "on", "~*", "&*", "+@all");
    try (RedisCacheStore store =
        RedisCacheStore.builder(server.uri())
            .credentials(() -> next(token), Duration.ofSeconds(1))
            .connect()) {
      CacheAside<Integer, String> cache = connectedThrice(store);
      long connections = connections();
      int given = token.get();
      await().until(() -> token.get() >= given + 2);
      long authentications = authentications();
      await().until(() -> authentications() >= authentications + 3);
      assertThat(connections()).isEqualTo(connections);
      assertThat(cache.read(1).outcome()).isIn(Outcome.NEAR, Outcome.HIT);
      assertThat(cache.stats().storeFailures()).isZero();

      killAll();
      await()
          .ignoreExceptions()
          .until(() -> "PONG".equals(store.ping().toCompletableFuture().get()));
    }
    int atTheEnd = token.get();
    assertThat(atTheEnd).isPositive();
    await().during(Duration.ofMillis(1500)).until(() -> token.get() == atTheEnd);
  }

  private RedisCredentials next(AtomicInteger token) {
    int number = token.incrementAndGet();
    user(">token-" + number);
    if (number > 2) {
      user("<token-" + (number - 2));
    }
    return RedisCredentials.just("app", "token-" + number);
  }

  @Test
  void connectionsThatAreMadeTogether_shareOneFetch() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch mayReturn = new CountDownLatch(1);
    try (SuppliedCredentials credentials =
        new SuppliedCredentials(
            () -> {
              calls.incrementAndGet();
              try {
                mayReturn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return RedisCredentials.just("app", "pw");
            },
            Duration.ofHours(1))) {
      List<CompletableFuture<RedisCredentials>> all =
          java.util.stream.Stream.generate(() -> credentials.resolveCredentials().toFuture())
              .limit(50)
              .toList();
      mayReturn.countDown();
      for (CompletableFuture<RedisCredentials> each : all) {
        assertThat(each.get().getUsername()).isEqualTo("app");
      }
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void whatTheSupplierThrows_isNotShown_andIsTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    try (SuppliedCredentials credentials =
        new SuppliedCredentials(
            () -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalArgumentException("key s3cret is wrong");
              }
              return RedisCredentials.just("app", "pw");
            },
            Duration.ofHours(1))) {
      assertThatThrownBy(() -> credentials.resolveCredentials().block())
          .hasMessageContaining("can't be fetched: java.lang.IllegalArgumentException")
          .satisfies(
              e ->
                  assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                      .doesNotContain("s3cret"));
      assertThat(credentials.credentials().blockFirst(Duration.ofSeconds(20))).isNotNull();
    }
  }

  @Test
  void aRenewalMoreOftenThanOnceASecond_isRefused() {
    assertThatThrownBy(
            () ->
                RedisCacheStore.builder("redis://localhost:1")
                    .credentials(() -> RedisCredentials.just("app", "pw"), Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("renewEvery must be at least 1 second: PT0.999S");
  }
}
