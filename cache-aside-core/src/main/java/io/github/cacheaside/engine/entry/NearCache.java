package io.github.cacheaside.engine.entry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.spi.ChangeFeed;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Hits of the store, kept in the process for a while.
 *
 * <p>A key has one of many stamps, which moves whenever the store tells of a change. An entry
 * carries the stamp as it was before its value was looked up, and is worth nothing once that has
 * moved; so it does not matter whether the news comes before or after the entry. It is also worth
 * nothing while the {@linkplain ChangeFeed feed} lags behind by more than allowed: a near hit is at
 * most that old, whatever happens to the connection. Only what was found in the store gets in, so
 * filling the near cache changes nothing in the store and drops no entry of another JVM.
 *
 * <p>The heap holds one object of 32 bytes an entry besides the value and what Caffeine needs, and
 * 4 bytes a stamp.
 */
public final class NearCache<K, V> {
  private static final Logger LOG = CacheLog.LOG;
  private static final ChangeFeed NONE = () -> System.nanoTime() - Long.MAX_VALUE / 2;
  private static final int FEWEST_STAMPS = 1 << 10;
  private static final int MOST_STAMPS = 1 << 20;

  /** A value that is kept; null for a row that does not exist. */
  public record Entry<V>(@Nullable V value, int stripe, int stamp, long expires) {
    Read<V> toRead() {
      return new Read<>(value, Outcome.NEAR);
    }
  }

  private final Cache<K, Entry<V>> entries;
  private final AtomicIntegerArray stamps;
  private final AtomicInteger era = new AtomicInteger();
  private final Ttl<? super V> ttl;
  private final @Nullable Duration absentTtl;
  private final long nearNanos;
  private final long maxLagNanos;
  private volatile ChangeFeed feed = NONE;
  private volatile boolean failureLogged;

  private NearCache(Settings<K, V> settings, Settings.NearBounds<K, V> bounds, Counters counters) {
    this.ttl = settings.ttl();
    this.absentTtl = settings.absentTtl();
    this.nearNanos = bounds.ttl().toNanos();
    this.maxLagNanos = bounds.maxLag().minus(CoarseClock.TICK).toNanos();
    this.entries = bounded(bounds, counters);
    long wanted = Math.max(FEWEST_STAMPS, Math.min(MOST_STAMPS, bounds.most()));
    this.stamps = new AtomicIntegerArray(Math.toIntExact(Long.highestOneBit(wanted * 2 - 1)));
  }

  /** Opens one over the store; null if that can't tell of changes, which is logged. */
  public static <K, V> @Nullable NearCache<K, V> open(
      Settings<K, V> settings, Settings.NearBounds<K, V> bounds, Counters counters) {
    NearCache<K, V> near = new NearCache<>(settings, bounds, counters);
    Optional<ChangeFeed> feed = settings.store().changes(settings.keyPrefix(), new KeyChange(near));
    if (feed.isEmpty()) {
      LOG.warn("cache {}: no near cache, its store does not tell of changes", settings.name());
      return null;
    }
    if (!settings.tags().none()) {
      settings.store().changes(settings.tags().storeKey(Tags.ALL), new AnyChange(near));
    }
    near.feed = feed.get();
    CoarseClock.runFor(near);
    return near;
  }

  /** Tells a near cache, and does not keep it: the store has this until the near cache is gone. */
  private static class KeyChange implements ChangeFeed.Listener {
    private final WeakReference<NearCache<?, ?>> near;

    KeyChange(NearCache<?, ?> near) {
      this.near = new WeakReference<>(near);
    }

    @Override
    public void changed(String key) {
      NearCache<?, ?> told = near.get();
      if (told != null) {
        told.changed(key);
      }
    }

    @Override
    public void missedChanges() {
      NearCache<?, ?> told = near.get();
      if (told != null) {
        told.missedChanges();
      }
    }

    @Override
    public boolean isListening() {
      return near.get() != null;
    }
  }

  /** A tag was invalidated: any entry may have it. */
  private static final class AnyChange extends KeyChange {
    AnyChange(NearCache<?, ?> near) {
      super(near);
    }

    @Override
    public void changed(String key) {
      missedChanges();
    }
  }

  private static <K, V> Cache<K, Entry<V>> bounded(
      Settings.NearBounds<K, V> bounds, Counters counters) {
    var weigher = bounds.weigher();
    Caffeine<K, Entry<V>> building =
        Caffeine.newBuilder()
            .evictionListener(
                (@Nullable K key, @Nullable Entry<V> entry, RemovalCause cause) ->
                    counters.nearEvicted());
    if (weigher == null) {
      return building.maximumSize(bounds.most()).build();
    }
    return building
        .maximumWeight(bounds.most())
        .weigher(
            (K key, Entry<V> entry) -> {
              V value = entry.value();
              return value == null ? 1 : weigher.applyAsInt(key, value);
            })
        .build();
  }

  /** Whether anything would be answered now. */
  boolean isLive() {
    return System.nanoTime() - feed.toldUntil() <= maxLagNanos;
  }

  /** What may be answered, or null. Makes no object. */
  @Nullable Entry<V> get(K key) {
    Entry<V> entry = entries.getIfPresent(key);
    if (entry == null) {
      return null;
    }
    // first how complete the news are, then what they were
    long now = CoarseClock.nanoTime();
    boolean live = entry.expires() - now > 0 && now - feed.toldUntil() <= maxLagNanos;
    return live && stamp(entry.stripe()) == entry.stamp() ? entry : null;
  }

  /** What must be known before a value is looked up that shall get in. */
  long stampOf(String storeKey) {
    int stripe = stripe(storeKey);
    return ((long) stripe << Integer.SIZE) | (stamp(stripe) & 0xffff_ffffL);
  }

  /**
   * Takes a hit of the store, for no longer than such a value is cached at all.
   *
   * @param mostNanos for how long at most
   */
  void put(K key, Read<V> hit, long before, long mostNanos) {
    if (mostNanos <= 0 || !isLive()) { // it would be of no use until the stamps move anyway
      return;
    }
    try {
      Duration ttl = hit.value() == null ? absentTtl : this.ttl.of(hit.value());
      long most = Math.min(nearNanos, mostNanos);
      long nanos = ttl == null ? most : Math.min(most, ttl.toNanos());
      int stripe = (int) (before >>> Integer.SIZE);
      long expires = System.nanoTime() + nanos;
      entries.put(key, new Entry<>(hit.value(), stripe, (int) before, expires));
    } catch (RuntimeException
        | StackOverflowError
        | LinkageError
        | AssertionError e) { // the user's weigher or TTL; the value itself is fine
      if (!failureLogged) {
        failureLogged = true;
        LOG.warn(
            "a value is not kept near, its weigher or TTL threw {}; logged once",
            e.getClass().getName());
      }
    }
  }

  /** Both parts only grow, so the sum is the same only while neither has moved. */
  private int stamp(int stripe) {
    return stamps.get(stripe) + era.get();
  }

  private int stripe(String storeKey) {
    int hash = storeKey.hashCode() * 0x9E3779B9; // spreads neighbours, whose hashes are neighbours
    return (hash >>> 7) & (stamps.length() - 1);
  }

  /** A key may have changed. */
  void changed(String storeKey) {
    stamps.incrementAndGet(stripe(storeKey));
  }

  /** Any key may have changed. */
  void missedChanges() {
    era.incrementAndGet(); // moves all stamps; what is worth nothing now is evicted in time
  }
}
