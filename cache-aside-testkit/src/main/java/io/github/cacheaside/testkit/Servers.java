package io.github.cacheaside.testkit;

import java.util.List;
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
