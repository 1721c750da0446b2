package io.github.cacheaside.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses where servers come from and keeps the shared ones. */
final class Servers {
  private static final Logger log = LoggerFactory.getLogger(TestServers.class);

  private final Settings settings;
  private final EmbeddedRedis embeddedRedis;
  private final Docker docker;
  private volatile Consumer<String> progress = line -> {};
  private @Nullable RedisServer redis;
  private @Nullable DatabaseServer database;
  private final Map<DatabaseProduct, DatabaseServer> products =
      new EnumMap<>(DatabaseProduct.class);

  Servers(Settings settings) {
    this.settings = settings;
    this.embeddedRedis = new EmbeddedRedis(settings.redisExecutable());
    this.docker = new Docker();
  }

  synchronized RedisServer redis() {
    if (redis == null || redis.isClosed()) {
      redis =
          choose(
              "Redis",
              settings.redisUrl(),
              url -> RedisServer.foreign(redisUrl(url), "REDIS_URL"),
              () -> docker.redis(settings.redisImage(), List.of()),
              () -> embeddedRedis.start(List.of()));
      took(redis.origin());
    }
    return redis;
  }

  synchronized DatabaseServer database() {
    Optional<DatabaseProduct> wanted = settings.product();
    if (wanted.isPresent()) {
      return database(wanted.get());
    }
    if (database == null || database.isClosed()) {
      database =
          choose(
              "MySQL",
              settings.database(),
              address -> DatabaseServer.foreign(address, "DB_HOST"),
              () -> docker.database(settings.mysqlImage()),
              EmbeddedMariaDb::start);
      took(database.origin());
    }
    return database;
  }

  synchronized DatabaseServer database(DatabaseProduct product) {
    DatabaseServer known = products.get(product);
    if (known != null && !known.isClosed()) {
      return known;
    }
    DatabaseServer usual = database;
    if (usual != null && !usual.isClosed() && usual.product() == product) {
      return usual;
    }
    progress.accept("starting " + product + " …");
    DatabaseServer started =
        switch (product) {
          case MYSQL -> mysql();
          case MARIADB -> EmbeddedMariaDb.start();
          case POSTGRESQL -> EmbeddedPostgres.start();
          case H2 -> DatabaseServer.h2();
        };
    products.put(product, started);
    took(started.origin());
    return started;
  }

  private DatabaseServer mysql() {
    Optional<String> program = settings.mysqlExecutable();
    if (program.isPresent()) {
      return EmbeddedMySql.start(program.get());
    }
    DatabaseServer server = containedOrFail("MySQL", () -> docker.database(settings.mysqlImage()));
    if (server.product() != DatabaseProduct.MYSQL) {
      server.close();
      throw new IllegalStateException(settings.mysqlImage() + " is no MySQL");
    }
    return server;
  }

  /** The one that is asked for; else all that can be had without Docker and without installing. */
  List<DatabaseProduct> products() {
    Optional<DatabaseProduct> wanted = settings.product();
    if (wanted.isPresent()) {
      return List.of(wanted.get());
    }
    List<DatabaseProduct> all = new ArrayList<>();
    if (settings.mysqlExecutable().isPresent()) {
      all.add(DatabaseProduct.MYSQL);
    }
    all.add(DatabaseProduct.MARIADB);
    if (EmbeddedPostgres.isThere() && isThere("org.postgresql.Driver")) {
      all.add(DatabaseProduct.POSTGRESQL);
    }
    if (isThere("org.h2.Driver")) {
      all.add(DatabaseProduct.H2);
    }
    return List.copyOf(all);
  }

  private static boolean isThere(String driver) {
    try {
      Class.forName(driver);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** A private server never comes from the environment, so it is embedded where that is taken. */
  RedisServer newRedis(List<String> lines) {
    Supplier<RedisServer> embedded = () -> embeddedRedis.start(lines);
    ServerMode mode = settings.mode();
    boolean foreign = mode == ServerMode.AUTO && settings.redisUrl().isPresent();
    if (foreign || mode == ServerMode.ENV) {
      return embedded("private Redis", embedded);
    }
    return choose(
        "private Redis",
        Optional.<String>empty(),
        url -> embedded.get(),
        () -> docker.redis(settings.redisImage(), lines),
        embedded);
  }

  RedisCluster newRedisCluster(int nodes, boolean replicated, List<String> lines) {
    progress.accept("starting an embedded Redis Cluster …");
    return RedisCluster.start(embeddedRedis, nodes, replicated, lines);
  }

  RedisSentinels newRedisSentinels(int sentinels) {
    progress.accept("starting an embedded Redis with Sentinels …");
    return RedisSentinels.start(embeddedRedis, sentinels);
  }

  void onProgress(Consumer<String> listener) {
    progress = listener;
  }

  synchronized String describe() {
    String first = redis == null || redis.isClosed() ? "no Redis yet" : redis.origin();
    String second = database == null || database.isClosed() ? "no database yet" : database.origin();
    return first + "; " + second;
  }

  synchronized void close() {
    OpenServers.closeAll();
    redis = null;
    database = null;
    products.clear();
  }

  private static RedisAddress redisUrl(String url) {
    try {
      return RedisAddress.parse(url);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("REDIS_URL is " + e.getMessage(), e);
    }
  }

  private <A, S> S choose(
      String what,
      Optional<A> address,
      Function<A, S> foreign,
      Supplier<S> container,
      Supplier<S> embedded) {
    ServerMode mode = settings.mode();
    if (address.isPresent() && (mode == ServerMode.AUTO || mode == ServerMode.ENV)) {
      return foreign.apply(address.get());
    }
    return switch (mode) {
      case AUTO -> containedElseEmbedded(what, container, embedded);
      case ENV ->
          throw new IllegalStateException(
              "no " + what + ": " + Settings.MODE + "=env needs REDIS_URL and DB_HOST");
      case DOCKER -> containedOrFail(what, container);
      case EMBEDDED -> embedded(what, embedded);
    };
  }

  private <S> S containedElseEmbedded(String what, Supplier<S> container, Supplier<S> embedded) {
    if (docker.isLikely()) {
      try {
        return contained(what, container);
      } catch (RuntimeException e) {
        log.warn("Docker gives no {}, so it is started embedded: {}", what, e.getMessage());
      }
    }
    return embedded(what, embedded);
  }

  private <S> S containedOrFail(String what, Supplier<S> container) {
    try {
      return contained(what, container);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          Settings.MODE + "=docker, but Docker gives no " + what + ": " + e.getMessage(), e);
    }
  }

  private <S> S contained(String what, Supplier<S> container) {
    progress.accept("starting " + what + " in Docker …");
    return container.get();
  }

  private <S> S embedded(String what, Supplier<S> embedded) {
    progress.accept("starting embedded " + what.replace("MySQL", "MariaDB") + " …");
    return embedded.get();
  }

  private void took(String origin) {
    log.info("{}", origin);
    progress.accept(origin);
  }
}
