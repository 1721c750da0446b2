package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisCredentials;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who waits for a supplier of credentials learns how it ends; see also the rotating ones. */
final class SuppliedCredentialsTest {
  private static final Duration HANGS = Duration.ofSeconds(20);

  private final AtomicInteger calls = new AtomicInteger();

  private RedisCredentials secondTimeLucky() {
    if (calls.incrementAndGet() == 1) {
      throw new NoClassDefFoundError("com/cloud/s3cret");
    }
    return RedisCredentials.just("app", "pw");
  }

  private RedisCredentials never() {
    calls.incrementAndGet();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return RedisCredentials.just("app", "pw");
  }

  @Test
  void anErrorIsToldToWhoeverWaits_andTheSupplierIsAskedAgain() {
    try (SuppliedCredentials credentials =
        new SuppliedCredentials(this::secondTimeLucky, Duration.ofHours(1))) {
      assertThatThrownBy(() -> credentials.resolveCredentials().block(HANGS))
          .hasMessage("the credentials for Redis can't be fetched: java.lang.NoClassDefFoundError");
      assertThat(credentials.credentials().blockFirst(HANGS)).isNotNull();
    }
  }

  @Test
  void whoeverStillWaitsWhenTheStoreIsClosed_isToldToo() {
    SuppliedCredentials credentials = new SuppliedCredentials(this::never, Duration.ofHours(1));
    CompletableFuture<RedisCredentials> known = credentials.known().toCompletableFuture();
    await().until(() -> calls.get() == 1);
    credentials.close();
    assertThatThrownBy(() -> known.get(HANGS.toSeconds(), TimeUnit.SECONDS))
        .hasMessageContaining("the store is closed");
  }
}
