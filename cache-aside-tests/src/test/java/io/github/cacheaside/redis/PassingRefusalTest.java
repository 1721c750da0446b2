package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An error that passes is no reason to do without a near cache for a minute. */
final class PassingRefusalTest {
  /** Less than the minute that follows a refusal that lasts. */
  private static final Duration SOON = Duration.ofMinutes(1);

  @Test
  void aPasswordThatWasWrongForAMoment_costsNearHitsForThatMoment() {
    try (RedisServer server = TestServers.newRedis("user app on >one ~* &* +@all");
        RedisCacheStore store =
            RedisCacheStore.connect("redis://app:one@" + server.host() + ":" + server.port());
        RedisClient client = RedisClient.create(server.uri())) {
      RedisCommands<String, String> admin = client.connect().sync();
      CacheAside<Integer, String> cache =
          CacheAside.builder(store, "near", Serializer.utf8()).nearCache(10).build(key -> "v");
      await().atMost(SOON).until(() -> cache.read(1).outcome() == Outcome.NEAR);

      password(admin, "two");
      killTracked(admin); // the main connection stands, so nothing else starts this one anew
      await().atMost(SOON).until(() -> refused(admin) > 0);
      password(admin, "one");
      await().atMost(SOON).until(() -> cache.read(1).outcome() == Outcome.NEAR);
    }
  }

  private static void password(RedisCommands<String, String> admin, String password) {
    String unused =
        admin.aclSetuser("app", AclSetuserArgs.Builder.resetpass().addPassword(password));
  }

  private static void killTracked(RedisCommands<String, String> admin) {
    List<Long> ids =
        admin
            .clientList()
            .lines()
            .filter(line -> line.matches(".* flags=\\w*t\\w* .*"))
            .map(line -> Long.valueOf(line.replaceAll("(?:.* )?\\bid=(\\d+) .*", "$1")))
            .toList();
    assertThat(ids).hasSize(1);
    assertThat(admin.clientKill(KillArgs.Builder.id(ids.get(0)))).isEqualTo(1);
  }

  /** How often a password was wrong. */
  private static long refused(RedisCommands<String, String> admin) {
    return admin.aclLog().stream()
        .filter(entry -> "auth".equals(entry.get("reason")))
        .mapToLong(entry -> Long.parseLong(String.valueOf(entry.get("count"))))
        .sum();
  }
}
