package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Removes entries that a reader could not use, while that reader goes on. A removal that failed is
 * tried again, after 100 ms at first and then twice as long each time, eight times at most: for the
 * entry may be so large that the connection that carried it was closed, and must not cost every
 * later reader a connection too. At most 1,000 wait; beyond that the next reader of the key tries.
 */
public final class UnreadableEntries {
  private static final int TRIES = 8;
  private static final int MOST = 1_000;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final CacheStore store;
  private final StoreGuard guard;
  private final Timers timers;
  private final AtomicInteger waiting = new AtomicInteger();

  public UnreadableEntries(CacheStore store, StoreGuard guard, Timers timers) {
    this.store = store;
    this.guard = guard;
    this.timers = timers;
  }

  /** Removes an entry; its failure is not the caller's. */
  public void remove(String storeKey) {
    remove(storeKey, TRIES, FIRST_PAUSE);
  }

  private void remove(String storeKey, int tries, Duration pause) {
    CompletableFuture<Boolean> dropped = guard.run(() -> store.drop(storeKey));
    dropped.whenComplete(
        (done, failure) -> {
          if (failure != null && tries > 1 && !store.isClosed()) {
            later(storeKey, tries - 1, pause);
          }
        });
  }

  private void later(String storeKey, int tries, Duration pause) {
    if (waiting.incrementAndGet() > MOST) {
      waiting.decrementAndGet();
      return;
    }
    timers.after(
        pause,
        () -> {
          waiting.decrementAndGet();
          remove(storeKey, tries, pause.multipliedBy(2));
        });
  }
}
