package io.github.cacheaside.redis;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.spi.ChangeFeed;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.ClientResources;
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

/**
 * A connection that the store opened. While Redis can't be reached at the start it keeps trying in
 * the background; once connected, the client reconnects by itself.
 */
final class ManagedConnection<C extends StatefulConnection<byte[], byte[]>>
    implements RedisConnection {
  private static final Logger LOG = Failures.LOG;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration ANSWERED = Duration.ofMillis(100);
  private static final long FIRST_RETRY_MILLIS = 2;
  private static final long SOON_MILLIS = 50;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final AbstractRedisClient client;
  private final ClientResources resources;
  private final String where;
  private final Supplier<CompletionStage<C>> connector;
  private final Function<C, RedisClusterAsyncCommands<byte[], byte[]>> api;
  private final LeaseWatch watch;
  private final ConnectionOptions access;
  private final RedisChanges changes;
  private final Reconnects reconnects;
  private final Backoff replacements = new Backoff(RETRY, LONGEST_PAUSE);
  private final Backoff looks = new Backoff(RETRY, RETRY);
  private final AtomicBoolean replacing = new AtomicBoolean();

  private Runnable silence = () -> {};
  private @Nullable PrimaryWatch primaryWatch;
  private volatile @Nullable C connection;
  private volatile boolean closed;

  ManagedConnection(
      AbstractRedisClient client,
      ClientResources resources,
      String where,
      Supplier<CompletionStage<C>> connector,
      Function<C, RedisClusterAsyncCommands<byte[], byte[]>> api,
      Function<C, List<RedisURI>> primaries,
      LeaseWatch watch,
      ConnectionOptions access) {
    this.client = client;
    this.resources = resources;
    this.where = where;
    this.connector = connector;
    this.api = api;
    this.watch = watch;
    this.access = access;
    this.reconnects = new Reconnects(resources.eventExecutorGroup());
    client.addListener(reconnects);
    this.changes =
        new RedisChanges(
            Clients.trackingClient(resources, access),
            resources.eventExecutorGroup(),
            () -> connection == null ? List.of() : primaries.apply(connection()),
            access,
            where);
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void onReconnect(Runnable action) {
    reconnects.add(action);
  }

  /** After a reconnect listens again: the primary may be another one. A cluster's are looked up. */
  ManagedConnection<C> resetting() {
    onReconnect(watch::reset);
    onReconnect(changes::reset);
    return this;
  }

  /** Asks those sentinels all the while; another primary means another connection. */
  ManagedConnection<C> following(RedisClient sentinels, RedisURI uri) {
    primaryWatch = new PrimaryWatch(sentinels, uri, resources.eventExecutorGroup(), this::replace);
    return this;
  }

  /** What to do when Redis does not answer, at most once a second. */
  ManagedConnection<C> lookingAgain(Runnable look) {
    silence = look;
    return this;
  }

  /** What knows of topology changes tells it here. */
  Reconnects reconnects() {
    return reconnects;
  }

  /** Connects; returns at the latest when the patience ends, connected or not. */
  ManagedConnection<C> open(Duration patience) {
    CompletableFuture<Void> first = new CompletableFuture<>();
    tryOn(FIRST_RETRY_MILLIS, first);
    try {
      first.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "Redis at {} can't be reached, trying on in the background: {}",
          where,
          Failures.safe(root(e)).toString());
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

  /**
   * Tries until it is connected, at first again at once: what {@link #untilItAnswers} waits for
   * also fails the question to a sentinel where the primary is.
   *
   * @param first told when there is a connection, or when there won't be one soon
   */
  private void tryOn(long pauseMillis, CompletableFuture<Void> first) {
    access
        .connect(connector)
        .thenCompose(this::adopt)
        .whenComplete(
            (adopted, failure) -> {
              if (failure == null) {
                first.complete(null);
                return;
              }
              if (closed || pauseMillis > SOON_MILLIS) {
                first.completeExceptionally(failure);
              }
              if (!closed) {
                long next = Math.min(2 * pauseMillis, RETRY.toMillis());
                after(pauseMillis, () -> tryOn(next, first));
              }
            });
  }

  private void after(long millis, Runnable task) {
    resources.eventExecutorGroup().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void readOnly() {
    if (replacements.mayNow()) {
      CompletionStage<Boolean> unused = replace();
    }
  }

  @Override
  public void notAnswering() {
    if (looks.mayNow()) {
      silence.run();
    }
  }

  /**
   * The connection may lead to a node that is primary no longer. Opens another, where the name or
   * the sentinels lead now, and only then lets go of this one, so that reads go on meanwhile.
   *
   * @return whether there is no more to do
   */
  private CompletionStage<Boolean> replace() {
    C old = connection;
    if (closed) {
      return CompletableFuture.completedFuture(true);
    }
    // a thread that is connecting may be on the way to the old one
    if (old == null || !replacing.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(false);
    }
    return access
        .connect(connector)
        .thenCompose(this::adopt)
        .handle((adopted, failure) -> replaced(old, failure));
  }

  private boolean replaced(C old, @Nullable Throwable failure) {
    replacing.set(false);
    if (failure != null) {
      return false;
    }
    LOG.info("another node may be primary, so a new connection to {} is used", where);
    letGo(old);
    reconnects.happened();
    return true;
  }

  /** Most of what is under way is answered by then. */
  private void letGo(C old) {
    after(ANSWERED.toMillis(), old::closeAsync);
  }

  private CompletionStage<Void> adopt(C connection) {
    return untilItAnswers(api.apply(connection), System.nanoTime())
        .thenAccept(
            answered -> {
              this.connection = connection;
              LOG.debug("connected to Redis at {}", where);
            });
  }

  /**
   * Loads the scripts. With credentials the client says that it is connected on a thread of its
   * own, perhaps before its event loop knows, and rejects commands until then.
   */
  private CompletionStage<Boolean> untilItAnswers(
      RedisClusterAsyncCommands<byte[], byte[]> redis, long since) {
    return RedisOperations.preload(redis, resources.eventExecutorGroup())
        .thenCompose(
            answered -> {
              long waited = System.nanoTime() - since;
              if (answered || closed || waited > Clients.CONNECT_TIMEOUT.toNanos()) {
                return CompletableFuture.completedFuture(answered);
              }
              CompletableFuture<Boolean> later = new CompletableFuture<>();
              after(
                  FIRST_RETRY_MILLIS,
                  () -> untilItAnswers(redis, since).thenAccept(later::complete));
              return later;
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
  public void admit(int bytes) {
    access.bound().admit(bytes);
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
    access.close(); // first, so that no thread connects that has waited for credentials
    if (primaryWatch != null) {
      primaryWatch.close();
    }
    watch.close();
    changes.close();
    client.shutdown(0, 2, TimeUnit.SECONDS);
    Clients.shutdown(resources);
  }
}
