package io.github.cacheaside.testkit;

import java.util.List;
import java.util.function.Consumer;

/**
 * Real servers for tests and demos: one Redis and one MySQL or MariaDB for each JVM, started when
 * first asked for and stopped when the JVM exits.
 *
 * <p>Where a server comes from, first match wins:
 *
 * <ol>
 *   <li>the environment: {@code REDIS_URL}; {@code DB_HOST} with {@code DB_PORT} (default: 3306),
 *       {@code DB_USER} (default: admin), {@code DB_PASS} (default: empty) and {@code DB_NAME}
 *       (default: tutorial);
 *   <li>Docker, if an engine answers: {@code redis:7.2} and {@code mysql:8.4}, or a local image of
 *       the same family when those can't be pulled;
 *   <li>embedded: server programs carried by Maven artifacts, on loopback and a free port.
 * </ol>
 *
 * <p>System properties: {@code cacheaside.servers} forces one of {@code env}, {@code docker} or
 * {@code embedded} (default: {@code auto}); {@code cacheaside.redis.image} and {@code
 * cacheaside.mysql.image} name other images (a MariaDB image will do); {@code
 * cacheaside.redis.server} is the path of another {@code redis-server} to run when embedded. {@code
 * cacheaside.database} asks for one {@link DatabaseProduct}, and {@code cacheaside.mysql.server} is
 * the path of a {@code mysqld}.
 *
 * <p>A server that can't be had is an {@link IllegalStateException}, so a test without its server
 * fails.
 */
public final class TestServers {
  private static final Servers SERVERS = new Servers(Settings.ofJvm());

  private TestServers() {}

  /** Returns the Redis that the tests of this JVM share. */
  public static RedisServer redis() {
    return SERVERS.redis();
  }

  /** Returns the database that the tests of this JVM share. */
  public static DatabaseServer database() {
    return SERVERS.database();
  }

  /**
   * Returns the database of a product that the tests of this JVM share. MySQL is the program that
   * the system property {@code cacheaside.mysql.server} names, or comes from Docker; the others are
   * embedded.
   *
   * @param product which
   */
  public static DatabaseServer database(DatabaseProduct product) {
    return SERVERS.database(product);
  }

  /**
   * Returns the products to test with: the one that the system property {@code cacheaside.database}
   * names ({@code mysql}, {@code mariadb}, {@code postgresql} or {@code h2}), else all that are to
   * be had embedded.
   */
  public static List<DatabaseProduct> databases() {
    return SERVERS.products();
  }

  /**
   * Starts a Redis that belongs to the caller, who may pause it, kill it and must close it. It runs
   * in Docker where {@link #redis()} does, otherwise embedded; it never comes from the environment.
   *
   * @param config lines of {@code redis.conf}, such as {@code maxmemory 2mb}, {@code requirepass
   *     secret} or {@code user app on >secret ~* +@all}
   */
  public static RedisServer newRedis(String... config) {
    return SERVERS.newRedis(List.of(config));
  }

  /**
   * Starts an embedded Redis Cluster of 3 primaries that belongs to the caller. All its nodes agree
   * that the cluster is up.
   *
   * @param config lines of {@code redis.conf} for every node
   */
  public static RedisCluster newRedisCluster(String... config) {
    return SERVERS.newRedisCluster(RedisCluster.NODES, false, List.of(config));
  }

  /**
   * Like {@link #newRedisCluster(String...)}, of another size.
   *
   * @param nodes how many primaries, 1 to 3
   * @param config lines of {@code redis.conf} for every node
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static RedisCluster newRedisCluster(int nodes, String... config) {
    if (nodes < 1 || nodes > RedisCluster.NODES) {
      throw new IllegalArgumentException("nodes must be 1 to 3 but was " + nodes);
    }
    return SERVERS.newRedisCluster(nodes, false, List.of(config));
  }

  /**
   * Starts an embedded Redis Cluster of 3 primaries with a replica each, which belongs to the
   * caller. The replicas are in sync, and all nodes agree that the cluster is up.
   *
   * @param config lines of {@code redis.conf} for every node
   */
  public static RedisCluster newReplicatedRedisCluster(String... config) {
    return SERVERS.newRedisCluster(RedisCluster.NODES, true, List.of(config));
  }

  /**
   * Starts an embedded Redis primary with one replica and their Sentinels, which belong to the
   * caller. The replica is in sync and the Sentinels know one another.
   *
   * @param sentinels how many Sentinels, 1 to 3; a majority of them must agree to a failover
   */
  public static RedisSentinels newRedisSentinels(int sentinels) {
    return SERVERS.newRedisSentinels(sentinels);
  }

  /**
   * Sets a listener that gets a short line for each server that is started, with its address.
   * Default: none.
   */
  public static void onProgress(Consumer<String> listener) {
    SERVERS.onProgress(listener);
  }

  /** Says in one line which servers were taken and where they answer. */
  public static String describe() {
    return SERVERS.describe();
  }

  /**
   * Stops every server that was started here and deletes its files. The next call starts them
   * again; JVM exit does the same.
   */
  public static void close() {
    SERVERS.close();
  }
}
