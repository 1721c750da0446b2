package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.RiskyOptions;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What is allowed and yet risky is said when a cache is built, once. */
final class RiskyOptionsTest extends CacheTest {

  private List<String> risks(CacheAsideBuilder<Object, Planet> builder) {
    return RiskyOptions.risks(builder.<Long>settings(table));
  }

  @Test
  void theDefaultsAreNotRisky() {
    assertThat(risks(CacheAside.builder(redis, name, Serializer.json(Planet.class)))).isEmpty();
  }

  @Test
  void aTtlBelowTheLease_isRisky() {
    assertThat(
            risks(
                CacheAside.builder(redis, name, Serializer.json(Planet.class))
                    .ttl(Ttl.fixed(Duration.ofSeconds(3)).jittered(0.1))))
        .singleElement()
        .asString()
        .startsWith("ttl PT3S is less than leaseTime PT5S");
  }

  @Test
  void aTimeoutAboveTheLease_isRisky() {
    assertThat(risks(builder(redis).storeTimeout(Duration.ofSeconds(5))))
        .singleElement()
        .asString()
        .startsWith("storeTimeout PT5S is not less than leaseTime PT5S");
  }

  @Test
  void anExecutorWithoutABound_isRisky_unlessALimiterIsThere() {
    CacheAsideBuilder<Object, Planet> builder =
        CacheAside.builder(redis, name, Serializer.json(Planet.class)).executor(threads);
    assertThat(risks(builder)).singleElement().asString().contains("there is no originLimiter");
    assertThat(risks(builder.originLimiter(OriginLimiter.of(10)))).isEmpty();
    var bounded = Executors.newFixedThreadPool(1);
    assertThat(
            risks(CacheAside.builder(redis, name, Serializer.json(Planet.class)).executor(bounded)))
        .isEmpty();
    bounded.shutdown();
  }

  @Test
  void aRedisThatDoesNotEvict_isToldOfOnce_ifItHasABound() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (RedisServer server = TestServers.newRedis();
        RedisClient client = RedisClient.create(server.uri());
        var raw = client.connect()) {
      raw.sync().configSet("maxmemory-policy", "noeviction");
      build(server, "unbounded");
      raw.sync().configSet("maxmemory", "100mb");
      build(server, "first", "second");
      raw.sync().configSet("maxmemory-policy", "allkeys-lru");
      build(server, "evicting");
    } finally {
      System.setErr(stderr);
    }

    assertThat(log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("cache ")))
        .singleElement()
        .asString()
        .contains("cache first: Redis has a maxmemory and the policy noeviction");
  }

  private void build(RedisServer server, String... names) {
    try (RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      for (String one : names) {
        CacheAside.builder(store, one, Serializer.json(Planet.class)).build(table);
        store.ping().toCompletableFuture().join(); // so INFO has been answered
      }
    }
  }
}
