package io.github.cacheaside.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which Redis tells which of the keys that were read on it have changed.
 *
 * <p>A waiter is entered first and then registered by reading the first byte of its key: what
 * changes before that read shows in its reply, what changes after it is pushed. Redis tells once a
 * read. It tells of an expiry only when it gets around to removing the key, so the key's remaining
 * time is asked for as well and ends the waiter too; that also means that none outlives the lease.
 * A connection that leaves a registration unanswered for 2 seconds is given up.
 */
final class TrackedConnection implements PushListener, RedisConnectionStateListener {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);
  private static final long LONGEST_WATCH_MILLIS = 60_000;
  private static final long NOT_LEASED = -1;

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final BiConsumer<TrackedConnection, @Nullable Throwable> onLost;
  private final ConcurrentMap<ByteBuffer, CompletableFuture<Void>> waiters =
      new ConcurrentHashMap<>();
  private final AtomicBoolean lost = new AtomicBoolean();

  TrackedConnection(
      StatefulRedisConnection<byte[], byte[]> connection,
      BiConsumer<TrackedConnection, @Nullable Throwable> onLost) {
    this.connection = connection;
    this.onLost = onLost;
  }

  /** Switches tracking on; completes with this, or closes the connection and fails. */
  CompletionStage<TrackedConnection> start() {
    connection.addListener((PushListener) this);
    connection.addListener((RedisConnectionStateListener) this);
    CompletableFuture<TrackedConnection> started =
        connection
            .async()
            .clientTracking(TrackingArgs.Builder.enabled())
            .toCompletableFuture()
            .thenApply(on -> this);
    return Late.fail(started, Late.timer(connection), ANSWER_TIMEOUT.toMillis())
        .whenComplete(
            (on, failure) -> {
              if (failure != null) {
                lose(failure);
              }
            });
  }

  boolean isLost() {
    return lost.get();
  }

  int size() {
    return waiters.size();
  }

  CompletionStage<Void> watch(String key) {
    byte[] name = Wire.utf8(key);
    ByteBuffer id = ByteBuffer.wrap(name);
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> theirs = waiters.putIfAbsent(id, mine);
    if (theirs != null) {
      return theirs;
    }
    if (isLost()) { // perhaps after all waiters were woken
      wake(id);
    } else {
      register(name, id, mine);
    }
    return mine;
  }

  private void register(byte[] name, ByteBuffer id, CompletableFuture<Void> waiter) {
    RedisAsyncCommands<byte[], byte[]> redis = connection.async();
    CompletableFuture<Long> remaining =
        redis
            .getrange(name, 0, 0)
            .toCompletableFuture()
            .thenCombine(redis.pttl(name), (head, left) -> Wire.isLease(head) ? left : NOT_LEASED);
    Late.fail(remaining, Late.timer(connection), ANSWER_TIMEOUT.toMillis())
        .exceptionally(this::notLeasedOrLost)
        .thenAccept(
            left -> {
              if (left <= 0) {
                wake(id);
                return;
              }
              long atMost = Math.min(left + 1, LONGEST_WATCH_MILLIS);
              Late.complete(waiter, null, Late.timer(connection), atMost)
                  .thenRun(() -> waiters.remove(id, waiter));
            });
  }

  private long notLeasedOrLost(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean otherType =
        cause instanceof RedisCommandExecutionException
            && String.valueOf(cause.getMessage()).startsWith("WRONGTYPE");
    if (!otherType) {
      lose(cause);
    }
    return NOT_LEASED;
  }

  @Override
  public void onPushMessage(PushMessage message) {
    if (!message.getType().equals("invalidate")) {
      return;
    }
    List<Object> content = message.getContent(ByteBuffer::duplicate);
    if (content.size() > 1 && content.get(1) instanceof List<?> keys) {
      keys.forEach(this::wake);
    } else {
      wakeAll(); // FLUSHALL names no keys
    }
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
    lose(null);
  }

  /**
   * Gives the connection up, since it will tell nothing any more.
   *
   * @return completes when the first call of this has closed it
   */
  CompletableFuture<Void> lose(@Nullable Throwable failure) {
    if (!lost.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    onLost.accept(this, failure);
    wakeAll();
    return connection.closeAsync();
  }

  private void wakeAll() {
    waiters.keySet().forEach(this::wake);
  }

  private void wake(@Nullable Object id) {
    CompletableFuture<Void> waiter = id == null ? null : waiters.remove(id);
    if (waiter != null) {
      waiter.complete(null);
    }
  }
}
