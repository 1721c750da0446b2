package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in {@code docs/security.md} is the code here, and works. */
final class SecurityDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

  @TempDir private Path directory;

  private static RedisCacheStore mutualTls(String uri, File ca, File certificate, File key) {
    RedisCacheStore redis =
        RedisCacheStore.builder(uri) // rediss://cache.example.com:6379
            .ssl(
                SslOptions.builder()
                    .trustManager(ca) // PEM: whom to trust
                    .keyManager(certificate, key, new char[0]) // PEM: who we are, for mutual TLS
                    .build())
            .connect();
    return redis;
  }

  private static RedisCacheStore provided(String uri, RedisCredentialsProvider provider) {
    RedisCacheStore redis = RedisCacheStore.builder(uri).credentials(provider).connect();
    return redis;
  }

  private static RedisCacheStore supplied(String uri, Supplier<String> tokens) {
    RedisCacheStore redis =
        RedisCacheStore.builder(uri)
            .credentials(
                () -> RedisCredentials.just("app", tokens.get()), // a token lives 15 minutes
                Duration.ofMinutes(10))
            .connect();
    return redis;
  }

  @Test
  void theCodeOfThePage_isThis() throws Exception {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"));
    String here =
        Files.readString(
                root.resolve(
                    "cache-aside-tests/src/test/java/io/github/cacheaside/redis/"
                        + "SecurityDocTest.java"))
            .replaceAll("(?m)^    ", "");
    var blocks = BLOCK.matcher(Files.readString(root.resolve("docs/security.md"))).results();
    assertThat(blocks.map(block -> block.group(1)))
        .hasSize(3)
        .allSatisfy(block -> assertThat(here).contains(block));
  }

  @Test
  void mutualTls_withPemFiles() throws Exception {
    Certificates certificates = new Certificates(directory);
    try (RedisServer server = TestServers.newRedis();
        TcpProxy proxy =
            TcpProxy.tls(certificates.server("server"), true, server.host(), server.port());
        RedisCacheStore redis =
            mutualTls(
                proxy.uri(),
                certificates.pem("ca"),
                certificates.pem("client"),
                certificates.keyPem("client"))) {
      assertThat(redis.ping().toCompletableFuture().get()).isEqualTo("PONG");
    }
  }

  @Test
  void providers_andSuppliers() throws Exception {
    try (RedisServer server = TestServers.newRedis("user app on >pw ~* &* +@all");
        RedisCacheStore first =
            provided(
                server.uri(),
                RedisCredentialsProvider.from(() -> RedisCredentials.just("app", "pw")));
        RedisCacheStore second = supplied(server.uri(), () -> "pw")) {
      assertThat(first.ping().toCompletableFuture().get()).isEqualTo("PONG");
      assertThat(second.ping().toCompletableFuture().get()).isEqualTo("PONG");
    }
  }
}
