package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.WithServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between the last statement and the commit the keys are marked as being written. */
@WithServers
final class FencedJdbcWriterTest {
  record Moon(long id, String name) {}

  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final AtomicReference<Runnable> atCommit = new AtomicReference<>(() -> {});
  private DataSource dataSource;
  private CacheAside<Long, Moon> moons;
  private SqlCache sql;
  private JdbcWriter writer;

  @BeforeEach
  void fill(DatabaseServer database) throws SQLException {
    dataSource = watched(database.dataSource());
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS moon (id BIGINT PRIMARY KEY, name VARCHAR(30))");
      statement.execute("DELETE FROM moon");
      statement.execute("INSERT INTO moon VALUES (1, 'Luna')");
    }
    moons = cache(store, UnfencedWrites.FAIL);
    sql =
        SqlCache.builder(store, dataSource)
            .tables(SqlTables.parsed())
            .ttl(Duration.ofMinutes(1))
            .build();
    writer = JdbcWriter.of(dataSource).fenced();
  }

  private CacheAside<Long, Moon> cache(CacheStore store, UnfencedWrites policy) {
    return CacheAside.builder(store, "moon", Serializer.json(Moon.class))
        .unfencedWrites(policy)
        .build(JdbcLoader.of(dataSource, "SELECT id, name FROM moon WHERE id = ?", Moon.class));
  }

  /** Runs something right before each commit reaches the database. */
  private DataSource watched(DataSource real) {
    return Hooks.on(
        real,
        name -> {
          if (name.equals("commit")) {
            Objects.requireNonNull(atCommit.get()).run();
          }
        },
        name -> {});
  }

  private static void rename(Connection connection, String name) throws SQLException {
    try (var update = connection.prepareStatement("UPDATE moon SET name = ? WHERE id = 1")) {
      update.setString(1, name);
      update.executeUpdate();
    }
  }

  @Test
  void theFenceStandsWhenTheCommitHappens_andIsGoneAfterwards() throws SQLException {
    moons.get(1L);
    AtomicReference<Outcome> duringCommit = new AtomicReference<>();
    atCommit.set(() -> duringCommit.set(moons.read(1L).outcome()));
    writer.write(moons, 1L, connection -> rename(connection, "Selene"));

    assertThat(duringCommit).hasValue(Outcome.BYPASSED);
    assertThat(moons.read(1L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(moons.get(1L)).contains(new Moon(1, "Selene"));
    assertThat(moons.stats().fencesLost()).isZero();
  }

  @Test
  void withoutAStore_theTransactionIsRolledBack() {
    store.failWith(new IllegalStateException("out of reach"));
    assertThatThrownBy(() -> writer.write(moons, 1L, connection -> rename(connection, "Selene")))
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("fencing 1 key of moon failed");
    store.failWith(null);
    assertThat(moons.get(1L)).contains(new Moon(1, "Luna"));
  }

  @Test
  void orItIsCommittedUnfenced_ifTheCacheAllowsThat() {
    CacheAside<Long, Moon> degrading = cache(store, UnfencedWrites.DEGRADE);
    store.failWith(new IllegalStateException("out of reach"));
    assertThatThrownBy(
            () -> writer.write(degrading, 1L, connection -> rename(connection, "Selene")))
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("the transaction is committed, but invalidating 1 keys of moon failed");
    store.failWith(null);
    assertThat(degrading.stats().degradedWrites()).isEqualTo(1);
    assertThat(cache(new InMemoryCacheStore(), UnfencedWrites.FAIL).get(1L))
        .contains(new Moon(1, "Selene"));
  }

  @Test
  void aCommitThatFails_leavesNoFence() throws SQLException {
    atCommit.set(
        () -> {
          throw new IllegalStateException("lost");
        });
    assertThatThrownBy(() -> writer.write(moons, 1L, connection -> rename(connection, "Selene")))
        .isInstanceOf(SQLException.class);
    atCommit.set(() -> {});
    assertThat(moons.read(1L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void manyCachesInOneTransaction() throws SQLException {
    CacheAside<Long, Moon> other = cache(new InMemoryCacheStore(), UnfencedWrites.FAIL);
    other.getAll(List.of(1L));
    moons.get(1L);
    writer.<Integer, SQLException>transaction(
        transaction -> {
          rename(transaction.connection(), "Selene");
          transaction.invalidate(moons, 1L);
          transaction.invalidate(other, 1L);
          return 1;
        });
    assertThat(moons.get(1L)).contains(new Moon(1, "Selene"));
    assertThat(other.get(1L)).contains(new Moon(1, "Selene"));
  }

  @Test
  void aFenceThatIsNotTakenAway_leavesTheLogAsItIs() throws SQLException {
    AtomicInteger confirmed = new AtomicInteger();
    JdbcWriter logged = writer.logged((connection, entries) -> confirmed::incrementAndGet);
    logged.write(moons, 1L, connection -> rename(connection, "Selene"));
    assertThat(confirmed).as("a fence that is gone").hasValue(1);

    atCommit.set(() -> store.failWith(new IllegalStateException("out of reach")));
    logged.write(moons, 1L, connection -> rename(connection, "Diana"));
    logged.<Integer, SQLException>transaction(
        transaction -> {
          store.failWith(null);
          transaction.invalidateTables(sql, "moon");
          return 1;
        });
    assertThat(confirmed).as("two that this JVM alone would take away").hasValue(1);
  }

  @Test
  void aLogThatFailsAfterTheCommit_isNoConcernOfTheWriter() throws SQLException {
    for (Throwable failure : List.of(new IllegalStateException("no"), new AssertionError("no"))) {
      writer
          .logged((connection, entries) -> () -> sneaky(failure))
          .write(moons, 1L, connection -> rename(connection, "Selene"));
      assertThat(moons.get(1L)).contains(new Moon(1, "Selene"));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // a bad log
  void aLogThatWritesNothing_isRefusedBeforeTheCommit() {
    assertThatThrownBy(
            () ->
                writer
                    .logged((connection, entries) -> null)
                    .write(moons, 1L, connection -> rename(connection, "Selene")))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the log wrote null");
    assertThat(moons.get(1L)).contains(new Moon(1, "Luna"));
  }

  @SuppressWarnings("unchecked") // erased: throws whatever it is
  private static <X extends Throwable> void sneaky(Throwable what) throws X {
    throw (X) what;
  }
}
