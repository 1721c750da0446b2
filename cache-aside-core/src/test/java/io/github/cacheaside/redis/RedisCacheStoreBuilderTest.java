package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCredentials;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the options of a connection refuse before there is one. */
final class RedisCacheStoreBuilderTest {
  private final RedisCacheStoreBuilder builder = RedisCacheStore.builder("redis://localhost");

  @Test
  @SuppressWarnings("NullAway") // what a caller without a checker does
  void whatIsNull_isNamed() {
    Duration none = null;
    assertThatThrownBy(
            () -> builder.credentials(() -> RedisCredentials.just("app", "secret"), none))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("renewEvery");
  }
}
