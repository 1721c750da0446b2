package io.github.cacheaside.jdbc.advisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.Hooks;
import io.github.cacheaside.jdbc.metrics.JdbcMetrics;
import io.github.cacheaside.testkit.DatabaseServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes through is seen, and nothing is changed or kept of it. */
class AdvisingDataSourceTest {
  private static final String BY_ID = "SELECT name FROM planet WHERE id = ?";

  private final AtomicLong now = new AtomicLong();

  private interface Use {
    void of(HikariDataSource pool, AdvisingDataSource watched) throws Exception;
  }

  private void on(Door door, Use use) throws Exception {
    on(door, builder -> {}, use);
  }

  private void on(Door door, Consumer<AdvisingDataSource.Builder> options, Use use)
      throws Exception {
    try (DatabaseServer schema = door.schema("advice");
        HikariDataSource pool = door.pool(schema, 2)) {
      AdvisingDataSource.Builder builder =
          AdvisingDataSource.builder(pool).nanoTime(() -> now.getAndAdd(1_000_000));
      options.accept(builder);
      AdvisingDataSource watched = builder.build();
      execute(watched, "CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
      execute(watched, "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
      watched.reset();
      use.of(pool, watched);
    }
  }

  private static void execute(DataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void byId(DataSource dataSource, long id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(BY_ID)) {
      statement.setLong(1, id);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          result.getString(1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#ofEachDatabase")
  void callsRowsAndRepeats(Door door) throws Exception {
    on(
        door,
        (pool, watched) -> {
          for (int i = 0; i < 20; i++) { // one call a second and a half
            byId(watched, 3);
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_500));
          }
          execute(watched, "UPDATE planet SET name = 'Secret Terra' WHERE id = 3");
          Advice advice = watched.advice();

          assertThat(advice.calls()).isEqualTo(21);
          QueryAdvice query = advice.queries().get(0);
          assertThat(query.template()).isEqualTo(BY_ID);
          assertThat(query.calls()).isEqualTo(20);
          assertThat(query.failures()).isZero();
          assertThat(query.rows()).isEqualTo(1);
          assertThat(query.mean()).isEqualTo(Duration.ofMillis(1));
          assertThat(query.share()).isCloseTo(20 / 21.0, offset(1e-9));
          assertThat(query.repeats().get(Duration.ofSeconds(1))).isZero();
          // Loaded at 0, 10.5 and 21 s: 7 calls each, and every 21st.
          assertThat(query.repeats().get(Duration.ofSeconds(10))).isEqualTo(17 / 20.0);
          assertThat(query.repeats().get(Duration.ofMinutes(5))).isEqualTo(19 / 20.0);
          assertThat(advice.queries().get(1).cacheable()).isFalse();
          assertThat(advice.table())
              .contains("30 s", BY_ID, "load, not latency")
              .doesNotContain("Secret");
          assertThat(advice.json()).doesNotContain("Secret");
        });
  }

  @Test
  void jsonAndMeters() throws Exception {
    on(
        Door.H2,
        (pool, watched) -> {
          byId(watched, 3);
          byId(watched, 3);
          byId(watched, 4);
          SimpleMeterRegistry registry = new SimpleMeterRegistry();
          JdbcMetrics.monitor(registry, watched);
          JsonNode json = new ObjectMapper().readTree(watched.advice().json());

          assertThat(json.get("calls").asInt()).isEqualTo(3);
          JsonNode query = json.get("queries").get(0);
          assertThat(query.get("template").asText()).isEqualTo(BY_ID);
          assertThat(query.get("ttl").asDouble()).isEqualTo(1);
          assertThat(query.get("saves").asDouble()).isCloseTo(1 / 3.0, offset(1e-5));
          assertThat(query.get("repeats").get("30").asDouble()).isCloseTo(1 / 3.0, offset(1e-5));
          assertThat(registry.get("cache.aside.advisor.statements").functionTimer().count())
              .isEqualTo(3);
          assertThat(registry.get("cache.aside.advisor.saves").gauge().value())
              .isCloseTo(1 / 3.0, offset(1e-9));
          assertThat(registry.get("cache.aside.advisor.templates").gauge().value()).isEqualTo(1);
        });
  }

  @Test
  void otherParameters_areOtherCalls() throws Exception {
    on(
        Door.H2,
        (pool, watched) -> {
          String sql = "SELECT ?, ?";
          for (Object[] each :
              new Object[][] {{1, "a"}, {1L, "a"}, {"a", "1"}, {null, "a"}, {"a", null}}) {
            try (Connection connection = watched.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
              statement.setObject(1, each[0]);
              statement.setObject(2, each[1]);
              statement.executeQuery().close();
            }
          }
          assertThat(watched.advice().queries().get(0).repeats().values()).containsOnly(0.0);
          try (Connection connection = watched.getConnection();
              PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, 1);
            statement.setObject(2, "a");
            statement.executeQuery().close();
            statement.executeQuery().close();
            statement.setBytes(2, "b".getBytes(StandardCharsets.UTF_8));
            statement.executeQuery().close();
          }
          assertThat(watched.advice().queries().get(0).repeats().get(Duration.ofMinutes(1)))
              .isEqualTo(2 / 8.0);
        });
  }

  @Test
  void locksAndClocks_areNotAdvised() throws Exception {
    on(
        Door.H2,
        (pool, watched) -> {
          for (int i = 0; i < 3; i++) {
            execute(watched, "SELECT name FROM planet WHERE id = 3 FOR UPDATE");
            execute(watched, "SELECT CURRENT_TIMESTAMP");
          }
          assertThat(watched.advice().queries())
              .hasSize(2)
              .noneMatch(QueryAdvice::cacheable)
              .allMatch(query -> query.suggestion().isEmpty());
          assertThat(watched.advice().table()).contains("No template would save 1 % or more.");
        });
  }

  @Test
  void failuresPass_andCount() throws Exception {
    on(
        Door.H2,
        (pool, watched) -> {
          assertThatThrownBy(() -> execute(watched, "SELECT nothing FROM planet"))
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("NOTHING");
          assertThat(watched.advice().queries().get(0).failures()).isEqualTo(1);
        });
  }

  @Test
  void batchesAndGeneratedKeys_goThrough() throws Exception {
    on(
        Door.H2,
        (pool, watched) -> {
          execute(watched, "CREATE TABLE moon (id BIGINT AUTO_INCREMENT, name VARCHAR(30))");
          try (Connection connection = watched.getConnection();
              PreparedStatement insert =
                  connection.prepareStatement(
                      "INSERT INTO moon (name) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "Luna");
            insert.addBatch();
            insert.setString(1, "Phobos");
            insert.addBatch();
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            try (ResultSet keys = insert.getGeneratedKeys()) {
              assertThat(keys.next()).isTrue();
            }
            assertThat(insert.getConnection()).isSameAs(connection).isEqualTo(connection);
            assertThat(insert.unwrap(org.h2.jdbc.JdbcPreparedStatement.class)).isNotNull();
          }
          assertThat(watched.isWrapperFor(HikariDataSource.class)).isTrue();
          assertThat(watched.unwrap(HikariDataSource.class)).isSameAs(pool);
          assertThat(watched.advice().queries().stream().map(QueryAdvice::template))
              .contains("INSERT INTO moon (name) VALUES (?)");
        });
  }

  @Test
  void templatesAreBounded_theCheapestGo() throws Exception {
    on(
        Door.H2,
        builder -> builder.templates(10).calls(1_024),
        (pool, watched) -> {
          byId(watched, 3);
          byId(watched, 3);
          for (int i = 0; i < 50; i++) {
            execute(watched, "SELECT name AS a" + i + " FROM planet");
          }
          assertThat(watched.advice().queries()).hasSize(10);
          assertThat(watched.advice().queries().get(0).template()).isEqualTo(BY_ID);
          assertThat(watched.advice().forgotten()).isEqualTo(41);
          for (long id = 0; id < 5_000; id++) {
            byId(watched, id);
          }
          watched.reset();
          assertThat(watched.advice().queries()).isEmpty();
        });
  }

  private static final class Application {
    void use(DataSource database) throws SQLException {
      execute(database, "SELECT 1");
      execute(database, "SELECT 1");
    }
  }

  /** The code in {@code docs/advisor.md}. */
  @Test
  void theDoc() throws Exception {
    Application application = new Application();
    try (DatabaseServer schema = Door.H2.schema("advice");
        HikariDataSource pool = Door.H2.pool(schema, 2)) {
      AdvisingDataSource database = AdvisingDataSource.builder(pool).build();
      application.use(database); // for a while
      System.out.println(database.advice().table());

      assertThat(database.advice().table()).contains("SELECT ?");
    }
  }

  @Test
  void badOptions_areRefused() {
    AdvisingDataSource.Builder builder = AdvisingDataSource.builder(TestData.NONE);
    assertThatThrownBy(() -> builder.ttls(List.of())).hasMessage("ttls must be 1 to 16 but were 0");
    assertThatThrownBy(() -> builder.ttls(List.of(Duration.ZERO)))
        .hasMessage("a TTL must be 100 ms to 1 day but was PT0S");
    assertThatThrownBy(() -> builder.templates(0))
        .hasMessage("templates must be 1 to 10000 but was 0");
    assertThatThrownBy(() -> builder.calls(1))
        .hasMessage("calls must be 1024 to 10000000 but was 1");
  }

  private static final class TestData {
    static final DataSource NONE = new HikariDataSource();
  }

  @Test
  void aConnectionThatCantTellItsDatabase_isNotLost() throws Exception {
    AtomicBoolean dead = new AtomicBoolean();
    on(
        Door.H2,
        (pool, unused) -> {
          DataSource failing =
              Hooks.on(
                  pool,
                  method -> {
                    if (dead.get() && method.equals("getMetaData")) {
                      throw new IllegalStateException("connection is dead");
                    }
                  },
                  method -> {});
          AdvisingDataSource watched = AdvisingDataSource.builder(failing).build();
          dead.set(true);
          for (int i = 0; i < 3; i++) { // more than the pool has
            byId(watched, 3);
          }
          dead.set(false);
          byId(watched, 3);
          assertThat(watched.advice().calls()).isEqualTo(4);
          assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        });
  }
}
