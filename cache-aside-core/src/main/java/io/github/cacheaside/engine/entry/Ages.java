package io.github.cacheaside.engine.entry;

import io.github.cacheaside.Expiry;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Expiry} makes of the age of a value: a hit, an old value that is being reloaded,
 * or one that has to be. Decides only, and starts nothing.
 *
 * <p>The clock that a reader compares with is an estimate of the store's. If it is wrong, the
 * reader asks too early, which the store refuses by its own clock, or it comes late.
 */
public final class Ages {
  private static final long LONGEST_LEASE_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final CacheStore store;
  private final @Nullable Expiry expiry;

  /**
   * For the values of one cache.
   *
   * @param expiry null if values are hits until their TTL is over, and carry no age
   */
  Ages(CacheStore store, @Nullable Expiry expiry) {
    this.store = store;
    this.expiry = expiry;
  }

  /** Those of a cache; a loader that tells how long its values are fresh needs ages too. */
  public static Ages of(Settings<?, ?> settings) {
    Expiry own = settings.expiry();
    boolean told = own == null && settings.adaptive() && settings.leases();
    return new Ages(settings.store(), told ? Expiry.NONE : own);
  }

  /** Null if values carry no age. */
  public @Nullable Expiry expiry() {
    return expiry;
  }

  /** The value, with its age as far as its writer knows it. */
  public StoredValue timed(
      StoredValue value, Duration ttl, @Nullable Duration softTtl, long loadNanos) {
    if (expiry == null) {
      return value;
    }
    long load = loadNanos == 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(loadNanos);
    return value.timed(StoredValue.Timing.of(expiry.freshMillis(ttl, softTtl), load));
  }

  /** For how long a value with this TTL is kept if it is not read. */
  public Duration life(Duration ttl) {
    Duration idle = expiry == null ? null : expiry.idle();
    return idle == null || ttl.compareTo(idle) < 0 ? ttl : idle;
  }

  /**
   * What a lookup is worth.
   *
   * @param mayLoad whether there is a loader for the background; else a caller has to load
   */
  public Lookup judge(Lookup found, boolean mayLoad) {
    StoredValue.Timing timing = timing(found);
    return timing == null ? found : judge(found, timing, store.millis(), mayLoad);
  }

  /** The same, with the age of the value and the time that the caller knows already. */
  public Lookup judge(Lookup found, StoredValue.Timing timing, long now, boolean mayLoad) {
    if (expiry == null || !expiry.hasSoft() || timing.freshUntil() > now) {
      return found;
    }
    StoredValue value = ((Lookup.Hit) found).value();
    return (expiry.inBackground() && mayLoad) || isReloading(timing, now)
        ? new Lookup.Revalidating(value)
        : new Lookup.Expired(value);
  }

  /** The age of a hit; null if it carries none, or none is looked at. */
  public StoredValue.@Nullable Timing timing(Lookup found) {
    return expiry != null && found instanceof Lookup.Hit hit ? hit.value().timing() : null;
  }

  /**
   * Whether a reader has the lease to reload. No lease lives for an hour: that is a foreign one.
   */
  public static boolean isReloading(StoredValue.Timing timing, long now) {
    long left = timing.refreshedUntil() - now;
    return left > 0 && left < LONGEST_LEASE_MILLIS;
  }

  /** For how long a hit may be kept in this JVM without hiding that it is time to reload. */
  public long nearNanos(StoredValue value) {
    StoredValue.Timing timing = value.timing();
    if (expiry == null || timing == null) {
      return Long.MAX_VALUE;
    }
    long now = store.millis();
    long until =
        isReloading(timing, now)
            ? Math.min(timing.refreshedUntil(), timing.freshUntil())
            : timing.freshUntil() - expiry.earlyMillis(timing);
    return TimeUnit.MILLISECONDS.toNanos(until - now);
  }

  /** Null if a loader's failure reaches the caller that ran it. */
  public @Nullable Duration throttle() {
    return expiry == null ? null : expiry.throttle();
  }
}
