package io.github.cacheaside.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sentinels once a second which node is primary, and tells when that is another one than
 * before. A planned failover closes the connections of clients late or never, and a primary that
 * hangs keeps them open; sentinels know.
 *
 * <p>One connection, to the first sentinel that takes it; after a failure the next second tries
 * them all again.
 */
final class PrimaryWatch implements AutoCloseable {
  private static final long EVERY_MILLIS = 1_000;
  private static final long ANSWER_MILLIS = 2_000;

  private final RedisClient client;
  private final RedisURI uri;
  private final Supplier<CompletionStage<Boolean>> changed;
  private final Future<?> beat;
  private final AtomicBoolean asking = new AtomicBoolean();

  // held by the thread that has set asking
  private @Nullable StatefulRedisSentinelConnection<String, String> connection;
  private @Nullable SocketAddress primary;

  /**
   * Starts.
   *
   * @param client never reconnects; closed with this
   * @param changed what to do then; says whether that is done, else it is tried again
   */
  PrimaryWatch(
      RedisClient client,
      RedisURI uri,
      ScheduledExecutorService timer,
      Supplier<CompletionStage<Boolean>> changed) {
    this.client = client;
    this.uri = uri;
    this.changed = changed;
    this.beat = timer.scheduleWithFixedDelay(this::ask, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    if (!asking.compareAndSet(false, true)) {
      return; // an answer is still awaited, or all sentinels are tried
    }
    connected()
        .thenCompose(
            sentinel ->
                Late.fail(
                    sentinel
                        .async()
                        .getMasterAddrByName(uri.getSentinelMasterId())
                        .toCompletableFuture(),
                    Late.timer(sentinel),
                    ANSWER_MILLIS))
        .whenComplete(this::answered);
  }

  private CompletionStage<StatefulRedisSentinelConnection<String, String>> connected() {
    StatefulRedisSentinelConnection<String, String> open = connection;
    if (open != null && open.isOpen()) {
      return CompletableFuture.completedFuture(open);
    }
    forget();
    try {
      return client
          .connectSentinelAsync(StringCodec.UTF8, uri)
          .thenApply(
              opened -> {
                connection = opened;
                return opened;
              });
    } catch (RuntimeException e) { // a host that does not resolve, for one
      return CompletableFuture.failedFuture(e);
    }
  }

  private void answered(@Nullable SocketAddress now, @Nullable Throwable failure) {
    if (failure != null) {
      forget();
    }
    if (now == null || primary == null || now.equals(primary)) {
      done(now);
      return;
    }
    changed
        .get()
        .whenComplete((followed, error) -> done(Boolean.TRUE.equals(followed) ? now : null));
  }

  /** Also one that is closed already: its client would keep it. */
  private void forget() {
    if (connection != null) {
      CompletableFuture<Void> unused = connection.closeAsync();
      connection = null;
    }
  }

  private void done(@Nullable SocketAddress followed) {
    if (followed != null) {
      primary = followed;
    }
    asking.set(false);
  }

  @Override
  public void close() {
    beat.cancel(false);
    client.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
