package io.github.cacheaside.benchmarks.experiments.large;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.load.Latencies;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Reads one cached key after another of a cache of its own, some thousand a second. */
final class LargeReader implements AutoCloseable {
  private static final long KEYS = 1_000;
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  private final AtomicLong loads = new AtomicLong();
  private final CacheAside<Long, String> cache;
  private final List<String> micros = new ArrayList<>();
  private final Thread thread = new Thread(this::read, "reader");
  private volatile boolean over;
  private volatile Latencies latencies = new Latencies();

  LargeReader(RedisCacheStore store) {
    cache =
        CacheAside.builder(store, "other", Serializer.utf8())
            .build(
                (Long key) -> {
                  loads.incrementAndGet();
                  return "other" + key;
                });
    for (long key = 0; key < KEYS; key++) {
      var unused = cache.get(key);
    }
    store.ping().toCompletableFuture().join();
    loads.set(0);
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    for (long i = 0; !over; i++) {
      long began = System.nanoTime();
      var unused = cache.get(i % KEYS);
      micros.add(Long.toString((System.nanoTime() - began) / 1_000));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  Latencies latencies() {
    return latencies;
  }

  long loads() {
    return loads.get();
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    Latencies all = new Latencies();
    all.add(" " + String.join(",", micros));
    latencies = all;
  }
}
