package io.github.cacheaside.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Says when Redis may have lost what it had acknowledged: when a connection was lost and is back,
 * and when it is known that another node is primary.
 *
 * <p>Each connection counts for itself. One to another node, or one that only asks for the
 * topology, says nothing about a node that is away.
 */
final class Reconnects implements RedisConnectionStateListener {
  private static final Logger LOG = Failures.LOG;

  /** A connection is told before it takes commands. */
  private static final Duration SETTLE = Duration.ofMillis(20);

  private final ScheduledExecutorService timer;
  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private final Set<RedisChannelHandler<?, ?>> lost =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  Reconnects(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Registers what to do each time. */
  void add(Runnable action) {
    actions.add(action);
  }

  /** Something was lost, or may have been; the actions run a moment later. */
  void happened() {
    try {
      Future<?> unused =
          timer.schedule(
              () -> actions.forEach(Reconnects::run), SETTLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) { // closed meanwhile
    }
  }

  /** One that throws keeps none from running. */
  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.warn("after a reconnect {} failed", action.getClass().getName(), Failures.safe(e));
    }
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
    lost.add(connection);
  }

  @Override
  public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
    if (lost.remove(connection)) {
      happened();
    }
  }
}
