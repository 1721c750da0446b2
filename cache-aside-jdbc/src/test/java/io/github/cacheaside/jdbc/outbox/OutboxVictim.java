package io.github.cacheaside.jdbc.outbox;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.redis.RedisCacheStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A process that renames planet 3, and stands still at a step until it is killed. */
final class OutboxVictim {
  static final String HERE = "HERE";

  /** Where it stands still. */
  enum Step {
    BEFORE_THE_ROW(false, "before prepareStatement INSERT INTO cache_aside_outbox"),
    BEFORE_THE_COMMIT(false, "before commit"),
    BEFORE_THE_INVALIDATION(false, "after commit"),
    AFTER_THE_CLAIM(true, "after commit"),
    BEFORE_THE_DELETION(true, "before prepareStatement DELETE FROM cache_aside_outbox");

    private final boolean drains;
    private final String call;

    Step(boolean drains, String call) {
      this.drains = drains;
      this.call = call;
    }

    boolean commits() {
      return this != BEFORE_THE_ROW && this != BEFORE_THE_COMMIT;
    }

    /** Whether the dead one has removed what was cached. */
    boolean invalidates() {
      return this == BEFORE_THE_DELETION;
    }
  }

  private OutboxVictim() {}

  public static void main(String[] args) throws Exception {
    DataSource plain =
        proxy(
            DataSource.class,
            (method, none) -> DriverManager.getConnection(args[0], args[1], args[2]));
    Step step = Step.valueOf(args[5]);
    DataSource watched = watched(plain, step.call);
    try (RedisCacheStore store = RedisCacheStore.connect(args[3])) {
      CacheAside<Long, String> planets =
          CacheAside.builder(store, args[4], Serializer.utf8())
              .storeTimeout(Duration.ofSeconds(10))
              .<Long>build(id -> null);
      DataSource writing = step.drains ? plain : watched;
      try (Outbox outbox =
          Outbox.builder(step.drains ? watched : plain)
              .cache(planets, Long.class)
              .delay(Duration.ZERO)
              .buildPassive()) {
        if (step.drains) {
          writeOnly(writing, outbox, planets);
          outbox.drain();
        } else {
          JdbcWriter.of(writing).logged(outbox).write(planets, 3L, OutboxVictim::rename);
        }
      }
    }
    System.out.println("was not stopped");
  }

  private static void writeOnly(DataSource writing, Outbox outbox, CacheAside<Long, String> planets)
      throws Exception {
    try (Connection connection = writing.getConnection()) {
      connection.setAutoCommit(false);
      rename(connection);
      outbox.invalidate(connection, planets, List.of(3L));
      connection.commit();
    }
  }

  private static void rename(Connection connection) throws java.sql.SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE planet SET name = 'Terra' WHERE id = 3");
    }
  }

  private static DataSource watched(DataSource real, String stop) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Connection connection = (Connection) requireNonNull(call(method, real, arguments));
          return proxy(
              Connection.class,
              (each, given) -> {
                String text = given != null && given[0] instanceof String sql ? " " + sql : "";
                standStillAt(stop, "before " + each.getName() + text);
                Object answer = call(each, connection, given);
                standStillAt(stop, "after " + each.getName() + text);
                return answer;
              });
        });
  }

  private static void standStillAt(String stop, String call) throws InterruptedException {
    if (call.startsWith(stop)) {
      System.out.println(HERE);
      new CountDownLatch(1).await(); // for good
    }
  }

  private interface Handler {
    @Nullable Object handle(Method method, Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            OutboxVictim.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> handler.handle(method, arguments)));
  }

  private static @Nullable Object call(Method method, Object real, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw requireNonNull(e.getCause());
    }
  }
}
