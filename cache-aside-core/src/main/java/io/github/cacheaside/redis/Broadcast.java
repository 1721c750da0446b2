package io.github.cacheaside.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which one Redis tells of every change under some prefixes ({@code CLIENT
 * TRACKING ON BCAST}). Never reconnected: while it is away nothing is tracked.
 *
 * <p>Redis sends news and replies in one order, so the reply to a {@code PING} proves that all news
 * from before it have arrived. A connection that leaves one unanswered for 2 seconds is given up.
 */
final class Broadcast implements PushListener, RedisConnectionStateListener {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Watcher watcher;
  private final AtomicBoolean lost = new AtomicBoolean();
  private final AtomicBoolean asking = new AtomicBoolean(true); // until tracking is on

  /** Is told of what happens; does not block. */
  interface Watcher {
    /** A key has changed; null: any key may have. */
    void changed(byte @Nullable [] key);

    /** All changes from before that moment ({@link System#nanoTime}) have been told. */
    void toldUntil(long moment);

    /** This is of no use any more; told once. */
    void lost(@Nullable Throwable failure);
  }

  /** A connection that is not tracking yet. */
  Broadcast(StatefulRedisConnection<byte[], byte[]> connection, Watcher watcher) {
    this.connection = connection;
    this.watcher = watcher;
  }

  /** Switches tracking on. */
  void start(Collection<String> prefixes) {
    connection.addListener((PushListener) this);
    connection.addListener((RedisConnectionStateListener) this);
    TrackingArgs args = TrackingArgs.Builder.enabled().bcast();
    args.prefixes(prefixes.toArray(String[]::new));
    bounded(
        connection.async().clientTracking(args),
        on -> {
          asking.set(false);
          ask();
        });
  }

  /** Asks for a sign of life, unless one is still awaited. */
  void ask() {
    if (lost.get() || !asking.compareAndSet(false, true)) {
      return;
    }
    long asked = System.nanoTime();
    bounded(
        connection.async().ping(),
        pong -> {
          asking.set(false);
          watcher.toldUntil(asked);
        });
  }

  private <T> void bounded(CompletionStage<T> reply, Consumer<T> then) {
    Late.fail(reply.toCompletableFuture(), Late.timer(connection), ANSWER_TIMEOUT.toMillis())
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                CompletableFuture<Void> unused = lose(failure);
              } else if (!lost.get()) {
                then.accept(answer);
              }
            });
  }

  @Override
  public void onPushMessage(PushMessage message) {
    if (!message.getType().equals("invalidate")) {
      return;
    }
    List<Object> content = message.getContent(ByteBuffer::duplicate);
    if (content.size() > 1 && content.get(1) instanceof List<?> keys) {
      for (Object key : keys) {
        watcher.changed(bytes((ByteBuffer) key));
      }
    } else {
      watcher.changed(null); // FLUSHALL names no keys
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
    CompletableFuture<Void> unused = lose(null);
  }

  /**
   * Gives the connection up; only the first call does anything.
   *
   * @return completes when the first call has closed it
   */
  CompletableFuture<Void> lose(@Nullable Throwable failure) {
    if (!lost.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    watcher.lost(failure);
    return connection.closeAsync();
  }
}
