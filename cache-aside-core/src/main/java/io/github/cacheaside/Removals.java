package io.github.cacheaside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Removes and replaces entries; unlike reads, never silently without effect. */
final class Removals<K, V> {
  private final Engine<K, V> engine;
  private final Settings<K, V> settings;

  Removals(Engine<K, V> engine) {
    this.engine = engine;
    this.settings = engine.settings();
  }

  CompletableFuture<Void> invalidate(Collection<? extends K> keys) {
    Set<String> storeKeys = new LinkedHashSet<>();
    for (K key : keys) {
      storeKeys.add(settings.storeKey(key));
    }
    engine.counters().invalidated(storeKeys.size());
    List<CompletableFuture<Boolean>> drops = new ArrayList<>(storeKeys.size());
    for (String storeKey : storeKeys) {
      engine.flights().detach(storeKey);
      drops.add(engine.guard().run(() -> engine.store().drop(storeKey)));
    }
    return CompletableFuture.allOf(drops.toArray(CompletableFuture<?>[]::new))
        .handle(
            (done, failure) -> {
              if (failure != null) {
                long failed =
                    drops.stream().filter(CompletableFuture::isCompletedExceptionally).count();
                throw failure("invalidating", failed, failure);
              }
              return null;
            });
  }

  CompletableFuture<Void> put(K key, V value) {
    String storeKey = settings.storeKey(key);
    StoredValue stored;
    try {
      stored = StoredValue.of(settings.serializer().serialize(value));
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "value of " + settings.name() + " can't be serialized: " + value.getClass().getName(), e);
    }
    var ttl = settings.ttl().of(value);
    engine.flights().detach(storeKey);
    if (ttl.compareTo(Ttl.SHORTEST) < 0) {
      return invalidate(List.of(key)); // expired already: what is cached is older still
    }
    return engine
        .guard()
        .run(() -> engine.store().put(storeKey, stored, ttl))
        .handle(
            (accepted, failure) -> {
              if (failure != null) {
                throw failure("put of", 1, failure);
              }
              if (accepted) {
                engine.counters().fill(true);
              }
              return null;
            });
  }

  private CacheStoreException failure(String what, long keys, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new CacheStoreException(
        what + " " + keys + (keys == 1 ? " key of " : " keys of ") + settings.name() + " failed",
        cause);
  }
}
