package io.github.cacheaside.redis;

import io.github.cacheaside.ChangeFeed;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of changes by one {@link Broadcast} from each primary, opened when somebody first listens.
 * Every 100 ms each is asked for a sign of life, and the list of primaries is looked at. Whenever
 * one comes, goes or is lost, and when a listener comes, changes may have been missed.
 */
final class RedisChanges implements ChangeFeed, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisCacheStore.class);
  private static final long HEARTBEAT_MILLIS = 100;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_REFUSED_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Subscription(String prefix, Listener listener) {}

  private final RedisClient client;
  private final ScheduledExecutorService timer;
  private final Supplier<List<RedisURI>> primaries;
  private final Access access;
  private final String where;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  // guarded by this, which is never held while anything is sent or told
  private final Map<String, Source> sources = new HashMap<>();
  private @Nullable Future<?> heartbeat;
  private boolean closed;

  private volatile long toldUntil = never();
  private volatile boolean refusalLogged;

  /**
   * Nothing is opened yet.
   *
   * @param client speaks RESP3 and never reconnects; closed with this
   * @param primaries where to listen; may change; empty if that is not known yet
   */
  RedisChanges(
      RedisClient client,
      ScheduledExecutorService timer,
      Supplier<List<RedisURI>> primaries,
      Access access,
      String where) {
    this.client = client;
    this.timer = timer;
    this.primaries = primaries;
    this.access = access;
    this.where = where;
  }

  /** Adds a listener; all prefixes are then tracked anew, since Redis wants them told at once. */
  ChangeFeed listen(String prefix, Listener listener) {
    subscriptions.add(new Subscription(prefix, listener));
    reset();
    synchronized (this) {
      if (heartbeat == null && !closed) {
        heartbeat =
            timer.scheduleAtFixedRate(this::beat, 0, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    return this;
  }

  @Override
  public long toldUntil() {
    return toldUntil;
  }

  /** Starts over with new connections. */
  void reset() {
    CompletableFuture<Void> unused = dropAll();
  }

  private CompletableFuture<Void> dropAll() {
    List<Source> dropped;
    synchronized (this) {
      dropped = new ArrayList<>(sources.values());
      sources.clear();
    }
    return drop(dropped);
  }

  private void beat() {
    try {
      Map<String, RedisURI> wanted = new HashMap<>();
      primaries.get().forEach(uri -> wanted.put(uri.getHost() + ":" + uri.getPort(), uri));
      List<Source> dropped = new ArrayList<>();
      List<Source> open;
      synchronized (this) {
        if (closed) {
          return;
        }
        sources
            .entrySet()
            .removeIf(old -> !wanted.containsKey(old.getKey()) && dropped.add(old.getValue()));
        wanted.forEach((name, uri) -> sources.computeIfAbsent(name, any -> new Source(uri)));
        open = new ArrayList<>(sources.values());
      }
      if (!dropped.isEmpty()) {
        CompletableFuture<Void> unused = drop(dropped);
      }
      open.forEach(Source::beat);
    } catch (RuntimeException e) { // the next beat must come
      LOG.debug("no sign of life from Redis at {}", where, e);
    }
  }

  private CompletableFuture<Void> drop(List<Source> dropped) {
    missed();
    return CompletableFuture.allOf(
        dropped.stream().map(Source::close).toArray(CompletableFuture[]::new));
  }

  private static long never() {
    return System.nanoTime() - Long.MAX_VALUE / 2;
  }

  /** First nobody trusts us any more, then everything is forgotten. */
  private void missed() {
    proven();
    subscriptions.forEach(each -> each.listener().missedChanges());
  }

  private void proven() {
    synchronized (this) {
      long oldest = sources.isEmpty() ? never() : System.nanoTime();
      for (Source source : sources.values()) {
        oldest = source.told - oldest < 0 ? source.told : oldest;
      }
      toldUntil = oldest;
    }
  }

  private void changed(byte @Nullable [] key) {
    if (key == null) {
      subscriptions.forEach(each -> each.listener().missedChanges());
      return;
    }
    String name = Wire.text(key);
    for (Subscription each : subscriptions) {
      if (name.startsWith(each.prefix())) {
        each.listener().changed(name);
      }
    }
  }

  /** What Redis tracks: no prefix may be the beginning of another. */
  static Collection<String> apart(Collection<String> prefixes) {
    TreeSet<String> apart = new TreeSet<>(); // a prefix sorts before what it begins
    for (String prefix : new TreeSet<>(prefixes)) {
      if (apart.isEmpty() || !prefix.startsWith(apart.last())) {
        apart.add(prefix);
      }
    }
    return apart;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (heartbeat != null) {
        heartbeat.cancel(false);
      }
    }
    dropAll()
        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
        .exceptionally(failure -> null)
        .join(); // what is still open then, the client closes, and warns if it is closing already
    client.shutdown(0, 2, TimeUnit.SECONDS);
  }

  /** One primary. */
  private final class Source implements Broadcast.Watcher {
    private final RedisURI uri;
    private volatile @Nullable Broadcast live;
    private volatile boolean closed;
    private volatile boolean proven;
    private volatile long told = never();
    private boolean opening;
    private long notBefore = System.nanoTime();

    Source(RedisURI uri) {
      this.uri = uri;
    }

    void beat() {
      Broadcast broadcast = live;
      if (broadcast != null) {
        broadcast.ask();
      } else if (mayOpen()) {
        access
            .connect(() -> client.connectAsync(ByteArrayCodec.INSTANCE, uri))
            .whenComplete(this::connected);
      }
    }

    private synchronized boolean mayOpen() {
      boolean may = !opening && !closed && System.nanoTime() - notBefore >= 0;
      opening |= may;
      return may;
    }

    private void connected(
        @Nullable StatefulRedisConnection<byte[], byte[]> connection, @Nullable Throwable failure) {
      if (connection == null) {
        postpone(failure);
        return;
      }
      Broadcast broadcast = new Broadcast(connection, this);
      live = broadcast;
      broadcast.start(apart(subscriptions.stream().map(Subscription::prefix).toList()));
      if (closed) {
        CompletableFuture<Void> unused = broadcast.lose(null);
      }
    }

    private void postpone(@Nullable Throwable failure) {
      boolean refused = Refusals.lasting(failure).isPresent();
      synchronized (this) {
        opening = false;
        notBefore = System.nanoTime() + (refused ? RETRY_REFUSED_NANOS : RETRY_NANOS);
      }
      if (refused && !refusalLogged) {
        refusalLogged = true;
        LOG.warn(
            "Redis at {} does not let clients track changes, so near caches are off: {}",
            where,
            String.valueOf(failure));
      }
    }

    @Override
    public void changed(byte @Nullable [] key) {
      RedisChanges.this.changed(key);
    }

    @Override
    public void toldUntil(long moment) {
      if (!proven) {
        proven = true;
        // what was looked up before Redis tracked may have changed since, untold
        subscriptions.forEach(each -> each.listener().missedChanges());
      }
      told = moment;
      RedisChanges.this.proven();
    }

    @Override
    public void lost(@Nullable Throwable failure) {
      live = null;
      proven = false;
      told = never();
      postpone(failure);
      missed();
    }

    CompletableFuture<Void> close() {
      closed = true;
      Broadcast broadcast = live;
      return broadcast == null ? CompletableFuture.completedFuture(null) : broadcast.lose(null);
    }
  }
}
