package io.github.cacheaside.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Watches leases over a connection of its own, opened at the first watch. Until tracking is on, and
 * after the connection is lost, a watch has nothing to tell.
 *
 * <p>A lost connection is replaced by a new one, never reconnected, so there is no moment at which
 * a watch could be registered on a connection that does not track. The next one is tried by the
 * first watch that comes at least 1 second later, or 1 minute later if Redis refused.
 *
 * <p>All this is a hint: values are read over the store's main connection only, so nothing that
 * goes wrong here can bring an old one back.
 */
final class TrackingWatch implements LeaseWatch {
  private static final Logger LOG = Failures.LOG;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETRY_REFUSED = Duration.ofMinutes(1);

  private final RedisClient client;
  private final RedisURI uri;
  private final ConnectionOptions access;
  private final String where;
  private final AtomicReference<@Nullable TrackedConnection> live = new AtomicReference<>();
  private final AtomicBoolean opening = new AtomicBoolean();

  private volatile long notBefore = System.nanoTime();
  private volatile boolean refusalLogged;
  private volatile boolean closed;

  TrackingWatch(RedisClient client, RedisURI uri, ConnectionOptions access, String where) {
    this.client = client;
    this.uri = uri;
    this.access = access;
    this.where = where;
  }

  @Override
  public Optional<CompletionStage<Void>> watch(String key) {
    TrackedConnection connection = live.get();
    if (connection == null) {
      open();
      return Optional.empty();
    }
    return Optional.of(connection.watch(key));
  }

  /** How many keys are watched. */
  int size() {
    TrackedConnection connection = live.get();
    return connection == null ? 0 : connection.size();
  }

  private void open() {
    if (closed
        || System.nanoTime() - notBefore < 0
        || !opening.compareAndSet(false, true)) { // another caller's attempt is under way
      return;
    }
    access
        .connect(() -> client.connectAsync(ByteArrayCodec.INSTANCE, uri))
        .thenCompose(connection -> new TrackedConnection(connection, this::lost).start())
        .whenComplete(
            (tracked, failure) -> {
              if (failure != null) {
                postpone(failure);
              } else {
                adopt(tracked);
              }
              opening.set(false);
            });
  }

  private void adopt(TrackedConnection tracked) {
    live.set(tracked);
    if (closed) {
      tracked.lose(null);
    }
    if (tracked.isLost()) { // perhaps before it was set, so that it was not taken out
      live.compareAndSet(tracked, null);
    } else {
      LOG.debug("Redis at {} tells of the end of leases", where);
    }
  }

  private void lost(TrackedConnection tracked, @Nullable Throwable failure) {
    postpone(failure);
    live.compareAndSet(tracked, null);
  }

  private void postpone(@Nullable Throwable failure) {
    Optional<String> refusal = Refusals.lasting(failure);
    Duration pause = refusal.isEmpty() ? RETRY : RETRY_REFUSED;
    notBefore = System.nanoTime() + pause.toNanos();
    if (refusal.isPresent() && !refusalLogged) {
      refusalLogged = true;
      LOG.info(
          "Redis at {} does not let clients track keys, so loads in other JVMs are waited for by"
              + " polling; logged once: {}",
          where,
          Failures.said(refusal.get()));
    } else {
      LOG.debug(
          "no tracking connection to Redis at {}, polling",
          where,
          failure == null ? null : Failures.safe(failure));
    }
  }

  @Override
  public void reset() {
    CompletableFuture<Void> unused = loseLive();
  }

  private CompletableFuture<Void> loseLive() {
    TrackedConnection connection = live.get();
    return connection == null ? CompletableFuture.completedFuture(null) : connection.lose(null);
  }

  @Override
  public void close() {
    closed = true;
    Late.complete(loseLive(), null, client.getResources().eventExecutorGroup(), 1_000)
        .exceptionally(failure -> null)
        .join(); // what is still open then, the client closes, and warns if it is closing already
    client.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
