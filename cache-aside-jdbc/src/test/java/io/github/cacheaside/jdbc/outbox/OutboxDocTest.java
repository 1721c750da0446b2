package io.github.cacheaside.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.metrics.JdbcMetrics;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The code in {@code docs/outbox.md} is the code here, and works; the meters tell of it. */
final class OutboxDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");
  private static final String HERE =
      "cache-aside-jdbc/src/test/java/io/github/cacheaside/jdbc/outbox/OutboxDocTest.java";

  private static void rename(Connection connection, long id, String name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE planet SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  private static DataSource seeded(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
      statement.execute("INSERT INTO planet VALUES (3, 'Earth')");
    }
    return pool;
  }

  private static CacheAside<Long, String> cache(DataSource database) throws SQLException {
    CacheAside<Long, String> planets =
        CacheAside.builder(new InMemoryCacheStore(), "planet", Serializer.utf8())
            .build(JdbcLoader.of(database, "SELECT name FROM planet WHERE id = ?", String.class));
    try (Outbox first = Outbox.builder(database).cache(planets, Long.class).buildPassive()) {
      first.createTable();
    }
    return planets;
  }

  @Test
  void theDocIsThisCode() throws Exception {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"));
    String code = withoutIndent(Files.readString(root.resolve(HERE)));
    var blocks = BLOCK.matcher(Files.readString(root.resolve("docs/outbox.md"))).results().toList();
    assertThat(blocks).hasSize(2);
    assertThat(blocks).allSatisfy(b -> assertThat(code).contains(withoutIndent(b.group(1))));
  }

  private static String withoutIndent(String code) {
    return code.replaceAll("(?m)^ +", "").replaceAll("\\n(?=[.(])", "").strip();
  }

  @Test
  void withAWriter() throws SQLException {
    try (DatabaseServer schema = Door.H2.schema("doc");
        HikariDataSource pool = Door.H2.pool(schema, 2)) {
      DataSource database = seeded(pool);
      CacheAside<Long, String> planets = cache(database);
      planets.get(3L);

      // It drains on its own thread.
      Outbox outbox = Outbox.builder(database).cache(planets, Long.class).build();
      JdbcWriter writer = JdbcWriter.of(database).fenced().logged(outbox);
      writer.write(planets, 3L, connection -> rename(connection, 3L, "Terra"));

      assertThat(planets.get(3L)).contains("Terra");
      outbox.close();
    }
  }

  @Test
  void inATransactionOfOnesOwn() throws SQLException {
    try (DatabaseServer schema = Door.H2.schema("doc");
        HikariDataSource pool = Door.H2.pool(schema, 2)) {
      CacheAside<Long, String> planets = cache(seeded(pool));
      planets.get(3L);
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      Outbox outbox =
          JdbcMetrics.monitor(
              registry,
              Outbox.builder(pool)
                  .cache(planets, Long.class)
                  .delay(java.time.Duration.ZERO)
                  .buildPassive());
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        rename(connection, 3L, "Terra");
        outbox.invalidate(connection, planets, List.of(3L)); // also: invalidateTags, clear
        connection.commit();
      }
      outbox.drain();

      assertThat(planets.get(3L)).contains("Terra");
      assertThat(registry.get("cache.aside.outbox.drained").functionCounter().count()).isEqualTo(1);
      assertThat(registry.get("cache.aside.outbox.written").functionCounter().count()).isEqualTo(1);
      assertThat(registry.get("cache.aside.outbox.up").gauge().value()).isEqualTo(1);
      assertThat(registry.getMeters()).hasSize(8);
      outbox.close();
    }
  }
}
