package io.github.cacheaside.jdbc.datasource;

import static io.github.cacheaside.jdbc.datasource.Cached.BACK;
import static io.github.cacheaside.jdbc.datasource.Cached.NAMES;
import static io.github.cacheaside.jdbc.datasource.Cached.ONE;
import static io.github.cacheaside.jdbc.datasource.Cached.RENAME;
import static io.github.cacheaside.jdbc.datasource.Cached.RULE;
import static io.github.cacheaside.jdbc.datasource.Cached.hits;
import static io.github.cacheaside.jdbc.datasource.Cached.strings;
import static io.github.cacheaside.jdbc.datasource.Cached.update;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.Hooks;
import io.github.cacheaside.jdbc.datasource.CachingDataSource.Bypass;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Code that knows JDBC only, over a data source that caches. */
@WithServers
class EachDatabaseDataSourceTest {
  static Stream<Door> doors() {
    return Door.ofEachDatabase();
  }

  static Stream<Arguments> doorsAndIsolations() {
    return doors()
        .flatMap(
            door ->
                Stream.of(
                        Connection.TRANSACTION_READ_UNCOMMITTED,
                        Connection.TRANSACTION_READ_COMMITTED,
                        Connection.TRANSACTION_REPEATABLE_READ,
                        Connection.TRANSACTION_SERIALIZABLE)
                    .map(isolation -> Arguments.of(door, isolation)));
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aQueryThatMatches_isAnsweredFromTheCache_others_fromTheDatabase(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
          assertThat(strings(source, ONE, 3)).containsExactly("Earth");
          Databases.execute(c.pool(), RENAME); // bypasses the library

          assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
          assertThat(strings(source, ONE, 3)).containsExactly("Earth");
          assertThat(strings(source, ONE, 4)).containsExactly("Mars");
          assertThat(strings(source, ONE, 9)).isEmpty();
          assertThat(strings(source, "SELECT p.name FROM planet p, note n")).isEmpty();
          assertThat(strings(c.source(c.pool(), b -> b), NAMES)).containsExactly("Terra", "Mars");
          source.invalidateTables("planet");
          assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aStatement_byItsText_withExecute_andByTemplateOrHint(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source =
              c.source(
                  c.pool(),
                  b ->
                      b.rule(CacheRule.ofQuery(Duration.ofMinutes(1), ONE))
                          .rule(CacheRule.ofHint()));
          String text = "select ID, name\n from planet where id = 3 -- here";
          String hinted = "/* cache-aside ttl=5m */ SELECT name FROM moon ORDER BY planet";
          for (int i = 0; i < 2; i++) {
            try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
              assertThat(statement.execute("SELECT id, name FROM planet WHERE id = 3")).isTrue();
              assertThat(strings(statement.getResultSet())).containsExactly("Earth");
              assertThat(statement.getMoreResults()).isFalse();
              assertThat(statement.getUpdateCount()).isEqualTo(-1);
              assertThat(strings(statement.executeQuery(hinted))).hasSize(2);
              assertThat(strings(statement.executeQuery("SELECT name FROM moon"))).hasSize(2);
            }
          }
          assertThat(source.stats().hits()).isEqualTo(2);
          assertThat(source.stats().misses()).isEqualTo(2);
          assertThat(hits(source, text)).isFalse();
        });
  }

  /** An autocommit update, a batch, a commit, setAutoCommit(true): each is seen at once. */
  @ParameterizedTest
  @MethodSource("doors")
  void everyWayToWrite_isSeenByTheNextReader(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          List<Cached.Script> ways =
              List.of(
                  any -> inAutoCommit(source, s -> s.executeUpdate(RENAME)),
                  any -> inAutoCommit(source, s -> s.execute(BACK)),
                  any ->
                      inAutoCommit(
                          source,
                          s -> {
                            s.addBatch("INSERT INTO note VALUES (1, 'x')");
                            s.addBatch(RENAME);
                            s.executeBatch();
                          }),
                  any ->
                      inTransaction(
                          source,
                          connection -> {
                            update(connection, BACK);
                            connection.commit();
                          }),
                  any ->
                      inTransaction(
                          source,
                          connection -> {
                            update(connection, RENAME);
                            connection.setAutoCommit(true);
                          }),
                  any ->
                      inTransaction(
                          source,
                          connection -> {
                            try (PreparedStatement update =
                                connection.prepareStatement(
                                    "UPDATE planet SET name = ? WHERE id = ?")) {
                              update.setString(1, "Earth");
                              update.setInt(2, 3);
                              update.addBatch();
                              update.executeBatch();
                            }
                            Savepoint savepoint = connection.setSavepoint("here");
                            update(connection, "DELETE FROM planet");
                            connection.rollback(savepoint);
                            connection.commit();
                          }));
          String expected = "Terra";
          for (Cached.Script way : ways) {
            strings(source, NAMES);
            assertThat(hits(source, NAMES)).isTrue();
            way.run(c);
            assertThat(strings(source, NAMES)).containsExactly(expected, "Mars");
            expected = expected.equals("Terra") ? "Earth" : "Terra";
          }
        });
  }

  @FunctionalInterface
  private interface OnStatement {
    void run(Statement statement) throws SQLException;
  }

  @FunctionalInterface
  private interface OnConnection {
    void run(Connection connection) throws SQLException;
  }

  private static void inAutoCommit(CachingDataSource source, OnStatement work) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      work.run(statement);
    }
  }

  private static void inTransaction(CachingDataSource source, OnConnection work)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      work.run(connection);
      if (!connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** G13: at each isolation level, nothing uncommitted and nothing from a snapshot is cached. */
  @ParameterizedTest
  @MethodSource("doorsAndIsolations")
  void aTransaction_cachesWhatIsCommittedOnly(Door door, int isolation, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          try (Connection connection = source.getConnection()) {
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(false);
            boolean fills =
                connection.getTransactionIsolation() == Connection.TRANSACTION_READ_COMMITTED;
            strings(connection, NAMES); // a snapshot is open now, where there are any
            assertThat(source.stats().loads()).isEqualTo(fills ? 1 : 0);
            try (Connection other = source.getConnection()) {
              if (isolation != Connection.TRANSACTION_SERIALIZABLE) {
                update(other, RENAME);
              }
            }
            strings(connection, NAMES);
            assertThat(source.stats().loads()).isEqualTo(fills ? 2 : 0);
            update(connection, "INSERT INTO planet VALUES (9, 'uncommitted')");
            assertThat(strings(connection, NAMES)).contains("uncommitted");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(source.stats().loads()).isEqualTo(fills ? 2 : 0);
          }
          String name = isolation == Connection.TRANSACTION_SERIALIZABLE ? "Earth" : "Terra";
          assertThat(strings(source, NAMES)).containsExactly(name, "Mars");
          assertThat(hits(source, NAMES)).isTrue();
        });
  }

  @ParameterizedTest
  @MethodSource("doorsAndIsolations")
  void aTransactionIsAnswered_ifItReadsTheLatest_orTheRuleAllowsIt(
      Door door, int isolation, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          boolean latest = isolation <= Connection.TRANSACTION_READ_COMMITTED;
          for (boolean allowed : new boolean[] {false, true}) {
            CachingDataSource source =
                c.source(c.pool(), b -> b.rule(allowed ? RULE.alsoInSnapshots() : RULE));
            Databases.execute(c.pool(), BACK);
            strings(source, NAMES);
            assertThat(hits(source, NAMES)).isTrue();
            Databases.execute(c.pool(), RENAME); // bypasses the library
            String expected = latest || allowed ? "Earth" : "Terra";
            try (Connection connection = source.getConnection()) {
              connection.setTransactionIsolation(isolation);
              connection.setAutoCommit(false);
              assertThat(strings(connection, NAMES)).containsExactly(expected, "Mars");
              update(connection, "INSERT INTO note VALUES (1, 'x')");
              assertThat(strings(connection, NAMES)).containsExactly("Terra", "Mars");
              assertThat(source.bypasses().get(Bypass.WROTE)).isEqualTo(1);
              connection.rollback();
              connection.setAutoCommit(true);
            }
          }
        });
  }

  /** What a reader saw before a commit reached the database, and right after. */
  @ParameterizedTest
  @MethodSource("doors")
  void noStaleResultSurvivesACommit(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          AtomicReference<CachingDataSource> readers = new AtomicReference<>();
          List<String> seen = new ArrayList<>();
          Cached.Script2 read =
              () -> seen.add(strings(requireNonNull(readers.get()), NAMES).get(0));
          CachingDataSource source =
              c.source(
                  Hooks.on(c.pool(), Cached.at("commit", read), Cached.at("commit", read)),
                  b -> b.rule(RULE));
          readers.set(source);
          strings(source, NAMES);
          inTransaction(
              source,
              connection -> {
                update(connection, RENAME);
                connection.commit();
              });
          read.run();
          assertThat(seen).containsExactly("Earth", "Terra", "Terra");
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void whatMayWriteAnything_clearsEverything(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          for (String ddl :
              List.of(
                  "ALTER TABLE planet ADD COLUMN extra INT",
                  "CREATE TABLE another (id INT)",
                  "DROP TABLE another")) {
            strings(source, NAMES);
            assertThat(hits(source, NAMES)).isTrue();
            inAutoCommit(source, s -> s.execute(ddl));
            assertThat(hits(source, NAMES)).as(ddl).isFalse();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void whatIsNotCached_passesThrough(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          try (Connection connection = source.getConnection()) {
            assertThat(connection.isWrapperFor(Connection.class)).isTrue();
            assertThat(source.unwrap(com.zaxxer.hikari.HikariDataSource.class)).isSameAs(c.pool());
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "INSERT INTO note (id, text) VALUES (?, ?)", new String[] {"id"})) {
              insert.setInt(1, 7);
              insert.setString(2, "x");
              assertThat(insert.executeUpdate()).isEqualTo(1);
              assertThat(insert.getConnection()).isSameAs(connection);
            }
            assertThatThrownBy(() -> strings(connection, "SELECT nothing FROM planet"))
                .isInstanceOf(SQLException.class);
            assertThat(strings(connection, "SELECT text FROM note")).containsExactly("x");
            assertThatThrownBy(() -> connection.prepareStatement("SELECT * FRM").executeQuery())
                .isInstanceOf(SQLException.class);
            try (Statement scrolling =
                connection.createStatement(
                    ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
              ResultSet result = scrolling.executeQuery(NAMES);
              assertThat(result.last()).isTrue();
              assertThat(result.getRow()).isEqualTo(2);
              assertThat(result.getString("NAME")).isEqualTo("Mars");
              assertThat(result.previous()).isTrue();
              assertThat(result.absolute(-1)).isTrue();
              assertThat(result.isLast()).isTrue();
              assertThat(result.getStatement()).isSameAs(scrolling);
              assertThatThrownBy(result::deleteRow).isInstanceOf(SQLException.class);
              ResultSet second = scrolling.executeQuery(NAMES);
              assertThat(result.isClosed()).isTrue();
              assertThat(second.isClosed()).isFalse();
              assertThatThrownBy(result::next).isInstanceOf(SQLException.class);
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void anAlteredSession_isNotUsedForCaching_evenWhenThePoolHasItBack(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          c.pool().setMaximumPoolSize(1);
          c.pool().getHikariPoolMXBean().softEvictConnections();
          CachingDataSource source = c.source();
          strings(source, NAMES);
          String set =
              switch (door.product()) {
                case POSTGRESQL -> "SET application_name = 'x'";
                case H2 -> "SET LOCK_TIMEOUT 5000";
                default -> "SET @x = 1";
              };
          inAutoCommit(source, s -> s.execute(set));
          assertThat(hits(source, NAMES)).isFalse();
          assertThat(source.bypasses().get(Bypass.SESSION)).isEqualTo(1);
        });
  }

  /** Nothing is known about its transactions any more, so each write is fenced, and each end. */
  @ParameterizedTest
  @MethodSource("doors")
  void anAlteredSession_isSeenToWriteAllTheSame(Door door, RedisServer redis) throws Exception {
    String begin = door.isOfMySql() || door.product().name().equals("POSTGRESQL") ? "BEGIN" : "";
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          try (Connection connection = source.getConnection();
              Statement statement = connection.createStatement()) {
            connection.setCatalog(connection.getCatalog()); // alters the session
            if (!begin.isEmpty()) {
              statement.execute(begin);
              statement.executeUpdate(RENAME);
              assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
              statement.execute("COMMIT");
              assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
            }
            statement.executeUpdate(BACK);
            assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
            statement.executeUpdate(RENAME);
            assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
          }
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aSessionSupplier_keepsTenantsApart(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          AtomicReference<String> tenant = new AtomicReference<>("a");
          CachingDataSource source =
              c.source(c.pool(), b -> b.rule(RULE).session(() -> String.valueOf(tenant.get())));
          strings(source, NAMES);
          assertThat(hits(source, NAMES)).isTrue();
          tenant.set("b");
          assertThat(hits(source, NAMES)).isFalse();
          assertThat(hits(source, NAMES)).isTrue();
        });
  }

  /** Sessions that are named do not tell whether a transaction is open. */
  @ParameterizedTest
  @MethodSource("doors")
  void aTransactionThatATextHasBegun_isSeen_alsoIfSessionsAreNamed(Door door, RedisServer redis)
      throws Exception {
    String[] texts =
        switch (door.product()) {
          case POSTGRESQL -> new String[] {"BEGIN; " + RENAME};
          case H2 -> new String[] {"SET AUTOCOMMIT FALSE; " + RENAME};
          default -> new String[] {"BEGIN", RENAME}; // the driver takes one at a time
        };
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source(c.pool(), b -> b.rule(RULE).session(() -> "a"));
          try (Connection connection = source.getConnection();
              Statement statement = connection.createStatement()) {
            for (String text : texts) {
              statement.execute(text);
            }
            assertThat(strings(connection, NAMES)).containsExactly("Terra", "Mars");
            assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
            assertThat(hits(source, NAMES)).isTrue();
            statement.execute("COMMIT");
          }
          assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aCallOfAProcedure_mayWriteAnything(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          strings(source, NAMES);
          try (Connection connection = source.getConnection();
              CallableStatement call = connection.prepareCall("{? = call abs(?)}")) {
            call.registerOutParameter(1, java.sql.Types.INTEGER);
            call.setInt(2, -3);
            call.execute();
            assertThat(call.getInt(1)).isEqualTo(3);
          } catch (SQLException e) {
            assertThat(door.isOfMySql() || door.product().name().equals("H2")).isTrue();
          }
          assertThat(hits(source, NAMES)).isFalse();
        });
  }
}
