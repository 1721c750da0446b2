package io.github.cacheaside.engine.write;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.guard.Reconnections;
import io.github.cacheaside.engine.guard.Windows;
import io.github.cacheaside.engine.write.PendingRemovals.Removal;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Removes and replaces entries; unlike reads, never silently without effect. */
public final class Removals<K, V> implements Reconnections.Action {
  private final WriteParts<K, V> parts;
  private final Settings<K, V> settings;
  private final PendingRemovals pending;
  private final Reconnections reconnections;

  /** The same in all JVMs, so that an invalidation renews the mark of the one before. */
  private final LeaseToken holdOff;

  public Removals(WriteParts<K, V> parts) {
    this.parts = parts;
    this.settings = parts.settings();
    this.holdOff = new LeaseToken(0, settings.holdOff().toMillis());
    this.pending =
        new PendingRemovals(
            settings.name(),
            parts.counters(),
            parts.timers(),
            this::removeOne,
            settings.tags().known(Tags.ALL));
    this.reconnections = Reconnections.of(parts.store());
    reconnections.add(this);
  }

  @Override
  public void reconnected() {
    pending.replay();
  }

  public PendingRemovals pending() {
    return pending;
  }

  public CompletableFuture<Void> invalidate(Collection<? extends K> keys) {
    List<String> storeKeys = storeKeys(keys);
    parts.counters().invalidated(storeKeys.size());
    return remove(storeKeys);
  }

  /**
   * Like an invalidation; and an invalidation is what follows if it fails or has to be repeated.
   */
  public CompletableFuture<Void> soften(Collection<? extends K> keys, Duration maxStale) {
    Ttl.check(maxStale, "maxStale");
    if (!settings.holdOff().isZero()) {
      throw new UnsupportedOperationException(
          settings.name() + " was built with holdOff(" + settings.holdOff() + "): invalidate it");
    }
    List<String> storeKeys = storeKeys(keys);
    parts.counters().invalidated(storeKeys.size());
    storeKeys.forEach(parts.flights()::detach);
    return removeAll(storeKeys, key -> parts.store().soften(key, maxStale));
  }

  public Fence<K, V> fence(Collection<? extends K> keys) {
    if (parts.store().coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new UnsupportedOperationException(
          "the plain and hash layouts of " + settings.name() + " have no place for write intents");
    }
    return new Fence<>(parts, this, storeKeys(keys));
  }

  public TagFence<K, V> fenceTags(Collection<String> tags) {
    if (parts.store().coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new UnsupportedOperationException(
          "the plain and hash layouts of " + settings.name() + " have no place for write intents");
    }
    tags.forEach(this::requireKnown);
    return new TagFence<>(parts, this, settings.tags().fenced(tags));
  }

  private void requireKnown(String tag) {
    if (!settings.tags().known(tag)) {
      throw new UnsupportedOperationException(
          settings.name()
              + " was built without "
              + (tag.equals(Tags.ALL) ? "clearable()" : "tagsOfKey() or tagsOfValue()"));
    }
  }

  private List<String> storeKeys(Collection<? extends K> keys) {
    return keys.stream().map(settings::storeKey).distinct().toList();
  }

  /** Removes entries now; those that fail are tried again later, and the caller learns of it. */
  CompletableFuture<Void> remove(List<String> storeKeys) {
    storeKeys.forEach(parts.flights()::detach);
    return removeAll(storeKeys, this::drop);
  }

  public CompletableFuture<Void> invalidateTag(String tag) {
    requireKnown(tag);
    reconnections.hold(this, settings.keyPrefix());
    Removal removal = Removal.tag(tag);
    pending.note(removal);
    return removeOne(removal)
        .handle(
            (done, failure) -> {
              parts.reader().forgetAll();
              if (failure != null) {
                pending.retry(List.of(removal));
                throw failed(1, failure);
              }
              pending.done(List.of(removal));
              return null;
            });
  }

  /**
   * In windows. What failed, and what was not sent because the store does not answer, is one list
   * that is kept until it is done.
   */
  private CompletableFuture<Void> removeAll(
      List<String> storeKeys, Function<String, CompletionStage<Boolean>> how) {
    reconnections.hold(this, settings.keyPrefix());
    List<String> failed = new ArrayList<>(0);
    AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
    return Windows.<String, Boolean>each(
            storeKeys,
            window -> {
              window.forEach(key -> pending.note(Removal.entry(key)));
              return parts.guard().window(window, how);
            },
            (from, answers) ->
                took(storeKeys.subList(from, from + answers.size()), answers, failed, first))
        .thenApply(
            sent -> {
              List<String> unsent = storeKeys.subList(sent, storeKeys.size());
              unsent.forEach(parts.reader()::forget);
              failed.addAll(unsent);
              if (!failed.isEmpty()) {
                pending.retryKeys(failed);
                throw failed(failed.size(), first.get());
              }
              return null;
            });
  }

  private void took(
      List<String> window,
      List<CompletableFuture<Boolean>> answers,
      List<String> failed,
      AtomicReference<@Nullable Throwable> first) {
    List<Removal> done = new ArrayList<>(window.size());
    for (int i = 0; i < window.size(); i++) {
      String key = window.get(i);
      parts.reader().forget(key);
      Throwable failure =
          answers.get(i).thenApply(this::taken).handle((answer, thrown) -> thrown).join();
      if (failure == null) {
        done.add(Removal.entry(key));
      } else {
        failed.add(key);
        first.compareAndSet(null, failure);
      }
    }
    pending.done(done);
  }

  private CacheStoreException failed(int keys, @Nullable Throwable failure) {
    parts.events().tell(listener -> listener.onInvalidationFailed(settings.name(), keys));
    return failure("invalidating", keys, failure);
  }

  private CompletableFuture<Boolean> removeOne(Removal removal) {
    if (parts.store().isClosed()) {
      pending.abandon();
    }
    String name = removal.name();
    return removal.tag()
        ? parts.guard().run(() -> renew(name))
        : parts.guard().run(() -> drop(name)).thenApply(this::taken);
  }

  /** Removes the entry; with a hold-off, by a mark that is never released, so it ends by itself. */
  private CompletionStage<Boolean> drop(String storeKey) {
    return settings.holdOff().isZero()
        ? parts.store().drop(storeKey)
        : parts.store().intent(storeKey, holdOff, settings.holdOff());
  }

  /**
   * Gives a tag a new generation. With a hold-off the marks of the tag come first: a load that
   * began before them has an old generation, and one that reads the new generation finds them.
   * Without room for a mark what is cached goes all the same, and all of it is tried again.
   */
  private CompletionStage<Boolean> renew(String tag) {
    if (settings.holdOff().isZero()) {
      return parts.generations().invalidate(tag);
    }
    CompletionStage<Boolean> marked = CompletableFuture.completedFuture(true);
    for (String each : settings.tags().fenced(List.of(tag))) {
      marked =
          marked.thenCombine(drop(settings.tags().markKey(each)), (before, room) -> taken(room));
    }
    return marked
        .handle((room, failure) -> failure)
        .thenCompose(
            failure ->
                parts
                    .generations()
                    .invalidate(tag)
                    .thenCompose(
                        done ->
                            failure == null
                                ? CompletableFuture.completedStage(done)
                                : CompletableFuture.failedStage(failure)));
  }

  /**
   * Ends a fenced write to an entry. With a hold-off its mark is placed before the write's goes.
   */
  CompletionStage<Boolean> release(String storeKey, LeaseToken token) {
    if (settings.holdOff().isZero()) {
      return parts.store().release(storeKey, token);
    }
    CompletionStage<Boolean> marked = drop(storeKey);
    return parts
        .store()
        .release(storeKey, token)
        .thenCombine(marked, (stood, room) -> taken(room) && stood);
  }

  /** Whether there was an entry does not matter; whether there was room for a mark does. */
  private Boolean taken(Boolean answer) {
    if (!answer && !settings.holdOff().isZero()) {
      throw new IllegalStateException("too many writes are in flight on a key");
    }
    return answer;
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
