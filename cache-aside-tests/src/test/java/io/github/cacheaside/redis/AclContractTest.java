package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.contract.CacheStoreContract;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The store contract, kept by a user who has no rights but those of the recipe. */
@Tag("long")
final class AclContractTest extends CacheStoreContract {
  private static RedisServer server;
  private static RedisURI uri;
  private static RedisCacheStore redis;

  @BeforeAll
  static void connect() {
    server = TestServers.newRedis();
    uri = RedisURI.create(server.uri());
    List<String> rules = AclRecipe.rules("core");
    rules.replaceAll(rule -> rule.equals("~shop/*") ? "~contract:*" : rule);
    AclRecipe.grant(uri, rules);
    redis = RedisCacheStore.connect(AclRecipe.as(uri));
  }

  @AfterEach
  void nothingWasRefused() {
    assertThat(AclRecipe.refused(uri)).isEmpty();
  }

  @AfterAll
  static void close() {
    redis.close();
    server.close();
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
}
