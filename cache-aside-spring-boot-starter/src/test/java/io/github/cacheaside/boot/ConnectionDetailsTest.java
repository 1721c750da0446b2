package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.CacheStats;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/**
 * A bean that says where Redis is comes before all properties: that is what a service connection, a
 * container and Docker Compose are to Boot.
 */
@Tag("long")
final class ConnectionDetailsTest {
  private static final ApplicationContextRunner APPLICATION =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  CacheAsideAutoConfiguration.class,
                  DataRedisAutoConfiguration.class,
                  SslAutoConfiguration.class))
          .withUserConfiguration(Shop.Application.class)
          .withPropertyValues("spring.data.redis.port=1", "cache-aside.defaults.store-timeout=5s");

  private static void assertCaches(ApplicationContextRunner application) {
    application.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(
                  context
                      .getBean(RedisCacheStore.class)
                      .ping()
                      .toCompletableFuture()
                      .get(30, TimeUnit.SECONDS))
              .isEqualTo("PONG");
          Shop.Items items = context.getBean(Shop.Items.class);
          CacheStats before = stats(context);
          long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
          do { // the first commands of a connection may take longer than the store's time-out
            items.item(1);
          } while (stats(context).hits() == before.hits() && System.nanoTime() < end);
          assertThat(stats(context).hits()).as("a hit of this Redis").isGreaterThan(before.hits());
        });
  }

  private static CacheStats stats(ApplicationContext context) {
    return context.getBean(CacheAsideCacheManager.class).cacheAside("item").stats();
  }

  private static ApplicationContextRunner with(DataRedisConnectionDetails details) {
    return APPLICATION.withBean(DataRedisConnectionDetails.class, () -> details);
  }

  private static DataRedisConnectionDetails.Node node(String host, int port) {
    return new DataRedisConnectionDetails.Node(host, port);
  }

  @Test
  void oneServer() {
    try (RedisServer server = TestServers.newRedis("requirepass secret")) {
      assertCaches(
          with(
              new DataRedisConnectionDetails() {
                @Override
                public String getPassword() {
                  return "secret";
                }

                @Override
                public Standalone getStandalone() {
                  return Standalone.of(server.host(), server.port(), 2);
                }
              }));
    }
  }

  @Test
  void sentinels() {
    try (RedisSentinels all = TestServers.newRedisSentinels(1)) {
      assertCaches(
          with(
              new DataRedisConnectionDetails() {
                @Override
                public Sentinel getSentinel() {
                  return new OfSentinels(all);
                }
              }));
    }
  }

  private record OfSentinels(RedisSentinels all) implements DataRedisConnectionDetails.Sentinel {
    @Override
    public int getDatabase() {
      return 0;
    }

    @Override
    public String getMaster() {
      return all.primaryName();
    }

    @Override
    public List<DataRedisConnectionDetails.Node> getNodes() {
      return all.sentinels().stream().map(one -> node(one.host(), one.port())).toList();
    }

    @Override
    public @Nullable String getUsername() {
      return null;
    }

    @Override
    public @Nullable String getPassword() {
      return null;
    }
  }

  @Test
  void aCluster() {
    try (RedisCluster cluster = TestServers.newRedisCluster()) {
      List<DataRedisConnectionDetails.Node> nodes =
          cluster.uris().stream()
              .map(URI::create)
              .map(uri -> node(uri.getHost(), uri.getPort()))
              .toList();
      assertCaches(
          with(
              new DataRedisConnectionDetails() {
                @Override
                public Cluster getCluster() {
                  return () -> nodes;
                }
              }));
    }
  }

  @Test
  void anSslBundle_isWhatConnectionsUse_onBothSides(@TempDir Path directory) throws Exception {
    try (TlsRedis redis = new TlsRedis(directory)) {
      assertCaches(
          APPLICATION.withPropertyValues(
              "spring.data.redis.host=localhost",
              "spring.data.redis.port=" + redis.port(),
              "spring.data.redis.ssl.bundle=redis",
              "spring.ssl.bundle.jks.redis.keystore.location=file:" + redis.keys(),
              "spring.ssl.bundle.jks.redis.keystore.password=" + TlsRedis.PASSWORD,
              "spring.ssl.bundle.jks.redis.truststore.location=file:" + redis.keys(),
              "spring.ssl.bundle.jks.redis.truststore.password=" + TlsRedis.PASSWORD));
      assertThat(redis.handshakes()).isPositive();
    }
  }

  @Test
  void anSslBundle_ofTheCachesOwnRedis(@TempDir Path directory) throws Exception {
    try (TlsRedis redis = new TlsRedis(directory)) {
      assertCaches(
          APPLICATION.withPropertyValues(
              "cache-aside.redis.uri=rediss://localhost:" + redis.port(),
              "cache-aside.redis.ssl-bundle=redis",
              "spring.ssl.bundle.jks.redis.keystore.location=file:" + redis.keys(),
              "spring.ssl.bundle.jks.redis.keystore.password=" + TlsRedis.PASSWORD,
              "spring.ssl.bundle.jks.redis.truststore.location=file:" + redis.keys(),
              "spring.ssl.bundle.jks.redis.truststore.password=" + TlsRedis.PASSWORD));
      assertThat(redis.handshakes()).isPositive();
    }
  }
}
