package io.github.cacheaside.jdbc.datasource;

import static io.github.cacheaside.jdbc.datasource.Cached.NAMES;
import static io.github.cacheaside.jdbc.datasource.Cached.ONE;
import static io.github.cacheaside.jdbc.datasource.Cached.hits;
import static io.github.cacheaside.jdbc.datasource.Cached.strings;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.jdbc.datasource.CachingDataSource.Bypass;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a statement promises, with a cached result and with the driver's. */
class StatementsTest {
  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final JdbcDataSource database = new JdbcDataSource();

  @BeforeEach
  void tables() throws SQLException {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Databases.execute(
        database,
        "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(2000))",
        "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
  }

  private CachingDataSourceBuilder builder(CacheStore kept, DataSource around) {
    return CachingDataSource.builder(kept, around).rule(Cached.RULE);
  }

  /** On a miss, on a hit, with a result that is the driver's, and asked for when that is open. */
  @ParameterizedTest
  @ValueSource(strings = {NAMES, NAMES + " FOR UPDATE", "SELECT ARRAY[name] FROM planet"})
  void closeOnCompletion_closesTheStatementWithItsResult_notBefore(String query)
      throws SQLException {
    CachingDataSource source = builder(store, database).build();
    for (boolean early : new boolean[] {true, true, false}) {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        if (early) {
          statement.closeOnCompletion();
        }
        ResultSet result = statement.executeQuery(query);
        statement.closeOnCompletion();
        assertThat(statement.isCloseOnCompletion()).isTrue();
        assertThat(statement.isClosed()).isFalse();
        assertThat(strings(result)).hasSize(2);
        assertThat(statement.isClosed()).isFalse();
        result.close();
        assertThat(statement.isClosed()).isTrue();
      }
    }
  }

  @Test
  void cachedResult_closesTheOneBefore_thatWasTheDrivers() throws SQLException {
    CachingDataSource source = builder(store, database).build();
    strings(source, NAMES);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      ResultSet drivers = statement.executeQuery(NAMES + " FOR UPDATE");
      ResultSet cached = statement.executeQuery(NAMES);
      assertThat(drivers.isClosed()).isTrue();
      ResultSet next = statement.executeQuery(NAMES + " FOR UPDATE");
      assertThat(cached.isClosed()).isTrue();
      assertThat(strings(next)).hasSize(2);
    }
    assertThat(source.stats().hits()).isEqualTo(1);
  }

  /** MySQL's driver streams for it. */
  @Test
  void resultThatIsAskedForRowByRow_isNotKept() throws SQLException {
    DataSource around =
        Interposed.on(
            database,
            (method, real) -> method.getName().equals("setFetchSize") ? null : real.call());
    CachingDataSource source = builder(store, around).build();
    for (int size : new int[] {Integer.MIN_VALUE, 100}) {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.setFetchSize(size);
        assertThat(strings(statement.executeQuery(NAMES))).hasSize(2);
      }
      assertThat(source.stats().loads()).isEqualTo(size < 0 ? 0 : 1);
    }
    assertThat(source.bypasses().get(Bypass.STATEMENT)).isEqualTo(1);
  }

  /** A refusal is an exception, and costs more than many a query. */
  @Test
  void whatADriverHasRefused_itIsNotAskedAgain_unlessTheTableWasAltered() throws SQLException {
    AtomicInteger asked = new AtomicInteger();
    DataSource around =
        Interposed.on(
            database,
            (method, real) -> {
              Object answer = real.call();
              return answer instanceof ResultSet result ? counting(result, asked) : answer;
            });
    CachingDataSource source = builder(store, around).build();
    strings(source, ONE, 3);
    int first = asked.getAndSet(0);
    strings(source, ONE, 4);
    int next = asked.getAndSet(0);
    Databases.execute(database, "ALTER TABLE planet ALTER COLUMN name VARCHAR(50)");
    source.clear();
    strings(source, ONE, 3);

    assertThat(next).isLessThan(first - 10);
    assertThat(asked.get()).isEqualTo(first);
  }

  private static ResultSet counting(ResultSet real, AtomicInteger calls) {
    return (ResultSet)
        Proxy.newProxyInstance(
            StatementsTest.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("unwrap")) {
                return proxy;
              }
              calls.incrementAndGet();
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void statementThatIsCancelled_isNotPreparedForThat() throws SQLException {
    List<String> calls = new CopyOnWriteArrayList<>();
    DataSource around =
        Interposed.on(
            database,
            (method, real) -> {
              calls.add(method.getName());
              return real.call();
            });
    try (Connection connection = builder(store, around).build().getConnection();
        PreparedStatement statement = connection.prepareStatement(ONE)) {
      statement.cancel();
      assertThat(calls).doesNotContain("prepareStatement");
      statement.setInt(1, 3);
      assertThat(strings(statement.executeQuery())).containsExactly("Earth");
      statement.cancel();
      assertThat(calls).contains("cancel");
    }
  }

  /** Also a reader that only looks, since nothing is cached from a read-only connection. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptedReader_readsTheDatabase(boolean readOnly) throws SQLException {
    AtomicBoolean hangs = new AtomicBoolean();
    CacheStore hung =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Lookup> lookup(String key) {
            return hangs.get() ? new CompletableFuture<>() : super.lookup(key);
          }
        };
    try (Connection connection = builder(hung, database).build().getConnection()) {
      connection.setReadOnly(readOnly);
      hangs.set(true);
      Thread.currentThread().interrupt();
      try {
        assertThat(strings(connection, NAMES)).containsExactly("Earth", "Mars");
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void resultOfManyBytes_isTheDriversOwn() throws SQLException {
    CachingDataSource source = builder(store, database).maxBytes(3_000).build();
    strings(source, NAMES);
    assertThat(hits(source, NAMES)).isTrue();
    Databases.execute(source, "UPDATE planet SET name = REPEAT('x', 1000)");
    for (int i = 0; i < 2; i++) {
      assertThat(strings(source, NAMES)).hasSize(2);
      assertThat(hits(source, NAMES)).isFalse();
    }
    assertThat(source.bypasses().get(Bypass.RESULT)).isEqualTo(4);
  }

  /** A large object is not read to find that out. */
  @Test
  void largeObjectOfManyBytes_isTheDriversOwn() throws SQLException {
    Databases.execute(
        database,
        "ALTER TABLE planet ADD COLUMN story CLOB",
        "UPDATE planet SET story = REPEAT('x', 5000)");
    String stories = "SELECT story FROM planet";
    CachingDataSource source = builder(store, database).maxBytes(3_000).build();
    assertThat(strings(source, stories)).hasSize(2);
    assertThat(hits(source, stories)).isFalse();
  }
}
