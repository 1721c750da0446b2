package io.github.cacheaside.engine.entry;

import io.github.cacheaside.Loaded;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.codec.RoundTripException;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Offers loaded values to the store: with what TTL, age and tags. A failure is counted, no more.
 */
public final class StoreFiller<K, V> {
  private final Settings<K, V> settings;
  private final CacheStore store;
  private final StoreGuard guard;
  private final Generations<K, V> generations;
  private final Values<V> values;
  private final Ages ages;
  private final Counters counters;

  public StoreFiller(
      Settings<K, V> settings,
      StoreGuard guard,
      Generations<K, V> generations,
      Values<V> values,
      Ages ages,
      Counters counters) {
    this.settings = settings;
    this.store = settings.store();
    this.guard = guard;
    this.generations = generations;
    this.values = values;
    this.ages = ages;
    this.counters = counters;
  }

  /**
   * Offers a loaded value to the store, which may refuse; null if it is not one to cache, or the
   * store does not answer. Does not wait.
   *
   * @param loadNanos how long the load took
   */
  public @Nullable CompletableFuture<Boolean> offer(
      String storeKey,
      LeaseToken token,
      @Nullable Loaded<V> loaded,
      Generations.Before before,
      long loadNanos) {
    if (guard.sheds()) {
      return null;
    }
    Set<String> tags;
    StoredValue offered;
    Duration ttl;
    V value = loaded == null ? null : loaded.value();
    try {
      ttl = ttl(loaded);
      tags = settings.tags().after(value);
      if (ttl == null || ttl.compareTo(Ttl.SHORTEST) < 0) {
        return null;
      }
      Duration softTtl = loaded == null ? null : loaded.soft();
      StoredValue encoded = values.encode(storeKey, value);
      offered = ages.timed(encoded, ttl, softTtl, loadNanos);
    } catch (RoundTripException strict) {
      throw strict;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      values.uncacheable(e);
      return null;
    }
    Duration time = ages.life(ttl);
    CompletableFuture<Boolean> filling =
        guard.run(
            () ->
                generations
                    .after(tags, offered, before)
                    .thenCompose(tagged -> fillOrAbandon(storeKey, token, tagged, time)));
    filling.thenAccept(counters::fill).exceptionally(failure -> null);
    return filling;
  }

  /** How long to cache what was loaded; null for not at all. */
  private @Nullable Duration ttl(@Nullable Loaded<V> loaded) {
    V value = loaded == null ? null : loaded.value();
    if (value == null && !settings.leases()) {
      return null; // there is no place for it
    }
    if (loaded != null && loaded.ttl() != null) {
      return loaded.ttl();
    }
    return value == null ? settings.absentTtl() : settings.ttl().of(value);
  }

  private CompletionStage<Boolean> fillOrAbandon(
      String storeKey, LeaseToken token, Optional<StoredValue> tagged, Duration ttl) {
    return tagged.isPresent()
        ? store.fill(storeKey, token, tagged.get(), ttl)
        : store.abandon(storeKey, token).thenApply(given -> false);
  }
}
