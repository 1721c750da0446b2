package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.SslOptions;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS for every connection of a store, and what is said when it can't be. */
final class TlsTest {
  @TempDir private static Path directory;
  private static Certificates certificates;
  private static RedisServer server;

  @BeforeAll
  static void start() throws Exception {
    certificates = new Certificates(directory);
    server = TestServers.newRedis();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static CacheAside<Integer, String> cache(RedisCacheStore store) {
    return CacheAside.builder(store, "tls", Serializer.utf8())
        .storeTimeout(Duration.ofSeconds(5))
        .nearCache(10)
        .build(key -> "v" + key);
  }

  /** Commands, the near cache's connection, the one that tells of the end of loads. */
  private static void assertWorks(RedisCacheStore store, TcpProxy proxy) {
    CacheAside<Integer, String> cache = cache(store);
    await().until(() -> cache.read(1).outcome() == Outcome.NEAR);
    await().until(() -> store.watch("tls:2").isPresent());
    assertThat(cache.stats().storeFailures()).isZero();
    assertThat(proxy.connections()).isEqualTo(3);
  }

  /** TLS in front of a Redis that has none: not every program of the testkit is built with it. */
  private static TcpProxy proxy(String shown, boolean mutual) throws Exception {
    return TcpProxy.tls(certificates.server(shown), mutual, server.host(), server.port());
  }

  private static SslOptions.Builder trusting(String authority) throws Exception {
    return SslOptions.builder().trustManager(certificates.pem(authority));
  }

  @Test
  void everyConnectionUsesTls() throws Exception {
    try (TcpProxy proxy = proxy("server", /* mutual= */ false);
        RedisCacheStore store =
            RedisCacheStore.builder(proxy.uri()).ssl(trusting("ca").build()).connect()) {
      assertWorks(store, proxy);
    }
  }

  @Test
  void everyConnectionShowsItsCertificate() throws Exception {
    SslOptions mutual =
        trusting("ca")
            .keystore(certificates.keyStore("client"), Certificates.PASSWORD.toCharArray())
            .build();
    try (TcpProxy proxy = proxy("server", /* mutual= */ true);
        RedisCacheStore store = RedisCacheStore.builder(proxy.uri()).ssl(mutual).connect()) {
      assertWorks(store, proxy);
    }
  }

  @Test
  void withoutItsCertificate_itIsRefused() throws Exception {
    assertRefused("server", true, trusting("ca").build(), "certificate");
  }

  @Test
  void aServerOfAnotherAuthority_isNotTrusted() throws Exception {
    assertRefused("server", false, trusting("stranger").build(), "certification path");
    assertRefused("server", false, SslOptions.create(), "certification path");
  }

  @Test
  void aServerWhoseCertificateHasExpired_isNotTrusted() throws Exception {
    assertRefused("expired", false, trusting("ca").build(), "CertificateExpiredException");
  }

  @Test
  void aServerWithAnothersName_isNotTrusted() throws Exception {
    assertRefused("elsewhere", false, trusting("ca").build(), "localhost");
  }

  @Test
  void aServerWithoutTls_isNotTalkedTo() throws Exception {
    String log =
        logOf(
            () -> {
              try (RedisCacheStore store =
                  RedisCacheStore.connect("rediss://" + server.host() + ":" + server.port())) {
                assertFailsOpen(store);
              }
              return null;
            });
    assertThat(log).contains("can't be reached, trying on in the background");
  }

  /** The application starts, its reads work, and one WARN says why they are not cached. */
  private static void assertRefused(String shown, boolean mutual, SslOptions options, String reason)
      throws Exception {
    String log =
        logOf(
            () -> {
              try (TcpProxy proxy = proxy(shown, mutual);
                  RedisCacheStore store =
                      RedisCacheStore.builder(proxy.uri()).ssl(options).connect()) {
                assertFailsOpen(store);
              }
              return null;
            });
    assertThat(log.lines().filter(line -> line.contains("trying on in the background")))
        .singleElement()
        .asString()
        .containsPattern("WARN .*RedisCacheStore - Redis at localhost:\\d+ can't be reached")
        .contains(reason)
        .doesNotContain(Certificates.PASSWORD);
  }

  private static void assertFailsOpen(RedisCacheStore store) {
    CacheAside<Integer, String> cache = cache(store);
    assertThat(cache.read(1).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThatThrownBy(() -> cache.invalidate(1))
        .isInstanceOf(io.github.cacheaside.CacheStoreException.class);
  }

  private static String logOf(Callable<Void> task) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      task.call();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aKeyStoreThatCanNotBeOpened_isRefusedAtOnce_withoutItsPassword() throws Exception {
    File keys = certificates.keyStore("client");
    var builder = RedisCacheStore.builder("rediss://localhost:1");
    for (SslOptions useless :
        new SslOptions[] {
          SslOptions.builder().keystore(keys, "s3cret".toCharArray()).build(),
          SslOptions.builder().truststore(keys, "s3cret").build(),
          SslOptions.builder().trustManager(keys).build()
        }) {
      assertThatThrownBy(() -> builder.ssl(useless))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("options can't be used for TLS")
          .satisfies(
              e ->
                  assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                      .doesNotContain("s3cret"));
    }
  }
}
