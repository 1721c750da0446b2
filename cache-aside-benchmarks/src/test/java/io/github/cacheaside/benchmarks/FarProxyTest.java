package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FarProxyTest {
  private static final Duration ONE_WAY = Duration.ofMillis(20);

  @Test
  void aRoundTripTakesTheWayTwice_andCommandsThatFollowEachOtherTakeItTogether() throws Exception {
    RedisClient client = RedisClient.create();
    try (RedisServer redis = TestServers.newRedis();
        FarProxy proxy = new FarProxy(redis.host(), redis.port(), ONE_WAY);
        StatefulRedisConnection<String, String> connection =
            client.connect(RedisURI.create(proxy.uri()))) {
      assertThat(connection.sync().ping()).isEqualTo("PONG");
      long pinged = System.nanoTime();
      assertThat(connection.sync().ping()).isEqualTo("PONG");
      assertThat(Duration.ofNanos(System.nanoTime() - pinged))
          .isGreaterThanOrEqualTo(ONE_WAY.multipliedBy(2));
      long began = System.nanoTime();
      List<RedisFuture<Long>> counts = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        counts.add(connection.async().incr("count"));
      }
      for (int i = 0; i < counts.size(); i++) {
        assertThat(counts.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i + 1L);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(took).isGreaterThanOrEqualTo(ONE_WAY.multipliedBy(2));
      // one after the other they would take 400 s
      assertThat(took).isLessThan(Duration.ofSeconds(20));
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }
}
