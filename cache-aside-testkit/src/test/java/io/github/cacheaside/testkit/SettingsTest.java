package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void nothingSet_takesTheDefaults() {
    Settings settings = settings(Map.of(), Map.of());
    assertThat(settings.mode()).isEqualTo(ServerMode.AUTO);
    assertThat(settings.redisImage()).isEqualTo("redis:7.2");
    assertThat(settings.mysqlImage()).isEqualTo("mysql:8.4");
    assertThat(settings.redisUrl()).isEmpty();
    assertThat(settings.database()).isEmpty();
  }

  @Test
  void dbHost_bringsTheOtherDefaults() {
    Settings settings = settings(Map.of("DB_HOST", "db.example"), Map.of());
    assertThat(settings.database())
        .contains(new DatabaseAddress("db.example", 3306, "admin", "", "tutorial"));
  }

  @Test
  void dbPort_thatIsNoNumber_isRefused() {
    Settings settings = settings(Map.of("DB_HOST", "db.example", "DB_PORT", "x"), Map.of());
    assertThatThrownBy(settings::database).hasMessage("DB_PORT is not a number: x");
  }

  @Test
  void unknownMode_isRefused() {
    Settings settings = settings(Map.of(), Map.of("cacheaside.servers", "podman"));
    assertThatThrownBy(settings::mode)
        .hasMessage("cacheaside.servers must be auto, env, docker or embedded: podman");
  }

  @Test
  void envMode_withoutVariables_fails() {
    Servers servers = new Servers(settings(Map.of(), Map.of("cacheaside.servers", "env")));
    assertThatThrownBy(servers::redis)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("env needs REDIS_URL");
    assertThatThrownBy(servers::database).hasMessageContaining("DB_HOST");
  }

  @Test
  void redisUrl_thatNobodyAnswers_failsWithoutThePassword() {
    String url = "redis://:geheim@127.0.0.1:" + FreePorts.next();
    Servers servers = new Servers(settings(Map.of("REDIS_URL", url), Map.of()));
    assertThatThrownBy(servers::redis)
        .hasMessageContaining("REDIS_URL does not answer")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void redisUrl_ofAnotherForm_isRefusedWithoutThePassword() {
    for (String url :
        List.of("redis-sentinel://geheim@a:1,b:2#m", "geheim@host", "redis://^geheim")) {
      Servers servers = new Servers(settings(Map.of("REDIS_URL", url), Map.of()));
      assertThatThrownBy(servers::redis)
          .hasMessageStartingWith("REDIS_URL is not of the form redis://host:port")
          .hasMessageNotContaining("geheim");
    }
  }

  @Test
  void redisUrl_isTaken_andCanNotBeKilled() {
    try (RedisServer redis = TestServers.newRedis("requirepass a:b@c", "appendonly no")) {
      Servers servers =
          new Servers(
              settings(
                  Map.of("REDIS_URL", redis.uri() + "/3"), Map.of("cacheaside.servers", "env")));
      RedisServer taken = servers.redis();
      assertThat(taken.origin())
          .matches("REDIS_URL's (Redis|Valkey) \\d.*")
          .endsWith(":" + redis.port());
      assertThat(servers.describe()).contains(taken.origin()).contains("no database yet");
      taken.flushAll();
      assertThatThrownBy(taken::kill)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("TestServers.newRedis()");
      taken.close();
      redis.flushAll();
    }
  }

  @Test
  void dbHost_isTaken() {
    DatabaseServer real = TestServers.database();
    Map<String, String> environment =
        Map.of(
            "DB_HOST", real.host(),
            "DB_PORT", Integer.toString(real.port()),
            "DB_USER", real.user(),
            "DB_PASS", real.password(),
            "DB_NAME", real.database());
    Servers servers = new Servers(settings(environment, Map.of()));
    assertThat(servers.database().origin()).startsWith("DB_HOST's ");
    assertThat(servers.database()).isSameAs(servers.database());
    assertThat(servers.database().toString()).doesNotContain(real.password());
  }

  private static Settings settings(
      Map<String, String> environment, Map<String, String> properties) {
    return new Settings(environment::get, properties::get);
  }
}
