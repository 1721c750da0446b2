package io.github.cacheaside.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever step a writer or a drainer is killed at, nothing old stays cached. */
@Tag("long")
@WithServers
class OutboxKillTest {
  static Stream<Arguments> doorsAndSteps() {
    return Door.ofEachDatabase()
        .flatMap(
            door -> Stream.of(OutboxVictim.Step.values()).map(step -> Arguments.of(door, step)));
  }

  @ParameterizedTest
  @MethodSource("doorsAndSteps")
  void killed(Door door, OutboxVictim.Step step, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("outbox");
        HikariDataSource pool = door.pool(schema, 2);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CacheAside<Long, String> planets =
          CacheAside.builder(store, "planet-" + UUID.randomUUID(), Serializer.utf8())
              .storeTimeout(Duration.ofSeconds(10))
              .build(JdbcLoader.of(pool, "SELECT name FROM planet WHERE id = ?", String.class));
      try (Outbox outbox =
          Outbox.builder(pool).cache(planets, Long.class).delay(Duration.ZERO).buildPassive()) {
        outbox.createTable();
        execute(pool, "CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
        execute(pool, "INSERT INTO planet VALUES (3, 'Earth')");
        assertThat(planets.get(3L)).contains("Earth");

        killAt(step, door, schema, redis, planets.name());

        if (step.commits() && !step.invalidates()) {
          assertThat(planets.get(3L)).as("what is lost without an outbox").contains("Earth");
        }
        await()
            .until(
                () -> {
                  outbox.drain();
                  return rows(pool) == 0;
                });
        assertThat(planets.get(3L)).contains(step.commits() ? "Terra" : "Earth");
        assertThat(outbox.stats().drained()).isEqualTo(step.commits() ? 1 : 0);
      }
    }
  }

  private static void killAt(
      OutboxVictim.Step step, Door door, DatabaseServer schema, RedisServer redis, String cache)
      throws Exception {
    Server h2 = null;
    String url = schema.jdbcUrl();
    if (door.product() == DatabaseProduct.H2) {
      h2 = Server.createTcpServer("-tcpPort", "0").start();
      url = "jdbc:h2:tcp://localhost:" + h2.getPort() + "/mem:" + schema.database();
    }
    try {
      runUntilHere(
          List.of(url, schema.user(), schema.password(), redis.uri(), cache, String.valueOf(step)));
    } finally {
      if (h2 != null) {
        h2.stop();
      }
    }
  }

  private static void runUntilHere(List<String> arguments) throws Exception {
    String java = System.getProperty("java.home") + "/bin/java";
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-Xmx96m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"));
    builder.command().add(OutboxVictim.class.getName());
    builder.command().addAll(arguments);
    Process victim = builder.redirectErrorStream(true).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder said = new StringBuilder();
      String line = out.readLine();
      while (line != null && !line.equals(OutboxVictim.HERE)) {
        said.append(line).append('\n');
        line = out.readLine();
      }
      assertThat(line).as("%s", said).isEqualTo(OutboxVictim.HERE);
    } catch (IOException e) {
      throw new AssertionError("the process can't be read", e);
    } finally {
      victim.destroyForcibly().waitFor();
    }
  }

  private static void execute(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int rows(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM cache_aside_outbox")) {
      result.next();
      return result.getInt(1);
    }
  }
}
