package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.Tokens;
import io.github.cacheaside.spi.CacheStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Has the store look again at leases and marks that do not go away. One without a TTL, or with one
 * that this library does not write, was put there by another program and would keep its key
 * uncached for ever; the store removes such a one when any lease of the key is given back.
 *
 * <p>Asks once a second for keys that share a slot, beginning one second after the first look, so
 * those that go away by themselves mostly cost nothing. Of a fixed size.
 */
public final class ForeignMarks {
  private static final int SLOTS = 256;
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLongArray since = new AtomicLongArray(SLOTS); // 0: not seen yet
  private final CacheStore store;
  private final StoreGuard guard;
  private final LongSupplier nanoTime;

  public ForeignMarks(CacheStore store, StoreGuard guard, LongSupplier nanoTime) {
    this.store = store;
    this.guard = guard;
    this.nanoTime = nanoTime;
  }

  /** A read has found a lease or a mark, and not an entry. */
  public void seen(String storeKey) {
    if (isDue(storeKey)) {
      guard.quietly(() -> store.abandon(storeKey, Tokens.next()));
    }
  }

  boolean isDue(String storeKey) {
    int slot = (storeKey.hashCode() * 0x9E3779B9) >>> 24;
    long now = nanoTime.getAsLong() | 1; // never 0
    long before = since.get(slot);
    if (before == 0) {
      since.compareAndSet(slot, 0, now);
      return false;
    }
    return now - before > PAUSE && since.compareAndSet(slot, before, now);
  }
}
