package io.github.cacheaside.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.Hooks;
import io.github.cacheaside.jdbc.KeyText;
import io.github.cacheaside.jdbc.outbox.OutboxHealth.Status;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails while an outbox drains keeps up neither its thread nor other rows. */
@Timeout(120)
@SuppressWarnings("NullAway") // a bad function answers null
class OutboxFaultsTest {
  private static final KeyText<Long> BAD_TEXT =
      new KeyText<>(String::valueOf, OutboxFaultsTest::read);

  private static final KeyText<Long> TEXT_OF_ALL =
      new KeyText<>(String::valueOf, text -> (long) text.length());

  private final AtomicBoolean broken = new AtomicBoolean();
  private DatabaseServer schema;
  private HikariDataSource pool;
  private CacheAside<Long, String> planets;

  private static @Nullable Long read(String text) {
    if (text.equals("error")) {
      throw new NoClassDefFoundError("of a key");
    }
    return text.equals("x") ? null : Long.valueOf(text);
  }

  private void open(Door door) throws SQLException {
    schema = door.schema("outbox_faults");
    pool = door.pool(schema, 2);
    planets =
        CacheAside.builder(new InMemoryCacheStore(), "planet", Serializer.utf8())
            .keyEncoder((Long id) -> encoded(id))
            .build(id -> "Earth");
    try (Outbox outbox = builder().buildPassive()) {
      outbox.createTable();
    }
  }

  @AfterEach
  void close() {
    pool.close();
    schema.close();
  }

  private static String encoded(long id) {
    if (id == 7) {
      throw new IllegalStateException("no encoding of 7");
    }
    if (id == 8) {
      throw new NoClassDefFoundError("of an encoder");
    }
    return Long.toString(id);
  }

  private OutboxBuilder builder() {
    return builder(BAD_TEXT);
  }

  private OutboxBuilder builder(KeyText<Long> keys) {
    DataSource breakable =
        Hooks.on(
            pool,
            method -> {
              if (broken.get() && method.equals("prepareStatement")) {
                throw new NoClassDefFoundError("of a driver");
              }
            },
            method -> {});
    return Outbox.builder(breakable).cache(planets, keys).delay(Duration.ZERO);
  }

  private void add(Collection<String> names) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement insert = connection.createStatement()) {
      for (String name : names) {
        insert.addBatch(
            "INSERT INTO cache_aside_outbox (cache, kind, name) VALUES ('planet', 'key', '"
                + name
                + "')");
      }
      insert.executeBatch();
    }
  }

  private int rows(String where) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement select = connection.createStatement();
        ResultSet result =
            select.executeQuery("SELECT COUNT(*) FROM cache_aside_outbox WHERE " + where)) {
      result.next();
      return result.getInt(1);
    }
  }

  private int rowsDueAfter(Duration time) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return rows("due > " + OutboxDialect.of(connection).after(time));
    }
  }

  @Test
  void anError_doesNotEndTheThread() throws SQLException {
    open(Door.H2);
    broken.set(true);
    try (Outbox outbox = builder().every(Duration.ofMillis(10)).build()) {
      await().until(() -> outbox.stats().failedRounds() >= 3);
      assertThat(outbox.health().status()).isEqualTo(Status.DOWN);
      assertThat(outbox.health().lastFailure()).isEqualTo(NoClassDefFoundError.class.getName());
      add(List.of("3"));
      broken.set(false);
      await().until(() -> rows("1 = 1") == 0);
      await().until(() -> outbox.health().status() == Status.UP);
    }
  }

  @Test
  void anError_onTheCallersThread_isTheCallers() throws SQLException {
    open(Door.H2);
    broken.set(true);
    try (Outbox outbox = builder().buildPassive()) {
      assertThatThrownBy(outbox::drain).isInstanceOf(NoClassDefFoundError.class);
      assertThat(outbox.health().status()).isEqualTo(Status.DOWN);
    }
  }

  @Test
  void aThreadThatIsNotSeen_isDown() throws SQLException {
    open(Door.H2);
    long inTwoMinutes = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    try (Outbox outbox = builder().build();
        Outbox passive = builder().buildPassive()) {
      assertThat(outbox.health().status()).isEqualTo(Status.UP);
      assertThat(outbox.health(inTwoMinutes).status()).isEqualTo(Status.DOWN);
      assertThat(passive.health(inTwoMinutes).status()).as("has no thread").isEqualTo(Status.UP);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "7", "8", "error"})
  void whateverTheFunctionsOfARowThrow_itKeepsNoOther(String bad) throws SQLException {
    open(Door.H2);
    planets.get(3L);
    add(List.of(bad, "3"));
    try (Outbox outbox = builder().buildPassive()) {
      assertThat(outbox.drain()).isEqualTo(1);
      assertThat(planets.look(3L).isCached()).isFalse();
      assertThat(rows("1 = 1")).isEqualTo(1);
      assertThat(outbox.health().status()).isEqualTo(Status.DEGRADED);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#ofEachDatabase")
  void rowsThatCantBeRead_areLeftToOthers_andEndARound(Door door) throws SQLException {
    open(door);
    add(Collections.nCopies(40, "x"));
    AtomicLong now = new AtomicLong();
    try (Outbox outbox = builder().batchSize(10).nanoTime(now::get).buildPassive()) {
      assertThat(outbox.drain()).isZero();
      assertThat(outbox.stats().deferred()).isEqualTo(10);
      assertThat(rowsDueAfter(OutboxTable.CLAIM)).isZero();
      for (int i = 0; i < 4; i++) {
        outbox.drain();
      }
      assertThat(outbox.stats().deferred()).isEqualTo(40);
      assertThat(outbox.health().status()).isEqualTo(Status.DEGRADED);

      await().until(() -> rows("1 = 1") - rowsDueAfter(Duration.ZERO) == 40);
      outbox.drain();
      assertThat(outbox.stats().deferred()).as("not tried here before 1 s").isEqualTo(40);
      try (Outbox newer = builder(TEXT_OF_ALL).buildPassive()) {
        assertThat(newer.drain()).isEqualTo(40);
      }
    }
  }

  @Test
  void aRowThatCantBeRead_isTriedAgain() throws SQLException {
    open(Door.H2);
    add(List.of("x"));
    AtomicLong now = new AtomicLong();
    AtomicBoolean readable = new AtomicBoolean();
    KeyText<Long> keys =
        new KeyText<>(String::valueOf, text -> readable.get() ? Long.valueOf(3) : read(text));
    try (Outbox outbox = builder(keys).nanoTime(now::get).buildPassive()) {
      outbox.drain();
      readable.set(true);
      now.addAndGet(TimeUnit.SECONDS.toNanos(1));
      await().until(() -> outbox.drain() == 1);
    }
  }

  @Test
  void moreRowsThanAreRemembered_areLeftForAMinute() throws SQLException {
    open(Door.H2);
    add(Collections.nCopies(UnreadRows.MOST + 7, "x"));
    AtomicLong now = new AtomicLong();
    try (Outbox outbox = builder().batchSize(1_000).nanoTime(now::get).buildPassive()) {
      await()
          .until(
              () -> {
                outbox.drain();
                return outbox.stats().deferred() == UnreadRows.MOST + 7;
              });
      assertThat(rowsDueAfter(Duration.ofSeconds(30))).isEqualTo(7);
    }
  }

  @Test
  void anErrorOfAllRows_failsTheRound_andPutsNoneOff() throws SQLException {
    open(Door.H2);
    add(List.of("8", "8"));
    AtomicLong now = new AtomicLong();
    try (Outbox outbox = builder().nanoTime(now::get).buildPassive()) {
      assertThatThrownBy(outbox::drain).isInstanceOf(NoClassDefFoundError.class);
      assertThat(outbox.health().status()).isEqualTo(Status.DOWN);
      assertThat(rowsDueAfter(OutboxTable.CLAIM)).isZero();
      await().until(() -> rowsDueAfter(Duration.ZERO) == 0);
      add(List.of("3"));
      assertThat(outbox.drain()).as("one that works tells: it is of the others").isEqualTo(1);
      assertThat(outbox.health().status()).isEqualTo(Status.DEGRADED);
    }
  }

  @Test
  void aRoundEnds_howeverManyRowsThereAre() throws SQLException {
    open(Door.H2);
    add(Collections.nCopies(150, "3"));
    try (Outbox outbox = builder().batchSize(1).buildPassive()) {
      assertThat(outbox.drain()).isEqualTo(100);
      assertThat(outbox.drain()).isEqualTo(50);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#ofEachDatabase")
  void aConnectionInAutocommit_isRefused(Door door) throws SQLException {
    open(door);
    try (Outbox outbox = builder().buildPassive();
        Connection connection = pool.getConnection()) {
      assertThatThrownBy(() -> outbox.invalidate(connection, planets, List.of(3L)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "connection must not be in autocommit: call setAutoCommit(false)");
      assertThat(rows("1 = 1")).isZero();
    }
  }
}
