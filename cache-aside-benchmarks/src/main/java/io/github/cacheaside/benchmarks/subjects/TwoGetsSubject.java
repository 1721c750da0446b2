package io.github.cacheaside.benchmarks.subjects;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;

/**
 * Asks Redis twice, one after the other and in vain, then the database: what two round trips cost
 * just there. One alone would not do as the unit, the first after a pause is another matter than
 * the next.
 */
public final class TwoGetsSubject implements Subject {
  private final Environment environment;
  private final RedisClient client;
  private final RedisCommands<String, String> redis;

  public TwoGetsSubject(Environment environment) {
    this.environment = environment;
    this.client = RedisClient.create(environment.redis());
    this.redis = client.connect().sync();
  }

  @Override
  public long get(long key) throws Exception {
    if (redis.get("get:" + key) != null || redis.get("again:" + key) != null) {
      throw new IllegalStateException("nobody has written that key");
    }
    return NaiveSubject.version(environment.database().read(key));
  }

  @Override
  public long write(long key) {
    throw new UnsupportedOperationException("only read");
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
