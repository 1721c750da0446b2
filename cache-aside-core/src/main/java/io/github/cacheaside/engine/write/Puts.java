package io.github.cacheaside.engine.write;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Look;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.codec.RefusedValueException;
import io.github.cacheaside.engine.base.Looks;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Writes values without a load; like a removal, never silently without effect. */
public final class Puts<K, V> {
  /** How many values of one call are under way at most. */
  public static final int WINDOW = 64;

  private static final int MOST_TRIES = 3;

  private final WriteParts<K, V> parts;
  private final Settings<K, V> settings;
  private final Removals<K, V> removals;

  /** A value on its way to the store. */
  private record Offer(
      String storeKey, StoredValue stored, Duration ttl, Set<String> before, Set<String> told) {}

  public Puts(WriteParts<K, V> parts, Removals<K, V> removals) {
    this.parts = parts;
    this.settings = parts.settings();
    this.removals = removals;
  }

  public CompletableFuture<Void> put(K key, V value) {
    Offer offer = offer(key, value);
    parts.flights().detach(offer.storeKey());
    if (offer.ttl().compareTo(Ttl.SHORTEST) < 0) {
      return removals.invalidate(List.of(key)); // expired already: what is cached is older still
    }
    return parts
        .guard()
        .run(() -> tagged(offer).thenCompose(tagged -> put(offer, tagged)))
        .handle(
            (accepted, failure) -> {
              parts.reader().forget(offer.storeKey());
              if (failure != null) {
                throw removals.failure("put of", 1, failure);
              }
              if (accepted) {
                parts.counters().fill(true);
              }
              return null;
            });
  }

  private Offer offer(K key, V value) {
    String storeKey = settings.storeKey(key);
    StoredValue stored;
    try {
      stored = parts.values().encode(storeKey, value);
    } catch (RefusedValueException.Oversized e) {
      throw new IllegalArgumentException(
          "value of " + settings.name() + " is too large to cache: " + e.getMessage(), e);
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "value of " + settings.name() + " can't be serialized: " + value.getClass().getName(), e);
    }
    Duration ttl = settings.ttl().of(value);
    return new Offer(
        storeKey, stored, ttl, settings.tags().before(key), settings.tags().after(value));
  }

  private CompletionStage<Optional<StoredValue>> tagged(Offer offer) {
    StoredValue timed = parts.ages().timed(offer.stored(), offer.ttl(), null, 0);
    return parts
        .generations()
        .readBeforeLoad(offer.before())
        .thenCompose(before -> parts.generations().after(offer.told(), timed, before));
  }

  private CompletionStage<Boolean> put(Offer offer, Optional<StoredValue> tagged) {
    return tagged.isPresent()
        ? parts.store().put(offer.storeKey(), tagged.get(), parts.ages().life(offer.ttl()))
        : parts.store().drop(offer.storeKey()).thenApply(dropped -> false);
  }

  /** Puts all of them, a window at a time; fails when all were tried, if any has failed. */
  public CompletableFuture<Void> putAll(Map<? extends K, ? extends V> values, Executor executor) {
    List<Throwable> failures = new ArrayList<>();
    return window(values.entrySet().iterator(), executor, failures)
        .thenApply(
            done -> {
              if (failures.isEmpty()) {
                return null;
              }
              throw failure(failures);
            });
  }

  /** What is wrong with a value comes first; else how many the store has not taken. */
  private RuntimeException failure(List<Throwable> failures) {
    for (Throwable failure : failures) {
      if (!(failure instanceof CacheStoreException)
          && failure instanceof RuntimeException mistake) {
        return mistake;
      }
    }
    return removals.failure("put of", failures.size(), failures.get(0).getCause());
  }

  private CompletableFuture<Void> window(
      Iterator<? extends Map.Entry<? extends K, ? extends V>> rest,
      Executor executor,
      List<Throwable> failures) {
    List<CompletableFuture<Void>> sent = new ArrayList<>(WINDOW);
    while (rest.hasNext() && sent.size() < WINDOW) {
      Map.Entry<? extends K, ? extends V> next = rest.next();
      sent.add(tried(next.getKey(), next.getValue()));
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .handle((done, failure) -> failed(sent, failures))
        .thenComposeAsync(
            now ->
                rest.hasNext()
                    ? window(rest, executor, failures)
                    : CompletableFuture.completedFuture(null),
            executor);
  }

  private CompletableFuture<Void> tried(K key, V value) {
    try {
      return put(key, Objects.requireNonNull(value, "value"));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static @Nullable Void failed(
      List<CompletableFuture<Void>> sent, List<Throwable> failures) {
    for (CompletableFuture<Void> put : sent) {
      put.exceptionally(
          failure -> {
            failures.add(
                failure instanceof CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure);
            return null;
          });
    }
    return null;
  }

  /** Puts a value if none is cached; nothing if it was put. */
  public CompletableFuture<Look<V>> putIfAbsent(K key, V value, Executor executor) {
    Offer offer = offer(key, value);
    if (offer.ttl().compareTo(Ttl.SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "the TTL of a value of " + settings.name() + " is under 1 ms: " + offer.ttl());
    }
    return putIfAbsent(key, offer, executor, MOST_TRIES)
        .handle(
            (found, failure) -> {
              parts.reader().forget(offer.storeKey());
              if (failure != null) {
                throw removals.failure("put of", 1, failure);
              }
              return found;
            });
  }

  /** What is there and is no value of this cache any more is removed, and the put tried again. */
  private CompletableFuture<Look<V>> putIfAbsent(K key, Offer offer, Executor executor, int tries) {
    return parts
        .guard()
        .run(() -> tagged(offer).thenCompose(tagged -> putIfAbsent(key, offer, tagged)))
        .thenApplyAsync(found -> judged(offer, found), executor)
        .thenCompose(
            look ->
                look.isPresent()
                    ? CompletableFuture.completedFuture(look.get())
                    : removedFirst(offer, tries)
                        .thenCompose(gone -> putIfAbsent(key, offer, executor, tries - 1)));
  }

  private CompletableFuture<Boolean> removedFirst(Offer offer, int tries) {
    if (tries <= 1) {
      throw new IllegalStateException("another program keeps writing what can't be read");
    }
    return parts.guard().run(() -> parts.store().drop(offer.storeKey()));
  }

  private CompletionStage<Lookup> putIfAbsent(K key, Offer offer, Optional<StoredValue> tagged) {
    if (tagged.isEmpty()) { // its tags were invalidated just now
      return CompletableFuture.completedStage(Lookup.WRITING);
    }
    return parts
        .store()
        .putIfAbsent(offer.storeKey(), tagged.get(), parts.ages().life(offer.ttl()))
        .thenCompose(
            found ->
                found instanceof Lookup.Hit && !parts.generations().none()
                    ? parts.reader().lookup(key, offer.storeKey())
                    : CompletableFuture.completedStage(found));
  }

  /** Empty if what was found has to be removed first. */
  private Optional<Look<V>> judged(Offer offer, Lookup found) {
    if (found instanceof Lookup.Granted) {
      parts.flights().detach(offer.storeKey());
      parts.counters().fill(true);
      return Optional.of(new Look.Nothing<>());
    }
    if (found instanceof Lookup.Writing) {
      return Optional.of(new Look.Unknown<>());
    }
    Read<V> read =
        found instanceof Lookup.Hit hit
            ? parts.reader().decode(offer.storeKey(), hit.value())
            : null;
    return Optional.ofNullable(read).map(Looks::of);
  }
}
