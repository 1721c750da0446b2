package io.github.cacheaside.redis;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.ChangeFeed;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that the store opened. While Redis can't be reached at the start it keeps trying in
 * the background; once connected, the client reconnects by itself.
 */
final class OwnLink<C extends StatefulConnection<byte[], byte[]>> implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(RedisCacheStore.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration SETTLE = Duration.ofMillis(20);

  private final AbstractRedisClient client;
  private final ClientResources resources;
  private final String where;
  private final Supplier<CompletionStage<C>> connector;
  private final Function<C, RedisClusterAsyncCommands<byte[], byte[]>> api;
  private final LeaseWatch watch;
  private final Access access;
  private final RedisChanges changes;

  private volatile @Nullable C connection;
  private volatile boolean closed;

  OwnLink(
      AbstractRedisClient client,
      ClientResources resources,
      String where,
      Supplier<CompletionStage<C>> connector,
      Function<C, RedisClusterAsyncCommands<byte[], byte[]>> api,
      Function<C, List<RedisURI>> primaries,
      LeaseWatch watch,
      Access access) {
    this.client = client;
    this.resources = resources;
    this.where = where;
    this.connector = connector;
    this.api = api;
    this.watch = watch;
    this.access = access;
    this.changes =
        new RedisChanges(
            Links.trackingClient(resources, access),
            resources.eventExecutorGroup(),
            () -> connection == null ? List.of() : primaries.apply(connection()),
            where);
  }

  @Override
  public void onReconnect(Runnable action) {
    client.addListener(
        new RedisConnectionStateListener() {
          private final AtomicBoolean lost = new AtomicBoolean();

          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            lost.set(true);
          }

          @Override
          public void onRedisConnected(
              RedisChannelHandler<?, ?> connection, SocketAddress address) {
            if (!closed && lost.getAndSet(false)) {
              // a moment later: the connection is told before it takes commands
              resources
                  .eventExecutorGroup()
                  .schedule(action, SETTLE.toMillis(), TimeUnit.MILLISECONDS);
            }
          }
        });
  }

  /** After a reconnect listens anew: the primary may be another one. A cluster's are looked up. */
  OwnLink<C> resetting() {
    onReconnect(watch::reset);
    onReconnect(changes::reset);
    return this;
  }

  /** Connects; returns at the latest when the patience ends, connected or not. */
  OwnLink<C> open(Duration patience) {
    var first = tryOnce().toCompletableFuture();
    try {
      first.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "Redis at {} can't be reached, trying on in the background: {}",
          where,
          root(e).toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return this;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private CompletionStage<Void> tryOnce() {
    return connect()
        .thenCompose(this::adopt)
        .whenComplete(
            (adopted, failure) -> {
              if (failure != null && !closed) {
                resources
                    .eventExecutorGroup()
                    .schedule(this::tryOnce, RETRY.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
  }

  private CompletionStage<C> connect() {
    try {
      return connector.get();
    } catch (RuntimeException e) { // a host that does not resolve, for one
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<Void> adopt(C connection) {
    RedisClusterAsyncCommands<byte[], byte[]> connected = api.apply(connection);
    return RedisOperations.preload(connected)
        .thenAccept(
            loaded -> {
              this.connection = connection;
              LOG.debug("connected to Redis at {}", where);
            });
  }

  @Override
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return api.apply(connection());
  }

  @Override
  public C connection() {
    C connected = connection;
    if (connected == null) {
      throw new CacheStoreException("not connected to Redis at " + where, null);
    }
    return connected;
  }

  @Override
  public Optional<CompletionStage<Void>> watch(String key) {
    return watch.watch(key);
  }

  @Override
  public Optional<ChangeFeed> changes(String prefix, ChangeFeed.Listener listener) {
    return Optional.of(changes.listen(prefix, listener));
  }

  @Override
  public Duration busyWait() {
    return access.busyWait();
  }

  @Override
  public String describe() {
    return where;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.close();
    changes.close();
    access.close();
    client.shutdown(0, 2, TimeUnit.SECONDS);
    Links.shutdown(resources);
  }
}
