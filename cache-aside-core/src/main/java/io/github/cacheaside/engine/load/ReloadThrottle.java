package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.entry.Ages;
import io.github.cacheaside.engine.entry.Generations;
import io.github.cacheaside.engine.entry.StoreReader;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.OutageLog;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of reloads: those that succeed are counted; one that failed keeps its lease for a
 * while, which lies in the value's own header. So every reader sees in what it has read anyway that
 * it need not try, and asks for nothing. That is the throttle.
 */
public final class ReloadThrottle<K, V> {
  private final Settings<K, V> settings;
  private final Ages ages;
  private final StoreGuard guard;
  private final Generations<K, V> generations;
  private final StoreReader<K, V> reader;
  private final Counters counters;
  private final OutageLog outages;

  public ReloadThrottle(
      Settings<K, V> settings,
      Ages ages,
      StoreGuard guard,
      Generations<K, V> generations,
      StoreReader<K, V> reader,
      Counters counters) {
    this.settings = settings;
    this.ages = ages;
    this.guard = guard;
    this.generations = generations;
    this.reader = reader;
    this.counters = counters;
    this.outages =
        new OutageLog(
            settings.name(),
            "values can't be reloaded, old ones are served",
            "values are reloaded again, {} loads had failed");
  }

  /** Whether a value that can't be reloaded is left alone for a while, and answers meanwhile. */
  boolean isOn() {
    return ages.throttle() != null;
  }

  /** A value was reloaded. */
  void succeeded() {
    counters.refreshed();
    outages.answered();
  }

  /**
   * A reload failed: keeps the lease for the time of the throttle.
   *
   * @param executor where code of the user may run
   * @return whether the value is still there, so that it may answer
   */
  CompletableFuture<Boolean> failed(
      K key,
      String storeKey,
      LeaseToken token,
      StoredValue.Timing seen,
      Throwable failure,
      Executor executor) {
    counters.refreshFailed();
    outages.failed(new CacheException("the loader threw " + failure.getClass().getName(), null));
    Duration throttle = ages.throttle();
    Duration pause = throttle == null ? settings.leaseTime() : throttle;
    CompletableFuture<Boolean> held =
        guard.run(() -> settings.store().renew(storeKey, token, pause));
    if (generations.none()) {
      return held.exceptionally(ill -> false);
    }
    return held.thenComposeAsync( // its tags may have been invalidated, which leaves the token
            stands ->
                stands
                    ? guard.look(() -> reader.lookup(key, storeKey))
                    : CompletableFuture.completedFuture(Lookup.MISSING),
            executor)
        .thenApply(found -> isStill(seen, ages.timing(found)))
        .exceptionally(ill -> false);
  }

  private static boolean isStill(StoredValue.Timing seen, StoredValue.@Nullable Timing found) {
    return found != null && found.writtenAt() == seen.writtenAt();
  }
}
