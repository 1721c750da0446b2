package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheStore;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.testkit.CacheStoreContract;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RedisCacheStoreTest extends CacheStoreContract {
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
  void aDeadAddressGivesAStoreThatFailsAtOnce() {
    try (RedisCacheStore dead = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      assertThatThrownBy(() -> dead.lookup("key"))
          .isInstanceOf(CacheStoreException.class)
          .hasMessage("not connected to Redis at 127.0.0.1:1");
    }
  }
}
