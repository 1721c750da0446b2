package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What Boot's properties of Redis name is what the caches use. */
final class RedisConnectionsTest {
  private static void assertReached(String... properties) {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                CacheAsideAutoConfiguration.class, DataRedisAutoConfiguration.class))
        .withUserConfiguration(Shop.Application.class)
        .withPropertyValues(properties)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(
                      context
                          .getBean(RedisCacheStore.class)
                          .ping()
                          .toCompletableFuture()
                          .get(30, TimeUnit.SECONDS))
                  .isEqualTo("PONG");
            });
  }

  @Test
  void oneServerWithAPassword() {
    try (RedisServer server = TestServers.newRedis("requirepass secret")) {
      assertReached(
          "spring.data.redis.host=" + server.host(),
          "spring.data.redis.port=" + server.port(),
          "spring.data.redis.password=secret",
          "spring.data.redis.database=3");
    }
  }

  @Test
  void aUriOfTheCachesOwnComesFirst() {
    try (RedisServer server = TestServers.newRedis()) {
      assertReached("spring.data.redis.port=1", "cache-aside.redis.uri=" + server.uri());
    }
  }

  @Test
  void sentinels() {
    try (RedisSentinels sentinels = TestServers.newRedisSentinels(3)) {
      String nodes =
          sentinels.sentinels().stream()
              .map(one -> one.host() + ":" + one.port())
              .collect(Collectors.joining(","));
      assertReached(
          "spring.data.redis.sentinel.master=" + sentinels.primaryName(),
          "spring.data.redis.sentinel.nodes=" + nodes);
    }
  }

  @Test
  void aCluster() {
    try (RedisCluster cluster = TestServers.newRedisCluster()) {
      String nodes = String.join(",", cluster.uris()).replace("redis://", "");
      assertReached("spring.data.redis.cluster.nodes=" + nodes);
    }
  }
}
