package io.github.cacheaside.benchmarks.experiments.sql;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.outbox.Outbox;
import io.github.cacheaside.redis.RedisCacheStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that writes rows whose old values are cached, each once, and at a step of the last write
 * stands still until it is killed. Before, it has what others have left drained, and says how long
 * that took.
 */
final class OutboxWriter {
  static final String TABLE = "outbox_run";
  static final String DRAINED = "DRAINED ";
  static final String HERE = "HERE";

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** Where it stands still. */
  enum Step {
    BEFORE_THE_ROW("before prepareStatement INSERT INTO cache_aside_outbox"),
    BEFORE_THE_COMMIT("before commit"),
    BEFORE_THE_INVALIDATION("after commit"),
    AFTER_THE_CLAIM("after commit"),
    BEFORE_THE_DELETION("before prepareStatement DELETE FROM cache_aside_outbox");

    private final String call;

    Step(String call) {
      this.call = call;
    }

    boolean isOfTheDrain() {
      return this == AFTER_THE_CLAIM || this == BEFORE_THE_DELETION;
    }
  }

  private final DataSource plain;
  private final CacheAside<Long, Long> rows;
  private final boolean withOutbox;

  private OutboxWriter(DataSource plain, CacheAside<Long, Long> rows, boolean withOutbox) {
    this.plain = plain;
    this.rows = rows;
    this.withOutbox = withOutbox;
  }

  static CacheAside<Long, Long> cache(RedisCacheStore store, String name, DataSource source) {
    return CacheAside.builder(store, name, Serializer.json(Long.class))
        .storeTimeout(PATIENCE)
        .build(JdbcLoader.of(source, "SELECT version FROM " + TABLE + " WHERE id = ?", Long.class));
  }

  /**
   * Runs.
   *
   * @param args URL, user, password, Redis, name of the cache, the step, the first key, how many,
   *     and whether with an outbox
   */
  public static void main(String[] args) throws Exception {
    Step step = Step.valueOf(args[5]);
    long first = Long.parseLong(args[6]);
    long last = first + Long.parseLong(args[7]) - 1;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args[0]);
    config.setUsername(args[1]);
    config.setPassword(args[2]);
    config.setMaximumPoolSize(3);
    try (HikariDataSource plain = new HikariDataSource(config);
        RedisCacheStore store = RedisCacheStore.connect(args[3])) {
      CacheAside<Long, Long> rows = cache(store, args[4], plain);
      new OutboxWriter(plain, rows, Boolean.parseBoolean(args[8])).run(step, first, last);
    }
  }

  private void run(Step step, long first, long last) throws SQLException, InterruptedException {
    if (!withOutbox) {
      System.out.println(DRAINED + 0);
      write(JdbcWriter.of(plain), first, last - 1);
      write(JdbcWriter.of(watched(step.call)), last, last);
      return;
    }
    try (Outbox outbox = Outbox.builder(plain).cache(rows, Long.class).build()) {
      awaitDrained();
      write(JdbcWriter.of(plain).logged(outbox), first, last - 1);
      if (!step.isOfTheDrain()) {
        write(JdbcWriter.of(watched(step.call)).logged(outbox), last, last);
      }
    }
    try (Outbox dying =
        Outbox.builder(watched(step.call))
            .cache(rows, Long.class)
            .delay(Duration.ZERO)
            .buildPassive()) {
      leave(dying, last);
      dying.drain();
    }
  }

  private void awaitDrained() throws SQLException, InterruptedException {
    long began = System.nanoTime();
    try (Connection connection = plain.getConnection();
        Statement statement = connection.createStatement()) {
      while (count(statement) > 0) {
        Thread.sleep(5);
      }
    }
    System.out.println(DRAINED + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
  }

  private static int count(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM cache_aside_outbox")) {
      result.next();
      return result.getInt(1);
    }
  }

  private void write(JdbcWriter writer, long from, long to) throws SQLException {
    for (long key = from; key <= to; key++) {
      rows.get(key); // so that the old value is cached
      writer.write(rows, key, raise(key));
    }
  }

  private static JdbcWriter.Write<SQLException> raise(long key) {
    return connection -> {
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE " + TABLE + " SET version = version + 1 WHERE id = ?")) {
        update.setLong(1, key);
        update.executeUpdate();
      }
    };
  }

  /** Commits a write and its row, and invalidates nothing. */
  private void leave(Outbox outbox, long key) throws SQLException {
    rows.get(key);
    try (Connection connection = plain.getConnection()) {
      connection.setAutoCommit(false);
      raise(key).run(connection);
      outbox.invalidate(connection, rows, List.of(key));
      connection.commit();
    }
  }

  private DataSource watched(String stop) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Connection connection = (Connection) requireNonNull(call(method, plain, arguments));
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
            OutboxWriter.class.getClassLoader(),
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
