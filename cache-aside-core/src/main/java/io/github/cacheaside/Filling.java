package io.github.cacheaside;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Offers loaded values to the store: with what TTL, age and tags. A failure is counted, no more.
 */
final class Filling<K, V> {
  private final Engine<K, V> engine;
  private final Settings<K, V> settings;

  Filling(Engine<K, V> engine) {
    this.engine = engine;
    this.settings = engine.settings();
  }

  /**
   * Offers a loaded value to the store, which may refuse; null if it is not one to cache, or the
   * store does not answer. Does not wait.
   *
   * @param loadNanos how long the load took
   */
  @Nullable CompletableFuture<Boolean> offer(
      String storeKey,
      LeaseToken token,
      @Nullable Loaded<V> loaded,
      Generations.Before before,
      long loadNanos) {
    if (engine.guard().sheds()) {
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
      StoredValue encoded = engine.values().encode(storeKey, value);
      offered = engine.timed(encoded, ttl, softTtl, loadNanos);
    } catch (RoundTripException strict) {
      throw strict;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      engine.values().uncacheable(e);
      return null;
    }
    Duration time = engine.life(ttl);
    CompletableFuture<Boolean> filling =
        engine
            .guard()
            .run(
                () ->
                    engine
                        .generations()
                        .after(tags, offered, before)
                        .thenCompose(tagged -> fillOrAbandon(storeKey, token, tagged, time)));
    filling.thenAccept(engine.counters()::fill).exceptionally(failure -> null);
    return filling;
  }

  /** How long to cache what was loaded; null for not at all. */
  private @Nullable Duration ttl(@Nullable Loaded<V> loaded) {
    V value = loaded == null ? null : loaded.value();
    if (value == null && !engine.leases()) {
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
        ? engine.store().fill(storeKey, token, tagged.get(), ttl)
        : engine.store().abandon(storeKey, token).thenApply(given -> false);
  }
}
