package io.github.cacheaside.jdbc;

import static java.sql.Connection.TRANSACTION_READ_COMMITTED;
import static java.sql.Connection.TRANSACTION_READ_UNCOMMITTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query runner does on connections at READ UNCOMMITTED, whatever fails meanwhile. */
class CommittedReadsTest {

  /** A driver's connection. */
  private static final class Physical {
    final List<String> calls = new ArrayList<>();
    final boolean autoCommit;
    int level;
    @Nullable Throwable whenAsked;
    @Nullable Throwable whenSet;
    final Connection connection = proxy(null);

    Physical(int level, boolean autoCommit) {
      this.level = level;
      this.autoCommit = autoCommit;
    }

    /** As a pool lends it; one that unwraps to itself if there is no target. */
    private Connection proxy(@Nullable Connection target) {
      return (Connection)
          Proxy.newProxyInstance(
              CommittedReadsTest.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "unwrap" -> target == null ? proxy : target;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> call(method.getName(), arguments);
                  });
    }

    private @Nullable Object call(String name, Object @Nullable [] arguments) throws Throwable {
      calls.add(name);
      return switch (name) {
        case "getAutoCommit" -> autoCommit;
        case "getTransactionIsolation" -> {
          if (whenAsked != null) {
            throw whenAsked;
          }
          yield level;
        }
        case "setTransactionIsolation" -> {
          int next = (Integer) Objects.requireNonNull(arguments)[0];
          if (whenSet != null && next == TRANSACTION_READ_UNCOMMITTED) {
            throw whenSet;
          }
          level = next;
          yield null;
        }
        case "getCatalog" -> throw new IllegalStateException("of a driver");
        default -> null;
      };
    }
  }

  private final Deque<Connection> lent = new ArrayDeque<>();
  private final QueryRunner runner =
      new QueryRunner(
          (DataSource)
              Proxy.newProxyInstance(
                  CommittedReadsTest.class.getClassLoader(),
                  new Class<?>[] {DataSource.class},
                  (proxy, method, arguments) -> lent.remove()),
          1,
          0);

  private int levelOf(Physical physical) throws SQLException {
    lent.add(physical.proxy(physical.connection));
    return runner.withConnection(connection -> physical.level);
  }

  private static Physical dirty() {
    return new Physical(TRANSACTION_READ_UNCOMMITTED, /* autoCommit= */ true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFirstConnection_doesNotTellForTheNext(boolean autoCommit) throws SQLException {
    Physical clean = new Physical(TRANSACTION_READ_COMMITTED, autoCommit);
    Physical dirty = new Physical(TRANSACTION_READ_UNCOMMITTED, autoCommit);
    for (int i = 0; i < 2; i++) {
      assertThat(levelOf(clean)).isEqualTo(TRANSACTION_READ_COMMITTED);
      assertThat(levelOf(dirty)).isEqualTo(TRANSACTION_READ_COMMITTED);
      assertThat(dirty.level).isEqualTo(TRANSACTION_READ_UNCOMMITTED);
    }
    assertThat(clean.calls).doesNotContain("setTransactionIsolation");
    for (Physical each : List.of(clean, dirty)) {
      assertThat(each.calls).as("asked once").containsOnlyOnce("getTransactionIsolation");
    }
  }

  @Test
  void behindAnotherDataSource_itIsAskedOnce() throws SQLException {
    Physical physical = new Physical(TRANSACTION_READ_COMMITTED, /* autoCommit= */ true);
    for (int i = 0; i < 2; i++) {
      lent.add(physical.proxy(physical.proxy(physical.connection)));
      assertThat(runner.<Integer>withConnection(connection -> physical.level))
          .isEqualTo(TRANSACTION_READ_COMMITTED);
    }
    assertThat(physical.calls).containsOnlyOnce("getTransactionIsolation");
  }

  @Test
  void oneThatUnwrapsToItself_isAskedEachTime() throws SQLException {
    Physical physical = new Physical(TRANSACTION_READ_COMMITTED, /* autoCommit= */ true);
    for (int level : List.of(TRANSACTION_READ_COMMITTED, TRANSACTION_READ_UNCOMMITTED)) {
      physical.level = level;
      lent.add(physical.connection);
      assertThat(runner.<Integer>withConnection(connection -> physical.level))
          .isEqualTo(TRANSACTION_READ_COMMITTED);
    }
  }

  @Test
  void atALevelThatIsNotKnown_nothingIsRead() throws SQLException {
    Physical physical = dirty();
    SQLException failure = new SQLException("no level");
    physical.whenAsked = failure;
    assertThat(catchThrowable(() -> levelOf(physical))).isSameAs(failure);
    physical.whenAsked = null;
    assertThat(levelOf(physical)).isEqualTo(TRANSACTION_READ_COMMITTED);
  }

  @Test
  void afterTheDriverBroke_theLevelIsNotSet() {
    Physical physical = dirty();
    lent.add(physical.proxy(physical.connection));
    assertThat(catchThrowable(() -> runner.withConnection(Connection::getCatalog)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(physical.calls)
        .contains("abort", "close")
        .containsOnlyOnce("setTransactionIsolation"); // before the query
  }

  @Test
  void theFirstFailureCounts() {
    Physical physical = dirty();
    Error second = new AssertionError("second");
    physical.whenSet = second;
    SQLException first = new SQLException("first");
    lent.add(physical.proxy(physical.connection));
    Throwable thrown =
        catchThrowable(
            () ->
                runner.withConnection(
                    connection -> {
                      throw first;
                    }));
    assertThat(thrown).isSameAs(first).hasSuppressedException(second);
  }
}
