package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results tagged with the tables that they read, and writes that invalidate by table. */
@WithServers
class EachDatabaseTablesTest {
  private static final String PLANETS = "SELECT name FROM planet p ORDER BY id";
  private static final String BOTH =
      "SELECT p.name, m.name AS moon FROM planet p JOIN moon m ON m.planet = p.id";
  private static final String MOONS = "SELECT COUNT(*) FROM moon";
  private static final String RENAME = "UPDATE planet SET name = 'Terra' WHERE id = 3";

  static Stream<Door> doors() {
    return Door.ofEachDatabase();
  }

  private record Setting(HikariDataSource pool, SqlCache sql) {}

  @FunctionalInterface
  private interface Script {
    void run(Setting setting) throws SQLException;
  }

  private static void with(Door door, RedisServer redis, SqlTables tables, Script script)
      throws SQLException {
    try (DatabaseServer schema = door.schema("tables");
        HikariDataSource pool = door.pool(schema, 4);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      Databases.execute(
          pool,
          "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
          "CREATE TABLE moon (planet INT, name VARCHAR(30))",
          "CREATE VIEW inner_planet AS SELECT * FROM planet WHERE id < 4",
          "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')",
          "INSERT INTO moon VALUES (3, 'Moon'), (4, 'Phobos')");
      SqlCache sql =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .name("tables-" + UUID.randomUUID())
              .ttl(Duration.ofMinutes(1))
              .tables(tables)
              .build();
      script.run(new Setting(pool, sql));
    }
  }

  private static void rename(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(RENAME);
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aWriteToATable_concernsTheResultsThatReadIt(Door door, RedisServer redis)
      throws SQLException {
    with(
        door,
        redis,
        SqlTables.parsed(),
        s -> {
          for (String query : List.of(PLANETS, BOTH, MOONS)) {
            s.sql.query(query);
            assertThat(s.sql.read(query).outcome()).isEqualTo(Outcome.HIT);
          }

          JdbcWriter.of(s.pool).fenced().write(s.sql, "planet", EachDatabaseTablesTest::rename);

          assertThat(s.sql.read(MOONS).outcome()).isEqualTo(Outcome.HIT);
          assertThat(s.sql.query(PLANETS, String.class)).containsExactly("Terra", "Mars");
          assertThat(s.sql.query(BOTH).toString()).contains("Terra");
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aViewThatIsGiven_countsAsItsTables(Door door, RedisServer redis) throws SQLException {
    String query = "SELECT name FROM inner_planet";
    with(
        door,
        redis,
        SqlTables.parsed().withView("inner_planet", "planet").withTouched("planet", "moon"),
        s -> {
          s.sql.query(query);
          s.sql.query(MOONS);
          Databases.execute(s.pool, RENAME);
          assertThat(s.sql.query(query, String.class)).containsExactly("Earth");

          s.sql.invalidateTables("PLANET");

          assertThat(s.sql.query(query, String.class)).containsExactly("Terra");
          assertThat(s.sql.read(MOONS).outcome()).isEqualTo(Outcome.LOADED); // it is touched
        });
  }

  /** What a reader saw while, right after, and some time after a writer's commit. */
  private record Seen(String during, String atCommit, String afterwards) {}

  @FunctionalInterface
  private interface Writing {
    void run(DataSource hooked, SqlCache sql) throws SQLException;
  }

  private static Seen race(Door door, RedisServer redis, Writing writing) throws SQLException {
    List<String> seen = new ArrayList<>();
    with(
        door,
        redis,
        SqlTables.parsed(),
        s -> {
          Consumer<String> reader =
              call -> {
                if (call.equals("commit")) {
                  seen.add(s.sql.query(PLANETS, String.class).get(0));
                }
              };
          reader.accept("commit");
          seen.clear();
          writing.run(Hooks.on(s.pool, reader, reader), s.sql);
          seen.add(s.sql.query(PLANETS, String.class).get(0));
        });
    assertThat(seen).hasSize(3);
    return new Seen(seen.get(0), seen.get(1), seen.get(2));
  }

  @ParameterizedTest
  @MethodSource("doors")
  void insideTheFence_noStaleResultSurvivesTheCommit(Door door, RedisServer redis)
      throws SQLException {
    Seen expected = new Seen("Earth", "Terra", "Terra");

    assertThat(
            race(
                door,
                redis,
                (pool, sql) ->
                    JdbcWriter.of(pool)
                        .fenced()
                        .write(sql, "planet", EachDatabaseTablesTest::rename)))
        .isEqualTo(expected);
    assertThat(
            race(
                door,
                redis,
                (pool, sql) ->
                    inTransaction(
                        pool,
                        connection -> {
                          try (WriteFence fence = sql.fenceTables("planet")) {
                            if (!fence.mayCommit()) {
                              throw new SQLTransientException("lost");
                            }
                            connection.commit();
                          }
                        })))
        .isEqualTo(expected);
  }

  /** The two twins that other libraries have, in the same race. */
  @ParameterizedTest
  @MethodSource("doors")
  void aBumpOnOneSideOfTheCommit_answersStale(Door door, RedisServer redis) throws SQLException {
    assertThat(
            race(
                door,
                redis,
                (pool, sql) ->
                    JdbcWriter.of(pool).write(sql, "planet", EachDatabaseTablesTest::rename)))
        .as("after it only")
        .isEqualTo(new Seen("Earth", "Earth", "Terra"));
    assertThat(
            race(
                door,
                redis,
                (pool, sql) ->
                    inTransaction(
                        pool,
                        connection -> {
                          sql.invalidateTables("planet");
                          connection.commit();
                        })))
        .as("before it only")
        .isEqualTo(new Seen("Earth", "Earth", "Earth"));
  }

  @FunctionalInterface
  private interface Commit {
    void run(Connection connection) throws SQLException;
  }

  private static void inTransaction(DataSource pool, Commit commit) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      rename(connection);
      commit.run(connection);
      connection.setAutoCommit(true);
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aRolledBackWrite_leavesTheResults(Door door, RedisServer redis) throws SQLException {
    with(
        door,
        redis,
        SqlTables.parsed(),
        s -> {
          s.sql.query(PLANETS);
          assertThatThrownBy(
                  () ->
                      JdbcWriter.of(s.pool)
                          .fenced()
                          .write(
                              s.sql,
                              "planet",
                              connection -> {
                                rename(connection);
                                throw new IllegalStateException("no");
                              }))
              .hasMessage("no");
          assertThat(s.sql.read(PLANETS).outcome()).isEqualTo(Outcome.HIT);
          assertThat(s.sql.query(PLANETS, String.class)).containsExactly("Earth", "Mars");
        });
  }

  @Test
  void whatCantBeTold_isRefused_unlessTheCallNamesIt(RedisServer redis) throws SQLException {
    String odd = "SELECT name FROM planet WHERE name <> 'x\\y' ORDER BY id";
    with(
        doors().findFirst().orElseThrow(),
        redis,
        SqlTables.parsed(),
        s -> {
          assertThatThrownBy(() -> s.sql.query(odd))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("SELECT name FROM planet WHERE name <>…");
          assertThat(s.sql.statement(odd).tables("planet").list(String.class)).hasSize(2);
          JdbcWriter.of(s.pool).fenced().write(s.sql, "planet", EachDatabaseTablesTest::rename);
          assertThat(s.sql.statement(odd).tables("planet").list(String.class))
              .containsExactly("Terra", "Mars");
          assertThatThrownBy(() -> s.sql.query("SELECT * FROM"))
              .isInstanceOf(IllegalArgumentException.class)
              .isNotInstanceOf(CacheLoadException.class);
        });
  }

  @Test
  void withoutTables_theCallsSayWhatIsMissing(RedisServer redis) {
    try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      DataSource none = new org.h2.jdbcx.JdbcDataSource();
      SqlCache sql = SqlCache.builder(store, none).name("without").build();
      assertThatThrownBy(() -> sql.invalidateTables("planet"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("without was built without tables(...)");
      assertThatThrownBy(() -> sql.statement("SELECT 1").tables("planet"))
          .isInstanceOf(UnsupportedOperationException.class);
      SqlCacheBuilder text = SqlCache.builder(store, none).keys(SqlKeys.TEXT);
      assertThatThrownBy(() -> text.tables(SqlTables.parsed()).build())
          .hasMessage("keys TEXT excludes tables; NAMED has them");
    }
  }

  private static void rename(Connection connection, long id, String name) throws SQLException {
    assertThat(id).isEqualTo(3);
    assertThat(name).isEqualTo("Terra");
    rename(connection);
  }

  /** The code of docs/tables.md. */
  @Test
  void thePage(RedisServer server) throws SQLException {
    Door door = doors().findFirst().orElseThrow();
    try (DatabaseServer schema = door.schema("page");
        HikariDataSource database = door.pool(schema, 2);
        RedisCacheStore redis = RedisCacheStore.connect(server.uri())) {
      Databases.execute(
          database,
          "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
          "CREATE TABLE moon (planet INT, name VARCHAR(30))",
          "INSERT INTO planet VALUES (3, 'Earth')",
          "INSERT INTO moon VALUES (3, 'Moon')");
      SqlCache sql =
          SqlCache.builder(redis, database)
              .tables(SqlTables.parsed().withView("inner_planet", "planet"))
              .build();
      sql.query("SELECT p.name, m.name AS moon FROM planet p JOIN moon m ON m.planet = p.id");

      JdbcWriter writer = JdbcWriter.of(database).fenced();
      writer.write(sql, "planet", connection -> rename(connection, 3L, "Terra"));

      assertThat(
              sql.query(
                      "SELECT p.name, m.name AS moon FROM planet p JOIN moon m ON m.planet = p.id")
                  .toString())
          .contains("Terra");

      writer.<Boolean, SQLException>transaction(
          transaction -> {
            rename(transaction.connection(), 3L, "Terra");
            transaction.invalidateTables(sql, "planet", "moon");
            return true;
          });
    }
  }
}
