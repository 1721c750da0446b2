package io.github.cacheaside.redis;

import io.github.cacheaside.spi.ChangeFeed;
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

/**
 * Tells of changes by one {@link Broadcast} from each primary, opened with the first listener.
 * Every 100 ms each is asked for a sign of life, and the list of primaries is looked at. Whenever
 * one comes, goes or is lost, changes may have been missed.
 *
 * <p>When a listener comes, or has gone, other prefixes are to be tracked. Redis takes no prefix
 * back, and none that overlaps with another. So a second connection is opened that tracks what is
 * wanted now; it takes the place of the first once that has told all changes from before the second
 * began. Only the new listener has missed anything.
 */
final class RedisChanges implements AutoCloseable {
  private static final Logger LOG = Failures.LOG;
  private static final long HEARTBEAT_MILLIS = 100;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_REFUSED_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** A listener, and until when it has been told everything. */
  private static final class Subscription implements ChangeFeed {
    private final String prefix;
    private final Listener listener;
    private volatile long toldUntil = never();

    Subscription(String prefix, Listener listener) {
      this.prefix = prefix;
      this.listener = listener;
    }

    @Override
    public long toldUntil() {
      return toldUntil;
    }

    boolean isTrackedBy(Collection<String> prefixes) {
      return prefixes.stream().anyMatch(prefix::startsWith);
    }
  }

  private final RedisClient client;
  private final ScheduledExecutorService timer;
  private final Supplier<List<RedisURI>> primaries;
  private final ConnectionOptions access;
  private final String where;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  // guarded by this, which is never held while anything is sent or told
  private final Map<String, Source> sources = new HashMap<>();
  private @Nullable Future<?> heartbeat;
  private boolean closed;

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
      ConnectionOptions access,
      String where) {
    this.client = client;
    this.timer = timer;
    this.primaries = primaries;
    this.access = access;
    this.where = where;
  }

  /** Adds a listener, which is told for as long as it listens. */
  ChangeFeed listen(String prefix, ChangeFeed.Listener listener) {
    Subscription subscription = new Subscription(prefix, listener);
    subscriptions.add(subscription);
    synchronized (this) {
      if (heartbeat == null && !closed) {
        heartbeat =
            timer.scheduleAtFixedRate(this::beat, 0, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    return subscription;
  }

  /** What Redis is to track. */
  private Collection<String> wanted() {
    return apart(subscriptions.stream().map(each -> each.prefix).toList());
  }

  /** How many listen. */
  int size() {
    return subscriptions.size();
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
      subscriptions.removeIf(each -> !each.listener.isListening());
      if (!subscriptions.isEmpty()) { // else there is no listener
        primaries.get().forEach(uri -> wanted.put(uri.getHost() + ":" + uri.getPort(), uri));
      }
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
      LOG.debug("no sign of life from Redis at {}", where, Failures.safe(e));
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

  /** First no near hit is allowed any more, then everything is forgotten. */
  private void missed() {
    proven();
    subscriptions.forEach(each -> each.listener.missedChanges());
  }

  private void proven() {
    synchronized (this) {
      for (Subscription each : subscriptions) {
        long oldest = sources.isEmpty() ? never() : System.nanoTime();
        for (Source source : sources.values()) {
          long told = source.toldUntil(each);
          oldest = told - oldest < 0 ? told : oldest;
        }
        each.toldUntil = oldest;
      }
    }
  }

  private void changed(byte @Nullable [] key) {
    if (key == null) {
      subscriptions.forEach(each -> each.listener.missedChanges());
      return;
    }
    String name = Wire.text(key);
    for (Subscription each : subscriptions) {
      if (name.startsWith(each.prefix)) {
        each.listener.changed(name);
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
    Late.complete(dropAll(), null, timer, 1_000)
        .exceptionally(failure -> null)
        .join(); // what is still open then, the client closes, and warns if it is closing already
    client.shutdown(0, 2, TimeUnit.SECONDS);
  }

  /** One primary. */
  private final class Source {
    private final RedisURI uri;

    // guarded by this, which is not held while anything is sent or told
    private @Nullable Feed live;
    private @Nullable Feed next;
    private boolean closed;
    private boolean opening;
    private long notBefore = System.nanoTime();

    Source(RedisURI uri) {
      this.uri = uri;
    }

    void beat() {
      Feed first;
      Feed second;
      boolean open;
      synchronized (this) {
        first = live;
        second = next;
        boolean lacking = first == null || (second == null && !first.tracks(wanted()));
        open = lacking && !opening && !closed && System.nanoTime() - notBefore >= 0;
        opening |= open;
      }
      if (first != null) {
        first.broadcast.ask();
      }
      if (second != null) {
        second.broadcast.ask();
      }
      if (open) {
        access
            .connect(() -> client.connectAsync(ByteArrayCodec.INSTANCE, uri))
            .whenComplete(this::connected);
      }
    }

    private void connected(
        @Nullable StatefulRedisConnection<byte[], byte[]> connection, @Nullable Throwable failure) {
      if (connection == null) {
        postpone(failure);
        return;
      }
      Feed feed = new Feed(this, connection, wanted());
      boolean unwanted;
      synchronized (this) {
        opening = false;
        unwanted = closed;
        if (live == null) {
          live = feed;
        } else {
          next = feed;
        }
      }
      feed.broadcast.start(feed.prefixes);
      if (unwanted) {
        CompletableFuture<Void> unused = feed.broadcast.lose(null);
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
            String.valueOf(failure == null ? null : Failures.safe(failure)));
      }
    }

    /** A feed has told everything up to a moment; perhaps another one may take its place now. */
    void told(Feed feed, long moment) {
      Feed old = null;
      Feed successor = null;
      Feed first;
      synchronized (this) {
        if (feed.began == null) {
          feed.began = moment; // it has been tracking by then
        }
        feed.told = moment;
        first = live;
        Long since = next == null ? null : next.began;
        if (first != null && since != null && first.told - since >= 0) {
          old = first;
          successor = next;
          live = successor;
          next = null;
        }
      }
      if (old != null && successor != null) {
        tellThoseThatOnlyItTracks(successor, old);
        CompletableFuture<Void> unused = old.broadcast.lose(null);
      } else if (feed == first) {
        tellThoseThatOnlyItTracks(feed, null);
      } else if (first != null) {
        first.broadcast.ask(); // the sooner it has told what the other one has not
      }
      proven();
    }

    /** What was looked up before Redis tracked it may have changed since, untold. */
    private void tellThoseThatOnlyItTracks(Feed feed, @Nullable Feed old) {
      if (feed.proven) {
        return;
      }
      for (Subscription each : subscriptions) {
        boolean trackedBefore = old != null && old.proven && each.isTrackedBy(old.prefixes);
        if (each.isTrackedBy(feed.prefixes) && !trackedBefore) {
          each.listener.missedChanges();
        }
      }
      feed.proven = true;
    }

    /** Until when a listener has been told everything from here. */
    synchronized long toldUntil(Subscription each) {
      Feed feed = live;
      boolean tells = feed != null && feed.proven && each.isTrackedBy(feed.prefixes);
      return feed != null && tells ? feed.told : never();
    }

    void lost(Feed feed, @Nullable Throwable failure) {
      boolean told;
      Feed other = null;
      synchronized (this) {
        told = feed == live;
        if (told) {
          live = null;
          other = next;
          next = null;
        } else if (feed == next) {
          next = null;
        } else {
          return; // another one has taken its place
        }
      }
      postpone(failure);
      if (other != null) {
        CompletableFuture<Void> unused = other.broadcast.lose(null);
      }
      if (told) {
        missed();
      }
    }

    CompletableFuture<Void> close() {
      Feed first;
      Feed second;
      synchronized (this) {
        closed = true;
        first = live;
        second = next;
      }
      return CompletableFuture.allOf(lose(second), lose(first));
    }

    private static CompletableFuture<Void> lose(@Nullable Feed feed) {
      return feed == null ? CompletableFuture.completedFuture(null) : feed.broadcast.lose(null);
    }
  }

  /** What one connection tells. */
  private final class Feed implements Broadcast.Watcher {
    private final Source source;
    private final Broadcast broadcast;
    private final Collection<String> prefixes;

    // of the source
    private @Nullable Long began;
    private volatile long told = never();
    private volatile boolean proven;

    Feed(
        Source source,
        StatefulRedisConnection<byte[], byte[]> connection,
        Collection<String> prefixes) {
      this.source = source;
      this.broadcast = new Broadcast(connection, this);
      this.prefixes = prefixes;
    }

    boolean tracks(Collection<String> wanted) {
      return List.copyOf(prefixes).equals(List.copyOf(wanted));
    }

    @Override
    public void changed(byte @Nullable [] key) {
      RedisChanges.this.changed(key);
    }

    @Override
    public void toldUntil(long moment) {
      source.told(this, moment);
    }

    @Override
    public void lost(@Nullable Throwable failure) {
      source.lost(this, failure);
    }
  }
}
