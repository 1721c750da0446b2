package io.github.cacheaside.redis;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.contract.CacheStoreWatchContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class RedisCacheStoreWatchTest extends CacheStoreWatchContract {
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
}
