package io.github.cacheaside.examples;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * The Redis and the database of an example: those that {@code REDIS_URL} and {@code DB_HOST} name,
 * else servers that are started for it and stopped when it ends.
 */
final class Servers implements AutoCloseable {
  /**
   * How long an example waits for Redis. Leave it out in your own code: the default of 100 ms suits
   * production, but a cold JVM on a busy laptop may take longer.
   */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String redisUri;
  private final RedisCacheStore redis;
  private final HikariDataSource pool;
  private final Runnable stopping;

  private Servers(
      String redisUri, RedisCacheStore redis, HikariDataSource pool, Runnable stopping) {
    this.redisUri = redisUri;
    this.redis = redis;
    this.pool = pool;
    this.stopping = stopping;
  }

  /**
   * Connects. An unreachable Redis is no failure here: the library lets the database answer then.
   *
   * @param environment {@code REDIS_URL}, {@code DB_HOST}, {@code DB_PORT}, {@code DB_USER}, {@code
   *     DB_PASS}, {@code DB_NAME}
   * @param out where to say which servers were taken
   * @throws ExampleException if the database does not answer
   */
  static Servers open(Map<String, String> environment, PrintStream out) {
    boolean own = isUnset(environment, "REDIS_URL") || isUnset(environment, "DB_HOST");
    Runnable stopping = own ? TestServers::close : () -> {};
    try {
      TestServers.onProgress(line -> progress(line, out));
      String redisUri = redisUri(environment, out);
      Database database = database(environment, out);
      database.check();
      RedisCacheStore redis = connect(redisUri);
      try {
        return new Servers(redisUri, redis, pool(database), stopping);
      } catch (RuntimeException e) {
        redis.close();
        throw e;
      }
    } catch (RuntimeException e) {
      stopping.run();
      throw e;
    } finally {
      TestServers.onProgress(line -> {});
    }
  }

  RedisCacheStore redis() {
    return redis;
  }

  DataSource dataSource() {
    return pool;
  }

  /** The address of Redis, with its password if there is one: not to be printed. */
  String redisUri() {
    return redisUri;
  }

  /** The address of Redis, to be printed. */
  String redisAddress() {
    return withoutPassword(redisUri);
  }

  /** Whether Redis answers a {@code PING} within 3 seconds. */
  boolean redisAnswers() throws InterruptedException {
    try {
      return "PONG".equals(redis.ping().toCompletableFuture().get(3, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException | CacheStoreException e) {
      return false;
    }
  }

  /** For examples that have nothing to show without Redis. */
  void requireRedis() throws InterruptedException {
    if (!redisAnswers()) {
      throw new ExampleException(redisAdvice());
    }
  }

  /** What to look at when Redis does not answer. */
  String redisAdvice() {
    return "Redis does not answer at "
        + redisAddress()
        + ". Check REDIS_URL (host, port, password, rediss:// for TLS), that Redis is running, and,"
        + " on AWS, that its security group lets this machine in.";
  }

  @Override
  public void close() {
    redis.close();
    pool.close();
    stopping.run();
  }

  private static void progress(String line, PrintStream out) {
    if (line.startsWith("starting")) {
      out.println(line.replace("…", "..."));
    }
  }

  private static String redisUri(Map<String, String> environment, PrintStream out) {
    if (isUnset(environment, "REDIS_URL")) {
      RedisServer server = started(TestServers::redis);
      out.println("Redis:    " + server.origin() + " (REDIS_URL is not set)");
      return server.uri();
    }
    String uri = setting(environment, "REDIS_URL", "");
    out.println("Redis:    " + withoutPassword(uri) + " (from REDIS_URL)");
    return uri;
  }

  private static Database database(Map<String, String> environment, PrintStream out) {
    if (isUnset(environment, "DB_HOST")) {
      DatabaseServer server = started(TestServers::database);
      out.println("Database: " + server.origin() + " (DB_HOST is not set)");
      Database first =
          new Database(
              server.host(),
              String.valueOf(server.port()),
              server.database(),
              server.user(),
              server.password());
      return first.create("tutorial");
    }
    Database database =
        new Database(
            setting(environment, "DB_HOST", ""),
            setting(environment, "DB_PORT", "3306"),
            setting(environment, "DB_NAME", "tutorial"),
            setting(environment, "DB_USER", "admin"),
            setting(environment, "DB_PASS", ""));
    out.println("Database: " + database.address() + " (from DB_HOST)");
    return database;
  }

  private static <S> S started(Supplier<S> server) {
    try {
      return server.get();
    } catch (IllegalStateException e) {
      throw new ExampleException("No server: " + e.getMessage() + ".", e);
    }
  }

  private static RedisCacheStore connect(String uri) {
    try {
      return RedisCacheStore.connect(uri);
    } catch (IllegalArgumentException e) {
      throw new ExampleException("REDIS_URL: " + e.getMessage() + ".", e);
    }
  }

  private static HikariDataSource pool(Database database) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.jdbcUrl());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(4);
    return new HikariDataSource(config);
  }

  private static boolean isUnset(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").isBlank();
  }

  private static String setting(Map<String, String> environment, String name, String otherwise) {
    return isUnset(environment, name) ? otherwise : environment.getOrDefault(name, "").strip();
  }

  // Up to the last @, as a password may hold one.
  private static String withoutPassword(String uri) {
    return uri.replaceAll("//.*@", "//");
  }

  /** Where the database is, and who asks. */
  private record Database(String host, String port, String name, String user, String password) {

    /** MySQL 8 hands its key to a client without TLS only when asked; MariaDB ignores that. */
    String jdbcUrl() {
      return "jdbc:mariadb://" + address() + "?connectTimeout=3000&allowPublicKeyRetrieval=true";
    }

    String address() {
      return host + ":" + port + "/" + name;
    }

    Database create(String other) {
      try (Connection connection = DriverManager.getConnection(jdbcUrl(), user, password);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE IF NOT EXISTS " + other);
        return new Database(host, port, other, user, password);
      } catch (SQLException e) {
        throw unreachable(e);
      }
    }

    void check() {
      try (Connection connection = DriverManager.getConnection(jdbcUrl(), user, password)) {
        connection.isValid(3);
      } catch (SQLException e) {
        throw unreachable(e);
      }
    }

    private ExampleException unreachable(SQLException e) {
      return new ExampleException(
          "The database does not answer at "
              + address()
              + " ("
              + e.getMessage()
              + "). Check DB_HOST, DB_PORT, DB_USER, DB_PASS and DB_NAME, that the server is"
              + " running, and, on AWS, that its security group lets this machine in.",
          e);
    }
  }
}
