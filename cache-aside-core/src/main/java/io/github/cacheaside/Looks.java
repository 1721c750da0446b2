package io.github.cacheaside;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Looks into the cache that load nothing. */
final class Looks {
  private Looks() {}

  /** What a read has answered. */
  static <V> Look<V> of(Read<V> read) {
    V value = read.value();
    return value == null
        ? new Look.Absent<>(read.outcome())
        : new Look.Hit<>(value, read.outcome());
  }

  /** Looks near, then into the store. */
  static <K, V> CompletableFuture<Look<V>> look(Engine<K, V> engine, K key, Executor executor) {
    Read<V> kept = engine.near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(of(kept));
    }
    String storeKey = engine.settings().storeKey(key);
    return engine
        .guard()
        .look(() -> engine.lookup(key, storeKey))
        .thenApplyAsync(found -> judged(engine, storeKey, found), executor);
  }

  private static <K, V> Look<V> judged(Engine<K, V> engine, String storeKey, Lookup found) {
    if (found instanceof Lookup.Unavailable) {
      return new Look.Unknown<>();
    }
    Read<V> read =
        engine.isFresh(found) && found instanceof Lookup.Hit hit
            ? engine.decode(storeKey, hit.value())
            : null;
    return read == null ? new Look.Nothing<>() : of(read);
  }
}
