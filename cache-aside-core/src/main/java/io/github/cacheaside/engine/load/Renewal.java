package io.github.cacheaside.engine.load;

import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a lease alive while its holder loads: renews it three times in its length, and no more
 * after nine times its length. A third of it later the holder takes too long.
 */
public final class Renewal {
  private static final int RENEWALS_IN_LEASE = 3;
  private static final int MOST_RENEWALS = 9 * RENEWALS_IN_LEASE;

  private final CacheStore store;
  private final StoreGuard guard;
  private final Timers timers;
  private final Duration leaseTime;
  private final String storeKey;
  private final LeaseToken token;
  private final BooleanSupplier wanted;
  private final Runnable tooLong;
  private volatile boolean over;
  private volatile @Nullable Future<?> planned;

  /**
   * For one lease.
   *
   * @param wanted whether there still is a load that may fill
   * @param tooLong is run when there is not, or the load has lasted for nine leases and a third
   */
  Renewal(
      CacheStore store,
      StoreGuard guard,
      Timers timers,
      Duration leaseTime,
      String storeKey,
      LeaseToken token,
      BooleanSupplier wanted,
      Runnable tooLong) {
    this.store = store;
    this.guard = guard;
    this.timers = timers;
    this.leaseTime = leaseTime;
    this.storeKey = storeKey;
    this.token = token;
    this.wanted = wanted;
    this.tooLong = tooLong;
  }

  /** For how long a flight may hold its key, with a lease or without. */
  public static long longestFlightNanos(Duration lease) {
    return lease.toNanos() / RENEWALS_IN_LEASE * (MOST_RENEWALS + 1);
  }

  void start() {
    planned = after(0);
  }

  private Future<?> after(int renewals) {
    return timers.after(
        leaseTime.dividedBy(RENEWALS_IN_LEASE),
        () -> {
          if (!over && (renewals == MOST_RENEWALS || !wanted.getAsBoolean())) {
            tooLong.run();
          } else if (!over) {
            if (!guard.sheds()) {
              guard.quietly(() -> store.renew(storeKey, token, leaseTime));
            }
            planned = after(renewals + 1);
          }
        });
  }

  /** Forgets it. A renewal that is on its way arrives before whatever is sent from now on. */
  void stop() {
    over = true;
    Future<?> next = planned;
    if (next != null) {
      next.cancel(false);
    }
  }
}
