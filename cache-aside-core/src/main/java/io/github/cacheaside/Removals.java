package io.github.cacheaside;

import io.github.cacheaside.PendingRemovals.Removal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Removes and replaces entries; unlike reads, never silently without effect. */
final class Removals<K, V> implements Reconnections.Action {
  private final Engine<K, V> engine;
  private final Settings<K, V> settings;
  private final PendingRemovals pending;
  private final Reconnections reconnections;

  /** One for all, so that an invalidation renews the mark of the one before. */
  private final LeaseToken holdOff = Tokens.next();

  Removals(Engine<K, V> engine) {
    this.engine = engine;
    this.settings = engine.settings();
    this.pending =
        new PendingRemovals(settings.name(), engine.counters(), engine.timers(), this::removeOne);
    this.reconnections = Reconnections.of(engine.store());
    reconnections.add(this);
  }

  @Override
  public void reconnected() {
    pending.replay();
  }

  PendingRemovals pending() {
    return pending;
  }

  CompletableFuture<Void> invalidate(Collection<? extends K> keys) {
    List<String> storeKeys = storeKeys(keys);
    engine.counters().invalidated(storeKeys.size());
    return remove(storeKeys);
  }

  /**
   * Like an invalidation; and an invalidation is what follows if it fails or has to be repeated.
   */
  CompletableFuture<Void> soften(Collection<? extends K> keys, Duration maxStale) {
    Ttl.check(maxStale, "maxStale");
    if (!settings.holdOff().isZero()) {
      throw new UnsupportedOperationException(
          settings.name() + " was built with holdOff(" + settings.holdOff() + "): invalidate it");
    }
    List<String> storeKeys = storeKeys(keys);
    engine.counters().invalidated(storeKeys.size());
    storeKeys.forEach(engine.flights()::detach);
    return removeAll(
        storeKeys.stream().map(Removal::entry).toList(),
        entry -> engine.guard().run(() -> engine.store().soften(entry.name(), maxStale)));
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
    storeKeys.forEach(engine.flights()::detach);
    return removeAll(storeKeys.stream().map(Removal::entry).toList(), this::removeOne);
  }

  CompletableFuture<Void> invalidateTag(String tag) {
    if (!settings.tags().known(tag)) {
      throw new UnsupportedOperationException(
          settings.name()
              + " was built without "
              + (tag.equals(Tags.ALL) ? "clearable()" : "tagsOfKey() or tagsOfValue()"));
    }
    return removeAll(List.of(Removal.tag(tag)), this::removeOne);
  }

  private CompletableFuture<Void> removeAll(
      List<Removal> wanted, Function<Removal, CompletableFuture<Boolean>> how) {
    reconnections.hold(this, settings.keyPrefix());
    List<CompletableFuture<Boolean>> sent = new ArrayList<>(wanted.size());
    for (Removal removal : wanted) {
      pending.note(removal);
      sent.add(how.apply(removal));
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .handle(
            (done, failure) -> {
              wanted.forEach(this::forget);
              if (failure != null) {
                throw failed(wanted, sent, failure);
              }
              pending.done(wanted);
              return null;
            });
  }

  private void forget(Removal removal) {
    if (removal.tag()) {
      engine.forgetAll();
    } else {
      engine.forget(removal.name());
    }
  }

  private CacheStoreException failed(
      List<Removal> wanted, List<CompletableFuture<Boolean>> sent, Throwable failure) {
    List<Removal> failed = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (sent.get(i).isCompletedExceptionally()) {
        failed.add(wanted.get(i));
      }
    }
    pending.retry(failed);
    engine.events().tell(listener -> listener.onInvalidationFailed(settings.name(), failed.size()));
    return failure("invalidating", failed.size(), failure);
  }

  private CompletableFuture<Boolean> removeOne(Removal removal) {
    if (engine.store().isClosed()) {
      pending.abandon();
    }
    String name = removal.name();
    if (removal.tag()) {
      return engine.guard().run(() -> engine.generations().invalidate(name));
    }
    return settings.holdOff().isZero()
        ? engine.guard().run(() -> engine.store().drop(name))
        : holdOff(name);
  }

  /** Gives the key a mark that nobody releases, so it expires by itself. */
  private CompletableFuture<Boolean> holdOff(String storeKey) {
    return engine
        .guard()
        .run(() -> engine.store().intent(storeKey, holdOff, settings.holdOff()))
        .thenApply(
            placed -> {
              if (!placed) {
                throw new IllegalStateException("too many writes are in flight on a key");
              }
              return true;
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
