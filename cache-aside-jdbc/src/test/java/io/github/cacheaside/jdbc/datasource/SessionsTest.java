package io.github.cacheaside.jdbc.datasource;

import static io.github.cacheaside.jdbc.datasource.Cached.NAMES;
import static io.github.cacheaside.jdbc.datasource.Cached.RENAME;
import static io.github.cacheaside.jdbc.datasource.Cached.hits;
import static io.github.cacheaside.jdbc.datasource.Cached.strings;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.jdbc.advisor.AdvisingDataSource;
import io.github.cacheaside.jdbc.datasource.CachingDataSource.Bypass;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection keeps while a pool has it back. */
class SessionsTest {
  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final JdbcDataSource database = new JdbcDataSource();

  @BeforeEach
  void tables() throws SQLException {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Databases.execute(
        database,
        "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')",
        "CREATE SCHEMA other",
        "CREATE TABLE other.planet (id INT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO other.planet VALUES (1, 'Secret')");
  }

  private CachingDataSourceBuilder source(DataSource around) {
    return CachingDataSource.builder(store, around).rule(Cached.RULE);
  }

  private static void run(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As DBCP's do. */
  @Test
  void alteredSession_ofAConnectionThatUnwrapsToItself_endsCaching() throws SQLException {
    try (Connection one = database.getConnection()) {
      CachingDataSource source =
          source(Interposed.lending(one, /* unwrapsToItself= */ true)).build();
      run(source, "SET SCHEMA other");

      assertThat(strings(source, NAMES)).containsExactly("Secret");
      assertThat(strings(source(database).build(), NAMES)).containsExactly("Earth", "Mars");
      assertThat(source.bypasses().get(Bypass.SESSION)).isEqualTo(1);
    }
  }

  @Test
  void alteredSession_ofAConnectionThatUnwrapsToItself_doesNot_ifSessionsAreNamed()
      throws SQLException {
    try (Connection one = database.getConnection()) {
      CachingDataSource source =
          source(Interposed.lending(one, /* unwrapsToItself= */ true))
              .session(() -> "other")
              .build();
      run(source, "SET SCHEMA other");
      strings(source, NAMES);
      assertThat(hits(source, NAMES)).isTrue();
    }
  }

  /** Its connections unwrap to the pool's, of which there is another one for each loan. */
  @Test
  void alteredSession_behindADataSourceThatAdvises_isOfThePhysicalConnection() throws SQLException {
    try (Connection one = database.getConnection()) {
      DataSource pool = Interposed.lending(one, /* unwrapsToItself= */ false);
      CachingDataSource source = source(AdvisingDataSource.builder(pool).build()).build();
      run(source, "SET SCHEMA other");

      assertThat(strings(source, NAMES)).containsExactly("Secret");
      assertThat(source.bypasses().get(Bypass.SESSION)).isEqualTo(1);
    }
  }

  /** Where connections can't be told apart, one call of a procedure makes no commit a clear. */
  @Test
  void commitsOfConnectionsThatUnwrapToThemselves_fenceTheirOwn() throws SQLException {
    try (Connection one = database.getConnection()) {
      CachingDataSource source =
          source(Interposed.lending(one, /* unwrapsToItself= */ true)).build();
      CachingDataSource other = source(database).build();
      run(source, "CALL 1");
      strings(other, NAMES);
      assertThat(hits(other, NAMES)).isTrue();
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        strings(connection, "SELECT id FROM planet");
        connection.commit();
      }
      assertThat(hits(other, NAMES)).as("nothing was cleared").isTrue();
    }
  }

  @Test
  void everyCallThatChangesASession_endsCachingOnItsConnection() throws Exception {
    List<Interaction> calls =
        List.of(
            connection -> connection.setSchema("OTHER"),
            connection -> connection.setCatalog("x"),
            connection -> connection.setClientInfo("x", "y"),
            connection -> connection.setShardingKey(null),
            connection -> connection.setShardingKeyIfValid(null, 1),
            connection -> connection.setTypeMap(Map.of()));
    for (Interaction call : calls) {
      DataSource around =
          Interposed.on(
              database,
              (method, real) -> method.getName().startsWith("set") ? answer(method) : real.call());
      CachingDataSource source = source(around).build();
      try (Connection connection = source.getConnection()) {
        call.run(connection);
        strings(connection, NAMES);
        assertThat(source.bypasses().get(Bypass.SESSION)).isEqualTo(1);
      }
    }
  }

  @FunctionalInterface
  private interface Interaction {
    void run(Connection connection) throws SQLException;
  }

  private static @Nullable Object answer(Method method) {
    return method.getReturnType() == boolean.class ? true : null;
  }

  /** A pool that resets nothing may lend an open transaction. */
  @Test
  void transactionThatATextHasBegun_isOfTheConnection_notOfItsLoan() throws SQLException {
    for (boolean unwrapsToItself : new boolean[] {false, true}) {
      tables();
      store.clear();
      try (Connection one = database.getConnection()) {
        CachingDataSource source =
            source(Interposed.lending(one, unwrapsToItself)).session(() -> "a").build();
        CachingDataSource readers = source(database).session(() -> "a").build();
        run(source, "SET AUTOCOMMIT FALSE; " + RENAME);

        assertThat(strings(readers, NAMES)).containsExactly("Earth", "Mars");
        assertThat(hits(readers, NAMES)).isTrue();
        run(source, "COMMIT");
        assertThat(strings(readers, NAMES)).containsExactly("Terra", "Mars");
      }
    }
  }

  /** As XA's are, and those of a pool that does not roll back. */
  @Test
  void transactionOfAnotherLoan_openOrClosed_fillsNothing() throws SQLException {
    for (boolean unwrapsToItself : new boolean[] {false, true}) {
      tables();
      store.clear();
      try (Connection one = database.getConnection()) {
        one.setAutoCommit(false);
        CachingDataSource source = source(Interposed.lending(one, unwrapsToItself)).build();
        CachingDataSource readers = source(database).build();
        try (Connection open = source.getConnection()) {
          Cached.update(open, RENAME);
          assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
          assertThat(strings(readers, NAMES)).containsExactly("Earth", "Mars");
        }
        store.clear();

        assertThat(strings(source, NAMES)).containsExactly("Terra", "Mars");
        assertThat(strings(readers, NAMES)).containsExactly("Earth", "Mars");
        one.rollback();
        one.setAutoCommit(true);
      }
    }
  }

  /** One of its other loans may write; these can't be told from each other. */
  @Test
  void transactionOfAConnectionThatUnwrapsToItself_fillsNothing() throws SQLException {
    for (boolean unwrapsToItself : new boolean[] {false, true}) {
      store.clear();
      try (Connection one = database.getConnection()) {
        one.setAutoCommit(false);
        CachingDataSource source = source(Interposed.lending(one, unwrapsToItself)).build();
        strings(source, NAMES);
        assertThat(source.stats().loads()).isEqualTo(unwrapsToItself ? 0 : 1);
      }
    }
  }

  /** Also what it remembers of columns: the tables of two tenants may look alike. */
  @Test
  void metadataOfOneKindOfSession_isNotAnothers() throws SQLException {
    String[] tenant = {""};
    CachingDataSource source = source(database).session(() -> tenant[0]).build();
    for (String schema : List.of("PUBLIC", "OTHER", "PUBLIC")) {
      tenant[0] = schema;
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        connection.setSchema(schema);
        try (ResultSet row = statement.executeQuery(NAMES)) {
          assertThat(row.getMetaData().getSchemaName(1)).isEqualTo(schema);
        }
      }
    }
    assertThat(source.stats().loads()).isEqualTo(2);
  }
}
