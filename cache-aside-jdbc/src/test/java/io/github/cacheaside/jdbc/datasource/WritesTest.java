package io.github.cacheaside.jdbc.datasource;

import static io.github.cacheaside.jdbc.datasource.Cached.NAMES;
import static io.github.cacheaside.jdbc.datasource.Cached.RENAME;
import static io.github.cacheaside.jdbc.datasource.Cached.hits;
import static io.github.cacheaside.jdbc.datasource.Cached.strings;
import static io.github.cacheaside.jdbc.datasource.Cached.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that go wrong, and connections that are closed with one open. */
class WritesTest {
  private static final int MORE_THAN_MARKS = 70;

  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final JdbcDataSource database = new JdbcDataSource();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @BeforeEach
  void tables() throws SQLException {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Databases.execute(
        database,
        "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')",
        "CREATE TABLE moon (planet INT, name VARCHAR(30))");
  }

  private CachingDataSource source(CacheStore kept, DataSource around) {
    return CachingDataSource.builder(kept, around).rule(Cached.RULE).build();
  }

  /** Calls of some name throw; all are listed. */
  private DataSource failing(String name, SQLException failure) {
    return Interposed.on(
        database,
        (method, real) -> {
          calls.add(method.getName());
          if (method.getName().equals(name)) {
            throw failure;
          }
          return real.call();
        });
  }

  @Test
  void statementThatTimesOut_isKnownToHaveFailed_soItsFenceIsTakenAway() throws SQLException {
    CachingDataSource source =
        source(store, failing("executeUpdate", new SQLTimeoutException("too late")));
    for (int i = 0; i < MORE_THAN_MARKS; i++) {
      try (Connection connection = source.getConnection()) {
        assertThatThrownBy(() -> update(connection, RENAME))
            .isInstanceOf(SQLTimeoutException.class);
      }
    }
    strings(source, NAMES);
    assertThat(hits(source, NAMES)).isTrue();
  }

  @Test
  void commitThatTimesOut_mayHappenYet_soItsFenceStays() throws SQLException {
    CachingDataSource source =
        source(store, failing("commit", new SQLTimeoutException("too late")));
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      update(connection, RENAME);
      assertThatThrownBy(connection::commit).isInstanceOf(SQLTimeoutException.class);
      connection.rollback();
    }
    strings(source, NAMES);
    assertThat(hits(source, NAMES)).isFalse();
  }

  @Test
  void writeInDoubt_invalidatesEachOfItsTables_alsoIfOneFails() throws SQLException {
    AtomicBoolean failing = new AtomicBoolean();
    Set<String> asked = ConcurrentHashMap.newKeySet();
    CacheStore ill =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
            if (!failing.get()) {
              return super.newGeneration(key, fresh);
            }
            asked.add(key.substring(key.indexOf('#')));
            return CompletableFuture.failedFuture(new IllegalStateException("not now"));
          }
        };
    DataSource around =
        Interposed.on(
            database,
            (method, real) -> {
              if (method.getName().equals("commit")) {
                failing.set(true);
                throw new SQLException("lost", "08006");
              }
              return real.call();
            });
    CachingDataSource source = source(ill, around);
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      update(connection, RENAME);
      update(connection, "INSERT INTO moon VALUES (3, 'Moon')");
      assertThatThrownBy(connection::commit).hasMessage("lost");
      connection.rollback();
    }
    assertThat(asked).contains("#table:planet", "#table:moon");
  }

  /** A pool's would be lost for good. */
  @ParameterizedTest
  @ValueSource(strings = {"", "rollback"})
  void connectionIsClosed_whateverFailsBefore(String name) throws SQLException {
    CachingDataSource source = source(store, failing(name, new SQLException("no")));
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    update(connection, RENAME);
    store.failWith(new IllegalStateException("out of reach"));
    connection.close();

    List<String> expected =
        name.isEmpty() ? List.of("rollback", "close") : List.of("rollback", "abort", "close");
    assertThat(calls).endsWith(expected.toArray(String[]::new));
    store.failWith(null);
    assertThat(strings(database, NAMES)).containsExactly("Earth", "Mars");
  }

  @Test
  void connectionIsClosed_alsoByAnInterruptedThread() throws SQLException {
    CacheStore hung =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Boolean> intent(
              String key, LeaseToken token, java.time.Duration ttl) {
            return new CompletableFuture<>();
          }
        };
    CachingDataSource source = source(hung, failing("", new SQLException()));
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    update(connection, RENAME);
    Thread.currentThread().interrupt();
    try {
      connection.close();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(calls.subList(calls.size() - 2, calls.size())).containsExactly("rollback", "close");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abort"})
  void connectionThatWasAborted_needsNoFence(String name) throws SQLException {
    CachingDataSource source = source(store, failing(name, new SQLException("no")));
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    update(connection, RENAME);
    if (name.isEmpty()) {
      connection.abort(Runnable::run);
    } else {
      assertThatThrownBy(() -> connection.abort(Runnable::run)).hasMessage("no");
    }
    store.failWith(new IllegalStateException("out of reach"));
    connection.close();
    assertThat(calls.contains("rollback")).as("it lives yet").isEqualTo(!name.isEmpty());
    assertThat(calls).endsWith("close");
  }

  @Test
  void rowThatIsUpdatedByAResult_isAWrite_howeverTheResultIsCome() throws SQLException {
    String query = "SELECT id, name FROM planet ORDER BY id";
    CachingDataSource source = source(store, database);
    for (boolean byExecute : new boolean[] {false, true}) {
      strings(source, NAMES);
      assertThat(hits(source, NAMES)).isTrue();
      try (Connection connection = source.getConnection();
          Statement statement =
              connection.createStatement(
                  ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
        ResultSet result;
        if (byExecute) {
          assertThat(statement.execute(query)).isTrue();
          result = statement.getResultSet();
        } else {
          result = statement.executeQuery(query);
        }
        assertThat(result.next()).isTrue();
        result.updateString("name", "Terra " + byExecute);
        result.updateRow();
      }
      assertThat(strings(source, NAMES)).containsExactly("Terra " + byExecute, "Mars");
    }
  }

  @Test
  void storeWithoutFences_isRefused() {
    CacheStore foreign =
        new ForwardingCacheStore(store) {
          @Override
          public Coherence coherence() {
            return Coherence.TTL_ONLY;
          }
        };
    assertThatThrownBy(() -> source(foreign, database))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "the store's layout, plain or hash, has no place for fences, so writes would leave old"
                + " results: ");
  }
}
