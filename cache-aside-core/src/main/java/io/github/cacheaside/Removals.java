package io.github.cacheaside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Removes and replaces entries; unlike reads, never silently without effect. */
final class Removals<K, V> {
  private final Engine<K, V> engine;
  private final Settings<K, V> settings;
  private final PendingRemovals pending;

  Removals(Engine<K, V> engine) {
    this.engine = engine;
    this.settings = engine.settings();
    this.pending = new PendingRemovals(settings.name(), engine.counters(), key -> removeOne(key));
    engine.store().onReconnect(pending::replay);
  }

  PendingRemovals pending() {
    return pending;
  }

  CompletableFuture<Void> invalidate(Collection<? extends K> keys) {
    List<String> storeKeys = storeKeys(keys);
    engine.counters().invalidated(storeKeys.size());
    return remove(storeKeys);
  }

  Fence<K, V> fence(Collection<? extends K> keys) {
    if (engine.store().coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new UnsupportedOperationException(
          "the plain and hash layouts of " + settings.name() + " have no place for write intents");
    }
    return new Fence<>(engine, this, storeKeys(keys));
  }

  private List<String> storeKeys(Collection<? extends K> keys) {
    return keys.stream().map(settings::storeKey).distinct().toList();
  }

  /** Removes entries now; those that fail are tried again later, and the caller learns of it. */
  CompletableFuture<Void> remove(List<String> storeKeys) {
    List<CompletableFuture<Boolean>> removals = new ArrayList<>(storeKeys.size());
    for (String storeKey : storeKeys) {
      engine.flights().detach(storeKey);
      pending.note(storeKey);
      removals.add(removeOne(storeKey));
    }
    return CompletableFuture.allOf(removals.toArray(CompletableFuture<?>[]::new))
        .handle(
            (done, failure) -> {
              if (failure != null) {
                List<String> failed = new ArrayList<>();
                for (int i = 0; i < storeKeys.size(); i++) {
                  if (removals.get(i).isCompletedExceptionally()) {
                    failed.add(storeKeys.get(i));
                  }
                }
                pending.retry(failed);
                engine.tell(
                    listener -> listener.onInvalidationFailed(settings.name(), failed.size()));
                throw failure("invalidating", failed.size(), failure);
              }
              return null;
            });
  }

  /** With a hold-off the key gets a mark that nobody releases, so it expires by itself. */
  private CompletableFuture<Boolean> removeOne(String storeKey) {
    return engine
        .guard()
        .run(
            () ->
                settings.holdOff().isZero()
                    ? engine.store().drop(storeKey)
                    : engine.store().intent(storeKey, Tokens.next(), settings.holdOff()));
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

  CacheStoreException failure(String what, long keys, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new CacheStoreException(
        what + " " + keys + (keys == 1 ? " key of " : " keys of ") + settings.name() + " failed",
        cause);
  }
}
