package io.github.cacheaside.jdbc.datasource;

import static io.github.cacheaside.jdbc.datasource.Cached.NAMES;
import static io.github.cacheaside.jdbc.datasource.Cached.RENAME;
import static io.github.cacheaside.jdbc.datasource.Cached.RULE;
import static io.github.cacheaside.jdbc.datasource.Cached.hits;
import static io.github.cacheaside.jdbc.datasource.Cached.strings;
import static io.github.cacheaside.jdbc.datasource.Cached.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.datasource.CachingDataSource.Bypass;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transactions that end otherwise than by {@code commit}, and rows that are nobody's yet. */
@WithServers
class EachDatabaseTransactionsTest {
  static Stream<Door> doors() {
    return Door.ofEachDatabase();
  }

  @FunctionalInterface
  private interface OnConnection {
    void run(Connection connection) throws SQLException;
  }

  @FunctionalInterface
  private interface Step {
    void run(Connection connection, Statement statement) throws SQLException;
  }

  /** Each database says in its own way which of them commit. */
  private static List<Step> steps(Door door) {
    List<Step> steps = new ArrayList<>();
    steps.add((connection, statement) -> statement.executeUpdate("TRUNCATE TABLE moon"));
    steps.add((connection, statement) -> statement.executeUpdate("TRUNCATE TABLE note"));
    steps.add((connection, statement) -> statement.execute("CREATE TABLE step (id INT)"));
    steps.add(
        (connection, statement) -> {
          statement.addBatch("INSERT INTO note VALUES (1, 'x')");
          statement.addBatch("COMMIT");
          statement.executeBatch();
        });
    if (door.product() == DatabaseProduct.H2) {
      steps.add((connection, statement) -> statement.execute("SET LOCK_TIMEOUT 5000"));
    }
    if (door.product() != DatabaseProduct.POSTGRESQL) { // which refuses these in a transaction
      steps.add(
          (connection, statement) ->
              connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
      steps.add((connection, statement) -> connection.setReadOnly(false));
    }
    steps.add((connection, statement) -> connection.setSchema(connection.getSchema()));
    return steps;
  }

  @ParameterizedTest
  @MethodSource("doors")
  void whatCommitsByItself_isSeen(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          int number = 0;
          for (Step step : steps(door)) {
            Databases.execute(c.pool(), Cached.BACK, "DROP TABLE IF EXISTS step");
            CachingDataSource source = c.source();
            strings(source, NAMES);
            assertThat(hits(source, NAMES)).isTrue();
            try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
              connection.setAutoCommit(false);
              statement.executeUpdate(RENAME);
              step.run(connection, statement);
              List<String> committed = strings(c.pool(), NAMES);
              assertThat(strings(source, NAMES)).as("step %s", number).isEqualTo(committed);
              connection.rollback();
              connection.setAutoCommit(true);
            }
            assertThat(strings(source, NAMES))
                .as("step %s", number)
                .isEqualTo(strings(c.pool(), NAMES));
            number++;
          }
        });
  }

  /** Also in autocommit mode: the rows are those of another transaction. */
  @ParameterizedTest
  @MethodSource("doors")
  void uncommittedRows_areNotCached(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          try (Connection writer = c.pool().getConnection();
              Connection reader = source.getConnection()) {
            reader.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
            boolean effective = // PostgreSQL has no such level
                reader.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED;
            writer.setAutoCommit(false);
            update(writer, RENAME);
            for (int i = 0; i < 2; i++) {
              strings(reader, NAMES);
            }
            writer.rollback();
            writer.setAutoCommit(true);
            assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
            assertThat(source.bypasses().get(Bypass.UNCOMMITTED)).isEqualTo(effective ? 2 : 0);
            assertThat(hits(source, NAMES)).isTrue();
            assertThat(strings(reader, NAMES)).containsExactly("Earth", "Mars");
            assertThat(source.bypasses().get(Bypass.UNCOMMITTED)).isEqualTo(effective ? 2 : 0);
          }
        });
  }

  /** Each statement reads what is committed, and a write that overtakes it takes its lease. */
  @ParameterizedTest
  @MethodSource("doors")
  void atReadCommitted_whatATransactionReads_isCached_butNotIfAWriteOvertook(
      Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          String name = "ds-" + UUID.randomUUID();
          CachingDataSource writers = c.source(c.pool(), b -> b.rule(RULE).name(name));
          AtomicBoolean race = new AtomicBoolean();
          DataSource overtaken =
              Interposed.on(
                  c.pool(),
                  (method, real) -> {
                    Object answer = real.call();
                    if (method.getName().equals("executeQuery") && race.getAndSet(false)) {
                      Databases.execute(writers, RENAME);
                    }
                    return answer;
                  });
          CachingDataSource source = c.source(overtaken, b -> b.rule(RULE).name(name));
          readCommitted(
              source,
              connection -> {
                race.set(true);
                assertThat(strings(connection, NAMES)).containsExactly("Earth", "Mars");
                assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
              });
          writers.clear();
          readCommitted(source, connection -> strings(connection, NAMES));
          assertThat(hits(source, NAMES)).isTrue();
          assertThat(hits(writers, NAMES)).isTrue();
        });
  }

  /** By a function, or by the driver's own object: this library sees no write. */
  @ParameterizedTest
  @MethodSource("doors")
  void atReadCommitted_aTransactionThatMayHaveWritten_fillsNothing(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          List<Step> writes = new ArrayList<>();
          writes.add(
              (connection, statement) -> update(connection.unwrap(Connection.class), RENAME));
          if (door.product() != DatabaseProduct.H2) {
            Databases.execute(
                c.pool(),
                door.isOfMySql()
                    ? "CREATE FUNCTION rename_earth() RETURNS INT MODIFIES SQL DATA BEGIN "
                        + RENAME
                        + "; RETURN 1; END"
                    : "CREATE FUNCTION rename_earth() RETURNS INT LANGUAGE sql AS $$ "
                        + RENAME
                        + "; SELECT 1 $$");
            for (String from : List.of("", " FROM moon WHERE planet = 4")) { // no rule, and a rule
              writes.add(
                  (connection, statement) ->
                      statement.executeQuery("SELECT rename_earth()" + from).close());
            }
          }
          CachingDataSource source = c.source();
          for (Step step : writes) {
            readCommitted(
                source,
                connection -> {
                  try (Statement statement = connection.createStatement()) {
                    step.run(connection, statement);
                  }
                  assertThat(strings(connection, NAMES)).containsExactly("Terra", "Mars");
                });
            assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
            source.clear();
          }
          assertThat(source.bypasses().get(Bypass.WROTE)).isEqualTo(writes.size());
          if (door.isOfMySql()) {
            CachingDataSource named = c.source(c.pool(), b -> b.rule(RULE).session(() -> "a"));
            readCommitted(
                named,
                connection -> {
                  update(connection, "SET @x = rename_earth()");
                  assertThat(strings(connection, NAMES)).containsExactly("Terra", "Mars");
                });
            assertThat(strings(named, NAMES)).containsExactly("Earth", "Mars");
          }
        });
  }

  /** The driver's own object may begin a transaction, of which this library's knows nothing. */
  @ParameterizedTest
  @MethodSource("doors")
  void connectionWhoseDriversObjectWasGivenAway_fillsNothing(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          try (Connection connection = source.getConnection()) {
            Connection drivers = connection.unwrap(Connection.class);
            drivers.setAutoCommit(false);
            update(drivers, RENAME);
            assertThat(strings(connection, NAMES)).containsExactly("Terra", "Mars");
            drivers.rollback();
            drivers.setAutoCommit(true);
          }
          assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
        });
  }

  /** In MySQL and MariaDB it is that of the next transaction; the snapshot stays open. */
  @ParameterizedTest
  @MethodSource("doors")
  void levelThatIsSetWithinATransaction_fillsNothingFromItsSnapshot(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          try (Connection connection = source.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            strings(connection, NAMES);
            Databases.execute(source, RENAME);
            try {
              connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
              strings(connection, NAMES);
            } catch (SQLException e) {
              assertThat(door.product()).isEqualTo(DatabaseProduct.POSTGRESQL); // it refuses
            }
            connection.rollback();
            connection.setAutoCommit(true);
          }
          assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void readOnlyConnectionsThatDoNotLag_fill(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source =
              c.source(c.pool(), builder -> builder.rule(RULE).readOnlyMayLag(false));
          for (boolean transaction : new boolean[] {true, false}) {
            try (Connection connection = source.getConnection()) {
              connection.setReadOnly(true);
              connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
              connection.setAutoCommit(!transaction);
              strings(connection, NAMES);
              connection.setAutoCommit(true);
            }
            assertThat(hits(source, NAMES)).isTrue();
            source.clear();
          }
        });
  }

  /** A transaction that is rolled back. */
  private static void readCommitted(CachingDataSource source, OnConnection work)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      work.run(connection);
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** A driver or a router may send it to a replica, which lags. */
  @ParameterizedTest
  @MethodSource("doors")
  void readOnlyConnection_isAnswered_butItsRowsAreNotCached(Door door, RedisServer redis)
      throws Exception {
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          for (int i = 0; i < 2; i++) {
            try (Connection connection = source.getConnection()) {
              connection.setReadOnly(true);
              assertThat(strings(connection, NAMES)).containsExactly("Earth", "Mars");
            }
          }
          assertThat(source.stats().loads()).isZero();
          assertThat(source.bypasses().get(Bypass.READ_ONLY)).isEqualTo(2);
          strings(source, NAMES);
          assertThat(hits(source, NAMES)).isTrue();
          try (Connection connection = source.getConnection()) {
            connection.setReadOnly(true);
            Databases.execute(c.pool(), RENAME); // bypasses the library
            assertThat(strings(connection, NAMES)).containsExactly("Earth", "Mars");
          }
        });
  }

  @ParameterizedTest
  @MethodSource("doors")
  void temporaryTableOfAnothersName_endsCaching(Door door, RedisServer redis) throws Exception {
    String[] texts =
        switch (door.product()) {
          case POSTGRESQL -> new String[] {"SELECT 'Mine' AS name, 1 AS id INTO TEMP planet"};
          case H2 -> new String[] {}; // refuses it
          default ->
              new String[] {
                "CREATE TEMPORARY TABLE planet (id INT, name VARCHAR(30))",
                "INSERT INTO planet VALUES (1, 'Mine')"
              };
        };
    Cached.with(
        door,
        redis.uri(),
        c -> {
          CachingDataSource source = c.source();
          strings(source, NAMES);
          try (Connection connection = source.getConnection();
              Statement statement = connection.createStatement()) {
            for (String text : texts) {
              statement.execute(text);
            }
            List<String> own = texts.length == 0 ? List.of("Earth", "Mars") : List.of("Mine");
            assertThat(strings(connection, NAMES)).isEqualTo(own);
            assertThat(strings(source, NAMES)).containsExactly("Earth", "Mars");
            statement.execute(
                door.isOfMySql() ? "DROP TEMPORARY TABLE IF EXISTS planet" : "SELECT 1");
          }
        });
  }
}
