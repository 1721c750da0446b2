package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@WithServers
class TutorialTest {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final String SQL = "SELECT * FROM planet";

  private final Map<String, String> environment;
  private final RedisServer redis;

  TutorialTest(RedisServer redis, DatabaseServer database) {
    this.redis = redis;
    this.environment = Run.environment(redis, database);
  }

  @Test
  void run_twiceInARow_savesTheSame() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(Run.tutorial(environment, SHORT))
          .contains("PING -> PONG", "{id=8, name=Neptune}", "expired", "name=Terra]")
          .contains("17 reads: the database saw 12 queries, the cache saved 5.")
          .endsWith("Done.\n")
          .doesNotContain("NOT the same");
    }
  }

  @Test
  void run_withTheTutorialsTtl_redisHoldsWhatItSays() throws Exception {
    CompletableFuture<Run> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Run.of("tutorial", environment);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    try (RedisClient client = RedisClient.create(redis.uri());
        StatefulRedisConnection<String, String> connection = client.connect()) {
      awaitKey(connection.sync(), "planet:3");
      checkQuery(connection.sync());
      checkHash(connection.sync());
    }
    Run run = running.get(60, TimeUnit.SECONDS);
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output()).contains("TTL: 10 s").endsWith("Done.\n");
  }

  private static void awaitKey(RedisCommands<String, String> commands, String key)
      throws InterruptedException {
    for (int i = 0; i < 1500 && commands.exists(key) == 0; i++) {
      Thread.sleep(20);
    }
  }

  private static void checkQuery(RedisCommands<String, String> commands) throws Exception {
    assertThat(commands.type(SQL)).isEqualTo("string");
    assertThat(commands.pttl(SQL)).isBetween(3_000L, 10_000L);
    JsonNode rows = new ObjectMapper().readTree(commands.get(SQL));
    assertThat(rows.isArray()).isTrue();
    assertThat(rows).hasSize(8);
    assertThat(rows.get(0)).hasToString("{\"id\":1,\"name\":\"Mercury\"}");
  }

  private static void checkHash(RedisCommands<String, String> commands) {
    assertThat(commands.type("planet:1")).isEqualTo("hash");
    assertThat(commands.pttl("planet:1")).isBetween(3_000L, 10_000L);
    assertThat(commands.hgetall("planet:1")).isEqualTo(Map.of("id", "1", "name", "Mercury"));
  }

  @Test
  void run_withoutRedis_theDatabaseAnswers() throws Exception {
    Map<String, String> noRedis =
        Run.with(environment, "REDIS_URL", "redis://:secret-of-redis@127.0.0.1:1/");
    Run run = Run.of("Tutorial", noRedis);
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output())
        .contains("Redis does not answer at redis://127.0.0.1:1/", "security group")
        .contains("The cache is down", "{id=8, name=Neptune}")
        .contains("10 reads: the database saw 10 queries, the cache saved 0.")
        .endsWith("Done, without a cache.\n")
        .doesNotContain("secret-of-redis", " cache  ");
  }

  @Test
  void run_withoutDatabase_saysWhatToCheck() throws Exception {
    Map<String, String> noDatabase =
        Run.with(Run.with(environment, "DB_PORT", "1"), "DB_PASS", "secret-of-db");
    Run run = Run.of("Tutorial", noDatabase);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .contains("FAILED: The database does not answer at")
        .contains("DB_HOST, DB_PORT, DB_USER, DB_PASS and DB_NAME", "security group")
        .doesNotContain("secret-of-db", "\tat ");
  }

  @Test
  void run_withAWrongRedisUrl_saysHowItLooks() throws Exception {
    Run run = Run.of("Tutorial", Run.with(environment, "REDIS_URL", "http://:secret@nowhere/"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("FAILED: REDIS_URL", "redis://").doesNotContain("secret");
  }

  @Test
  void run_entriesGoneTooEarly_failsWithASentence() throws Exception {
    assertThatThrownBy(() -> Run.tutorial(environment, Duration.ofMillis(1)))
        .isInstanceOf(ExampleException.class)
        .hasMessageStartingWith("This went wrong: ")
        .hasMessageContaining(" was LOADED");
  }
}
