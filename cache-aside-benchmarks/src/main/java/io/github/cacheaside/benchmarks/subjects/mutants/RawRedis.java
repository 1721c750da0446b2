package io.github.cacheaside.benchmarks.subjects.mutants;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What mutants do behind the store's back. */
final class RawRedis implements AutoCloseable {
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  RawRedis(String uri) {
    this.client = RedisClient.create(uri);
    this.connection = client.connect();
  }

  CompletionStage<Long> delete(String key) {
    return connection.async().del(key);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
