package io.github.cacheaside.benchmarks.experiments.near;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.FeedProxy;
import io.github.cacheaside.benchmarks.servers.RedisFaults;
import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Redis of one run, the way of the reader to it, and the power to harm both. */
final class NearServers implements AutoCloseable {
  private static final Duration FAILOVER_PATIENCE = Duration.ofSeconds(30);
  private static final Duration BEFORE = Duration.ofMillis(200);
  private static final Duration BETWEEN_BLOWS = Duration.ofMillis(400);
  private static final Duration HELD = Duration.ofMillis(1_500);

  /** What writes while harm is done. */
  interface Writer {
    /** No write is under way when this returns, and none begins. */
    void pause();

    void goOn();

    /** Changes every row, then what the action does, then they count as acknowledged. */
    void changeAll(Runnable invalidation) throws Exception;
  }

  private final RedisServer redis;
  private final @Nullable RedisSentinels sentinels;
  private final FeedProxy proxy;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> admin;

  private NearServers(RedisServer redis, @Nullable RedisSentinels sentinels) throws IOException {
    this.redis = redis;
    this.sentinels = sentinels;
    this.proxy = new FeedProxy(redis.host(), redis.port());
    this.client = RedisClient.create(redis.uri());
    this.admin = client.connect();
  }

  static NearServers open(NearFault fault) throws IOException {
    if (fault == NearFault.FAILOVER) {
      RedisSentinels sentinels = TestServers.newRedisSentinels(1);
      return new NearServers(sentinels.primary(), sentinels);
    }
    return new NearServers(TestServers.newRedis(), null);
  }

  String readerUri() {
    return sentinels == null ? proxy.uri() : sentinels.uri();
  }

  String writerUri() {
    return sentinels == null ? redis.uri() : sentinels.uri();
  }

  /** Does harm for that long; what lasts is ended by {@link #heal}. */
  void harm(NearFault fault, Duration length, Writer writer) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    Stalls.sleepMillis(BEFORE.toMillis());
    switch (fault) {
      case NONE -> {}
      case LATE -> holdUp();
      case LOST -> proxy.set(FeedProxy.Mode.LOSE);
      case NEWS_LOST -> proxy.set(FeedProxy.Mode.LOSE_NEWS);
      case HALF_OPEN -> proxy.forget();
      case CUT -> proxy.set(FeedProxy.Mode.REFUSE);
      case KILLED -> repeatUntil(end, this::kill);
      case FROZEN -> freezeUntil(end - BETWEEN_BLOWS.toNanos());
      case FLUSHED -> {
        writer.pause();
        repeatUntil(end, () -> writer.changeAll(redis::flushAll));
      }
      case FAILOVER -> {
        failOver(writer);
        end = System.nanoTime() + length.toNanos();
      }
    }
    Stalls.sleepUntil(end);
  }

  /** The network is as good as ever. */
  void heal() {
    proxy.set(FeedProxy.Mode.PASS);
  }

  /** Once for less than a connection may be silent, then for longer. */
  private void holdUp() {
    proxy.set(FeedProxy.Mode.HOLD);
    Stalls.sleepMillis(HELD.toMillis());
    proxy.set(FeedProxy.Mode.PASS);
    Stalls.sleepMillis(BEFORE.toMillis());
    proxy.set(FeedProxy.Mode.HOLD);
  }

  private static void repeatUntil(long end, RedisFaults.Harm harm) throws Exception {
    while (System.nanoTime() - end < 0) {
      harm.happen();
      Stalls.sleepMillis(BETWEEN_BLOWS.toMillis());
    }
  }

  private void kill() {
    RedisCommands<String, String> commands = admin.sync();
    long unusedNormal = commands.clientKill(KillArgs.Builder.typeNormal().skipme(true));
    long unusedPubSub = commands.clientKill(KillArgs.Builder.typePubsub().skipme(true));
  }

  private void freezeUntil(long end) {
    redis.pause();
    try {
      Stalls.sleepUntil(end);
    } finally {
      redis.resume();
    }
  }

  /**
   * The replica has all that was acknowledged: what a Redis loses is another matter than what a
   * near cache is not told.
   */
  private void failOver(Writer writer) {
    RedisSentinels all = sentinels;
    if (all == null) {
      throw new IllegalStateException("no sentinels");
    }
    writer.pause();
    if (admin.sync().waitForReplication(1, FAILOVER_PATIENCE.toMillis()) < 1) {
      throw new IllegalStateException("the replica does not follow");
    }
    redis.kill();
    long patience = System.nanoTime() + FAILOVER_PATIENCE.toNanos();
    while (all.currentPrimary() == redis) {
      if (System.nanoTime() - patience > 0) {
        throw new IllegalStateException("no failover");
      }
      Stalls.sleepMillis(20);
    }
    writer.goOn();
  }

  @Override
  public void close() throws IOException {
    try {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    } catch (RedisException e) {
      // what it was connected to may be gone
    }
    proxy.close();
    if (sentinels == null) {
      redis.close();
    } else {
      sentinels.close();
    }
  }
}
