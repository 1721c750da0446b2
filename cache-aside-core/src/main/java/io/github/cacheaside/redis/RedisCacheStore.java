package io.github.cacheaside.redis;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ChangeFeed;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Keeps entries in Redis or Valkey, or a service that speaks their protocol. Tested with Redis 6.2,
 * 7.0 and 8.0 and Valkey 8.0, 8.1 and 9.1.
 *
 * <pre>{@code
 * try (RedisCacheStore redis = RedisCacheStore.connect(redisUrl)) { // redis://localhost:6379
 *   CacheAside<Long, Planet> planets =
 *       CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
 *   planets.get(3L); // now planet:3 is {"id":3,"name":"Earth"}, after a header of 4 bytes
 * }
 * }</pre>
 *
 * <p>One connection serves all threads and caches. It is opened with a connect time-out of 2
 * seconds, reconnects by itself after at most 1 second, refuses commands while it is disconnected,
 * and never sends a command twice. How long an operation may take is each cache's own {@linkplain
 * io.github.cacheaside.CacheAsideBuilder#storeTimeout setting}.
 *
 * <p>If a node refuses a write because it is a replica, or if the sentinels, which are asked once a
 * second over a connection of their own, name another primary, a new connection takes the place of
 * the old one. In a cluster the topology is looked at every 30 seconds and whenever there is a
 * reason.
 *
 * <p>When a caller first has to wait for a load in another JVM, a second connection is opened on
 * which Redis tells of the load's end ({@code CLIENT TRACKING}); it carries no values. A Redis, a
 * proxy or a user's rights that don't allow it are logged once at INFO, and such waits poll. They
 * also poll on Redis Cluster and over {@linkplain #using connections of the application}.
 *
 * <p>Thread-safe. Close it when the application ends; that closes what it opened itself:
 * connections, threads, the feeds of near caches. What its caches could not remove by then is given
 * up, which they count and log. The store does not keep unused caches.
 */
public final class RedisCacheStore implements CacheStore {
  /** How many fenced writes may be in flight on one key: 64. */
  private static final byte[] MOST_INTENTS = Wire.utf8("64");

  private static final long NO_ROOM = 0;
  private static final long STOOD = 2;

  private static final Duration GENERATION_LIFE_TIME = Duration.ofDays(30);
  private static final byte[] GENERATION_LIFE = Wire.millis(GENERATION_LIFE_TIME);

  private final RedisConnection connection;
  private final RedisOperations redis;
  private final StoreClock clock;
  private final AtomicBoolean risksTold = new AtomicBoolean();

  private RedisCacheStore(RedisConnection connection) {
    this.connection = connection;
    this.redis = new RedisOperations(connection);
    this.clock = new StoreClock(redis);
    connection.onReconnect(clock::forget); // it may be another server now
  }

  /**
   * Connects. If Redis refuses a few times in 0.1 seconds, or has not answered within 8 seconds,
   * the store is returned all the same, logs one WARN, goes on trying, in the end once a second,
   * and until then fails every operation at once, so an application starts although its cache is
   * down.
   *
   * @param uri {@code redis://[[user:]password@]host[:port][/db]}, {@code rediss://…} for TLS,
   *     {@code redis-sentinel://…#primary} for the primary that sentinels name, {@code
   *     redis-cluster://host:port,host:port} or {@code rediss-cluster://…} for a cluster
   * @return the store; close it
   * @throws IllegalArgumentException if the URI is none of these; the message hides its password
   */
  public static RedisCacheStore connect(String uri) {
    return builder(uri).connect();
  }

  /**
   * Connects to a standalone Redis, or to the primary that the URI's sentinels name.
   *
   * @param uri where; may carry credentials providers and TLS options that text can't
   * @return the store; close it
   * @see #connect(String)
   */
  public static RedisCacheStore connect(RedisURI uri) {
    return builder(uri).connect();
  }

  /**
   * Begins a connection with TLS options or with credentials that change.
   *
   * @param uri where; see {@link #connect(String)}
   * @return the options
   */
  public static RedisCacheStoreBuilder builder(String uri) {
    requireNonNull(uri, "uri");
    return new RedisCacheStoreBuilder(access -> new RedisCacheStore(Clients.open(uri, access)));
  }

  /**
   * Begins a connection with the same options to a standalone Redis, or to the primary that the
   * URI's sentinels name.
   *
   * @param uri where; copied, so that later changes of it change nothing here
   * @return the options
   */
  public static RedisCacheStoreBuilder builder(RedisURI uri) {
    RedisURI copy = Clients.copy(requireNonNull(uri, "uri"));
    return new RedisCacheStoreBuilder(access -> new RedisCacheStore(Clients.single(copy, access)));
  }

  /**
   * Begins a connection with the same options to a cluster.
   *
   * @param nodes some of its nodes, copied; the others are found
   * @return the options
   * @throws IllegalArgumentException if no node is given
   */
  public static RedisCacheStoreBuilder clusterBuilder(List<RedisURI> nodes) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("nodes must not be empty");
    }
    List<RedisURI> known = nodes.stream().map(Clients::copy).toList();
    return new RedisCacheStoreBuilder(
        access -> new RedisCacheStore(Clients.cluster(known, access)));
  }

  /**
   * Connects to a cluster.
   *
   * @param nodes some of its nodes, copied; the others are found
   * @return the store; close it
   * @throws IllegalArgumentException if no node is given
   * @see #connect(String)
   */
  public static RedisCacheStore connectCluster(List<RedisURI> nodes) {
    return clusterBuilder(nodes).connect();
  }

  /**
   * Uses a connection that stays the caller's, with the caller's options.
   *
   * @param connection the connection, not used for transactions or blocking commands by others
   * @return the store; closing it leaves the connection open
   */
  public static RedisCacheStore using(StatefulRedisConnection<byte[], byte[]> connection) {
    return borrowing(connection, connection.async());
  }

  /**
   * Uses a cluster connection that stays the caller's, with the caller's options.
   *
   * @param connection the connection
   * @return the store; closing it leaves the connection open
   */
  public static RedisCacheStore using(StatefulRedisClusterConnection<byte[], byte[]> connection) {
    return borrowing(connection, connection.async());
  }

  private static RedisCacheStore borrowing(
      StatefulConnection<byte[], byte[]> connection,
      RedisClusterAsyncCommands<byte[], byte[]> commands) {
    RedisOperations.preload(
        commands, Late.timer(connection)); // in the connection's order, so before the first use
    return new RedisCacheStore(new BorrowedLink(connection, commands, new AtomicBoolean()));
  }

  /**
   * The same Redis in the layout {@code plain}: a bare string under the key, as {@code GET} and
   * {@code SET PX} know it, for programs in other languages that share the entries. {@link
   * io.github.cacheaside.spi.CacheStore.Coherence#TTL_ONLY}: the weaker promise. Can't hold absent
   * rows.
   *
   * @return a view; closing it does nothing
   */
  public CacheStore plain() {
    return new PlainLayout(redis);
  }

  /**
   * The same Redis in the layout {@code hash}: a Redis hash under the key, its fields the members
   * of the payload, which must be a JSON object; use {@link
   * io.github.cacheaside.codec.Serializer#fields(Class)}. Fields and TTL are written in one step.
   * {@link io.github.cacheaside.spi.CacheStore.Coherence#TTL_ONLY}: the weaker promise. Can't hold
   * absent rows.
   *
   * @return a view; closing it does nothing
   */
  public CacheStore hash() {
    return new HashLayout(redis);
  }

  /**
   * Asks Redis for a sign of life.
   *
   * @return {@code PONG}; fails if Redis can't be reached. The caller bounds the wait.
   */
  public CompletionStage<String> ping() {
    return redis.call(RedisClusterAsyncCommands::ping);
  }

  /**
   * Raises the bound of what is read under one key; it begins at 8 MiB. Has no effect over
   * {@linkplain #using connections of the application}, which hold whatever Redis sends.
   */
  @Override
  public void admit(int bytes) {
    redis.admit(bytes);
  }

  @Override
  public Coherence coherence() {
    return Coherence.LEASE;
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return redis.get(key, Wire::decode);
  }

  @Override
  public CompletionStage<Lookup> lookup(
      String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return redis.get(key, Wire::decode, ifMissing);
  }

  @Override
  public List<CompletionStage<Lookup>> lookupAll(List<String> keys) {
    return redis.getAll(keys, Wire::decode);
  }

  @Override
  public Optional<CompletionStage<Void>> watch(String key) {
    return connection.watch(key);
  }

  @Override
  public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    return redis
        .<byte[]>run(
            Script.LEASE, ScriptOutputType.VALUE, key, Wire.leaseMarker(token), Wire.millis(lease))
        .thenApply(Wire::decodeLease);
  }

  @Override
  public CompletionStage<Lookup> refresh(
      String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
    return redis
        .<byte[]>run(
            Script.REFRESH,
            ScriptOutputType.VALUE,
            key,
            Wire.leaseMarker(token),
            Wire.millis(lease),
            Wire.seen(seen),
            Wire.utf8(Long.toString(early.toMillis())))
        .thenApply(Wire::decodeLease);
  }

  @Override
  public CompletionStage<Boolean> touch(String key, StoredValue.Timing seen, Duration idle) {
    return redis.flag(Script.TOUCH, key, Wire.seen(seen), Wire.millis(idle));
  }

  /**
   * Redis' clock: this JVM's monotonic one, corrected by what {@code TIME} said in the last 10
   * seconds; before its first answer, this machine's time. The clocks of a cluster's nodes are
   * taken for one.
   */
  @Override
  public long millis() {
    return clock.millis();
  }

  @Override
  public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
    return redis.flag(Script.RENEW, key, Wire.leaseMarker(token), Wire.millis(lease));
  }

  @Override
  public CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return redis.flag(
        Script.FILL, key, Wire.leaseMarker(token), Wire.encode(value), Wire.millis(ttl));
  }

  @Override
  public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
    return redis.flag(Script.ABANDON, key, Wire.leaseMarker(token));
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return redis.flag(Script.PUT, key, Wire.encode(value), Wire.millis(ttl));
  }

  @Override
  public CompletionStage<Lookup> putIfAbsent(String key, StoredValue value, Duration ttl) {
    return redis
        .<byte[]>run(
            Script.PUT_IF_ABSENT, ScriptOutputType.VALUE, key, Wire.encode(value), Wire.millis(ttl))
        .thenApply(Wire::decodeLease);
  }

  @Override
  public CompletionStage<Boolean> drop(String key) {
    return redis.flag(Script.DROP, key);
  }

  @Override
  public CompletionStage<Boolean> soften(String key, Duration maxStale) {
    return redis.flag(Script.SOFTEN, key, Wire.millis(maxStale));
  }

  @Override
  public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
    return mark(key, token, ttl).thenApply(answer -> answer != NO_ROOM);
  }

  @Override
  public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
    return mark(key, token, ttl).thenApply(answer -> answer == STOOD);
  }

  private CompletionStage<Long> mark(String key, LeaseToken token, Duration ttl) {
    return redis.run(
        Script.INTENT,
        ScriptOutputType.INTEGER,
        key,
        Wire.token(token),
        Wire.millis(ttl),
        MOST_INTENTS);
  }

  @Override
  public CompletionStage<Boolean> release(String key, LeaseToken token) {
    return redis.flag(Script.RELEASE, key, Wire.token(token));
  }

  @Override
  public CompletionStage<Optional<LeaseToken>> generation(String key) {
    return redis.generation(key);
  }

  @Override
  public CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
    return redis
        .<byte[]>run(
            Script.GENERATION, ScriptOutputType.VALUE, key, Wire.generation(fresh), GENERATION_LIFE)
        .thenApply(marker -> Wire.decodeGeneration(marker).orElse(fresh));
  }

  @Override
  public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
    return redis.set(key, Wire.generation(fresh), GENERATION_LIFE_TIME);
  }

  @Override
  public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
    return connection.changes(keyPrefix, listener);
  }

  @Override
  public void onReconnect(Runnable action) {
    connection.onReconnect(action);
  }

  @Override
  public void notAnswering() {
    connection.notAnswering();
  }

  /**
   * Warns once of a Redis that refuses writes when it is full, instead of evicting. Needs the right
   * to {@code INFO}; without it, nothing is said.
   */
  @Override
  public CompletionStage<List<String>> risks() {
    if (risksTold.get()) {
      return CompletableFuture.completedStage(List.of());
    }
    return redis
        .call(commands -> commands.info("memory"))
        .thenApply(info -> risksTold.getAndSet(true) ? List.of() : risks(info));
  }

  private static List<String> risks(String info) {
    List<String> lines = info.lines().toList();
    boolean bounded = lines.stream().noneMatch("maxmemory:0"::equals);
    return bounded && lines.contains("maxmemory_policy:noeviction")
        ? List.of(
            "Redis has a maxmemory and the policy noeviction: when it is full it caches nothing"
                + " new; a policy such as allkeys-lru makes room")
        : List.of();
  }

  @Override
  public boolean isClosed() {
    return connection.isClosed();
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public String toString() {
    return "RedisCacheStore[" + connection.describe() + "]";
  }

  /** A connection that the application opened and closes. */
  private record BorrowedLink(
      StatefulConnection<byte[], byte[]> connection,
      RedisClusterAsyncCommands<byte[], byte[]> commands,
      AtomicBoolean closed)
      implements RedisConnection {
    @Override
    public String describe() {
      return "a connection of the application";
    }

    @Override
    public void onReconnect(
        Runnable action) {} // the client is the application's, and so its events

    @Override
    public boolean isClosed() {
      return closed.get();
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }
}
