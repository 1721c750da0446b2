package io.github.cacheaside.redis.waiting;

import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.IOUringProvider;
import io.lettuce.core.resource.KqueueProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SelectStrategy;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.EventExecutorGroup;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Event loops that look for work again and again for a moment before they sleep, while one event
 * follows the other closely; the same thought as in {@link BusyWait}. Those of native transports,
 * where an application has put them on the class path, are left as they are.
 */
public final class PollingLoops extends DefaultEventLoopGroupProvider {
  private static final boolean NATIVE =
      EpollProvider.isAvailable() || KqueueProvider.isAvailable() || IOUringProvider.isAvailable();

  private final Duration longest;

  public PollingLoops(int threads, Duration longest) {
    super(threads);
    this.longest = longest;
  }

  /** With a class that Netty 4.2 deprecates, since what replaces it is not in 4.1. */
  @Override
  @SuppressWarnings("deprecation")
  protected <T extends EventLoopGroup> EventExecutorGroup doCreateEventLoopGroup(
      Class<T> type, int threads, io.lettuce.core.resource.ThreadFactoryProvider factory) {
    return NATIVE
        ? super.doCreateEventLoopGroup(type, threads, factory)
        : new NioEventLoopGroup(
            threads,
            factory.getThreadFactory("lettuce-nioEventLoop"),
            SelectorProvider.provider(),
            () -> new Polling(longest.toNanos(), Wakefulness.SHARED::isAwake));
  }

  /** Of one loop; only its thread calls it. One loop of the JVM polls at a time. */
  static final class Polling implements SelectStrategy {
    private static volatile @Nullable Polling last;

    private final long longest;
    private final BooleanSupplier awake;
    private long lastEvent;
    private int closely;
    private boolean slept;

    Polling(long longest, BooleanSupplier awake) {
      this.longest = longest;
      this.awake = awake;
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
      return decide(selectNow, hasTasks, System.nanoTime());
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
    int decide(IntSupplier selectNow, boolean hasTasks, long now) throws Exception {
      if (slept) {
        slept = false;
        event(now); // whatever has woken it
      }
      if (hasTasks) {
        event(now);
        return selectNow.get();
      }
      if (closely < BusyWait.ENOUGH
          || !awake.getAsBoolean()
          || now - lastEvent > longest
          || anotherPolls(now)) {
        slept = true;
        return SELECT;
      }
      int ready = selectNow.get();
      if (ready > 0) {
        event(now);
        return ready;
      }
      Thread.yield();
      return CONTINUE;
    }

    /** One that has been quiet for long does so no more, or is gone. */
    private boolean anotherPolls(long now) {
      Polling other = last;
      if (other != null && other != this && now - other.lastEvent <= other.longest) {
        return true;
      }
      last = this;
      return false;
    }

    private void event(long now) {
      closely = now - lastEvent < longest ? Math.min(BusyWait.ENOUGH, closely + 1) : 0;
      lastEvent = now;
    }
  }
}
