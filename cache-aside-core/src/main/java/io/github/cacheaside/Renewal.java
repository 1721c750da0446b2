package io.github.cacheaside;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a lease alive while its holder loads: renews it three times in its length, for up to ten
 * times its length.
 */
final class Renewal {
  private static final int RENEWALS_IN_LEASE = 3;
  private static final int LONGEST_LOAD_IN_LEASES = 10;

  private final Engine<?, ?> engine;
  private final String storeKey;
  private final LeaseToken token;
  private volatile boolean over;
  private volatile @Nullable Future<?> planned;

  Renewal(Engine<?, ?> engine, String storeKey, LeaseToken token) {
    this.engine = engine;
    this.storeKey = storeKey;
    this.token = token;
  }

  void start() {
    planned = after(0);
  }

  private Future<?> after(int renewals) {
    return engine
        .timers()
        .after(
            engine.settings().lease().dividedBy(RENEWALS_IN_LEASE),
            () -> {
              if (!over && renewals < RENEWALS_IN_LEASE * LONGEST_LOAD_IN_LEASES) {
                if (!engine.guard().sheds()) {
                  engine.quietly(
                      () -> engine.store().renew(storeKey, token, engine.settings().lease()));
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
