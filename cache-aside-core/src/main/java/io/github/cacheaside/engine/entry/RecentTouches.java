package io.github.cacheaside.engine.entry;

import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers which values have had their lives prolonged of late, so that hits need not do it each
 * time. A table of fixed size without chains: a key that finds another one in its place takes the
 * place, so some are prolonged more often than they need, and with next to no probability (two
 * hashes of 32 bits that are equal) one is not. 32 kB.
 */
public final class RecentTouches {
  private static final int PLACES = 4096;
  private static final int TIMES = 8;

  private final AtomicLongArray places = new AtomicLongArray(PLACES);
  private final long period;

  /** For values that live that long after each hit. */
  public RecentTouches(Duration idle) {
    this.period = idle.toMillis() / TIMES;
  }

  /** Whether this value is to be prolonged now; true once in a while. */
  public boolean isDue(String storeKey, StoredValue.Timing timing, long now) {
    int hash = (31 * storeKey.hashCode() + Long.hashCode(timing.writtenAt())) * 0x9E3779B9;
    long mine = ((long) hash << Integer.SIZE) | ((now / period) & 0xffff_ffffL);
    int place = hash >>> 20;
    long before = places.get(place);
    return before != mine && places.compareAndSet(place, before, mine);
  }
}
