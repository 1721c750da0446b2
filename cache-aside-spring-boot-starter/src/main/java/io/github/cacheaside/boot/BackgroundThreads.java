package io.github.cacheaside.boot;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Threads on which annotated methods run in the background; made when a cache needs them. */
final class BackgroundThreads implements Supplier<Executor>, DisposableBean {
  private static final int MOST = 64;
  private static final int MOST_WAITING = 10_000;
  private static final String NAME = "cache-aside-load-";

  private final boolean virtual;
  private @Nullable ThreadPoolExecutor pool;

  BackgroundThreads(boolean virtual) {
    this.virtual = virtual;
  }

  @Override
  public synchronized Executor get() {
    if (virtual) {
      return new VirtualThreadTaskExecutor(NAME);
    }
    ThreadPoolExecutor known = pool;
    if (known == null) {
      CustomizableThreadFactory threads = new CustomizableThreadFactory(NAME);
      threads.setDaemon(true);
      known =
          new ThreadPoolExecutor(
              MOST, MOST, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MOST_WAITING), threads);
      known.allowCoreThreadTimeOut(true);
      pool = known;
    }
    return known;
  }

  @Override
  public synchronized void destroy() {
    if (pool != null) {
      pool.shutdownNow();
    }
  }
}
