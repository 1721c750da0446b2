package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.contract.CacheStoreContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RedisCacheStoreTest extends CacheStoreContract {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static RedisCacheStore redis;

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @Override
  protected CacheStore store() {
    return redis;
  }

  @Override
  protected void elapse(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime()); // Redis' own clock can't be moved
    }
  }

  @Test
  void aStaleCopyIsTheValue_withAnotherHeader() throws Exception {
    String key = "stale:" + UUID.randomUUID();
    LeaseToken token = new LeaseToken(1, 2);
    try (RedisClient client = RedisClient.create(TestServers.redis().uri());
        StatefulRedisConnection<byte[], byte[]> connection =
            client.connect(ByteArrayCodec.INSTANCE)) {
      byte[] name = key.getBytes(StandardCharsets.UTF_8);
      redis.put(key, StoredValue.of(new byte[] {7, 8, 9}), LONG).toCompletableFuture().get();
      assertThat(connection.sync().get(name)).containsExactly('V', 1, 0, 0, 7, 8, 9);
      redis.soften(key, LONG).toCompletableFuture().get();
      byte[] value = new byte[43];
      System.arraycopy(new byte[] {'V', 1, 0, 4}, 0, value, 0, 4);
      System.arraycopy(new byte[] {7, 8, 9}, 0, value, 40, 3);
      assertThat(connection.sync().get(name)).isEqualTo(value);
      redis.soften(key, LONG).toCompletableFuture().get();
      assertThat(connection.sync().get(name)).isEqualTo(value);

      redis.lease(key, token, LONG).toCompletableFuture().get();
      byte[] leased = connection.sync().get(name);
      System.arraycopy(Wire.token(token), 0, value, 4, 16);
      System.arraycopy(leased, 28, value, 28, 12);
      assertThat(leased).isEqualTo(value);
      long end = Long.parseLong(new String(leased, 28, 12, StandardCharsets.US_ASCII), 16);
      long now =
          Long.parseLong(new String(connection.sync().time().get(0), StandardCharsets.US_ASCII));
      assertThat(end).isBetween(now * 1000, (now + 1) * 1000 + LONG.toMillis());
    }
  }

  @Test
  void aPayloadThatLooksLikeATokenIsNone() throws Exception {
    String key = "token:" + UUID.randomUUID();
    LeaseToken token = new LeaseToken(1, 2);
    StoredValue value = StoredValue.of(Wire.token(token));
    redis.put(key, value, LONG).toCompletableFuture().get();
    assertThat(redis.fill(key, token, StoredValue.absent(), LONG).toCompletableFuture().get())
        .isFalse();
    assertThat(redis.renew(key, token, LONG).toCompletableFuture().get()).isFalse();
    redis.abandon(key, token).toCompletableFuture().get();
    Lookup found = redis.lookup(key).toCompletableFuture().get();
    assertThat(((Lookup.Hit) found).value().payload()).isEqualTo(value.payload());
  }

  @Test
  void pingAnswers() {
    assertThat(redis.ping().toCompletableFuture().join()).isEqualTo("PONG");
  }

  @Test
  void aBadUriIsRefused_withoutItsPassword() {
    assertThatThrownBy(() -> RedisCacheStore.connect("http://me:secret@host:1/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("uri must look like redis://")
        .hasMessageContaining("host:1")
        .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("secret"));
  }

  @Test
  void aUriWithoutAHostOrWithAWordForAPort_isRefused_withoutItsPassword() {
    for (String uri :
        new String[] {
          "redis://me:secret",
          "redis://me:a@secret@host:x",
          "me:secret@host:1",
          "redis:me:secret@host"
        }) {
      assertThatThrownBy(() -> RedisCacheStore.connect(uri))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("secret"));
    }
    RedisCacheStore.connect("redis://[::1]:1").close();
  }

  @Test
  void aDeadAddressGivesAStoreThatFailsAtOnce() {
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      assertThatThrownBy(() -> dead.lookup("key"))
          .isInstanceOf(CacheStoreException.class)
          .hasMessage("not connected to Redis at 127.0.0.1:1");
    }
  }

  /** What somebody else has put under a key, as it stands and with a TTL of its own. */
  private static void foreign(String key, byte[] bytes, long ttlMillis) {
    try (RedisClient client = RedisClient.create(TestServers.redis().uri());
        StatefulRedisConnection<byte[], byte[]> connection =
            client.connect(ByteArrayCodec.INSTANCE)) {
      byte[] name = key.getBytes(StandardCharsets.UTF_8);
      connection.sync().set(name, bytes);
      if (ttlMillis > 0) {
        connection.sync().pexpire(name, ttlMillis);
      }
    }
  }

  private static byte[] mark() {
    byte[] mark = new byte[36];
    System.arraycopy(new byte[] {'W', 1}, 0, mark, 0, 2);
    return mark;
  }

  private static Lookup lookup(String key) {
    return redis.lookup(key).toCompletableFuture().join();
  }

  @Test
  void aLeaseOrMarkThatNeverEnds_isGarbage() {
    LeaseToken token = new LeaseToken(1, 2);
    StoredValue value = StoredValue.of(new byte[] {7});
    for (byte[] bytes : new byte[][] {mark(), Wire.leaseMarker(new LeaseToken(3, 4))}) {
      for (long ttl : new long[] {0, Duration.ofDays(1).toMillis()}) {
        String key = "foreign:" + UUID.randomUUID();
        foreign(key, bytes, ttl);
        assertThat(redis.lease(key, token, LONG).toCompletableFuture().join())
            .isEqualTo(Lookup.GRANTED);
        foreign(key, bytes, ttl);
        assertThat(redis.drop(key).toCompletableFuture().join()).isTrue();
        assertThat(lookup(key)).isEqualTo(Lookup.MISSING);
        foreign(key, bytes, ttl);
        assertThat(redis.put(key, value, LONG).toCompletableFuture().join()).isTrue();
        assertThat(lookup(key)).isInstanceOf(Lookup.Hit.class);
        foreign(key, bytes, ttl);
        redis.putIfAbsent(key, value, LONG).toCompletableFuture().join();
        assertThat(lookup(key)).isInstanceOf(Lookup.Hit.class);
        foreign(key, bytes, ttl);
        assertThat(redis.soften(key, LONG).toCompletableFuture().join()).isTrue();
        assertThat(lookup(key)).isEqualTo(Lookup.MISSING);
        foreign(key, bytes, ttl);
        assertThat(redis.abandon(key, token).toCompletableFuture().join()).isFalse();
        assertThat(lookup(key)).isEqualTo(Lookup.MISSING);
      }
      String live = "foreign:" + UUID.randomUUID();
      foreign(live, bytes, Duration.ofMinutes(10).toMillis());
      redis.abandon(live, token).toCompletableFuture().join();
      assertThat(redis.lease(live, token, LONG).toCompletableFuture().join())
          .isIn(Lookup.LOADING, Lookup.WRITING);
    }
  }

  @Test
  void readersHealAKey_underWhichSomebodyElseHasPutAMark() {
    CacheAside<String, String> cache =
        CacheAside.builder(redis, "marked", Serializer.utf8())
            .maxWait(Duration.ofMillis(50))
            .build((String id) -> "value");
    for (byte[] bytes : new byte[][] {mark(), Wire.leaseMarker(new LeaseToken(3, 4))}) {
      String key = UUID.randomUUID().toString();
      foreign("marked:" + key, bytes, 0);
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (!(lookup("marked:" + key) instanceof Lookup.Hit) && System.nanoTime() < end) {
        assertThat(cache.get(key)).isPresent();
        elapse(Duration.ofMillis(100));
      }
      assertThat(lookup("marked:" + key)).isInstanceOf(Lookup.Hit.class);
    }
  }
}
