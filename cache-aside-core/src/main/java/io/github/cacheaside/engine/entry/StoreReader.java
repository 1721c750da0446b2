package io.github.cacheaside.engine.entry;

import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.guard.UnreadableEntries;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the near cache and the store, and tells what there is: a hit, a stale copy, or nothing
 * to use. Loads nothing.
 */
public final class StoreReader<K, V> {
  private final CacheStore store;
  private final Generations<K, V> generations;
  private final Values<V> values;
  private final Ages ages;
  private final UnreadableEntries unreadable;
  private final @Nullable NearCache<K, V> near;

  public StoreReader(
      CacheStore store,
      Generations<K, V> generations,
      Values<V> values,
      Ages ages,
      UnreadableEntries unreadable,
      @Nullable NearCache<K, V> near) {
    this.store = store;
    this.generations = generations;
    this.values = values;
    this.ages = ages;
    this.unreadable = unreadable;
    this.near = near;
  }

  /** What is kept near; null if nothing is. Makes no object. */
  public NearCache.@Nullable Entry<V> kept(K key) {
    return near == null ? null : near.get(key);
  }

  /** A near hit; null if there is none. */
  public @Nullable Read<V> near(K key) {
    NearCache.Entry<V> kept = kept(key);
    return kept == null ? null : kept.toRead();
  }

  public boolean hasNear() {
    return near != null;
  }

  /** To be asked before a lookup whose hit shall be {@linkplain #keep kept}. */
  public long beforeLookup(String storeKey) {
    return near == null ? 0 : near.stampOf(storeKey);
  }

  /** Keeps a hit of the store near; what is none is not kept. */
  public @Nullable Read<V> keep(K key, Lookup found, @Nullable Read<V> hit, long beforeLookup) {
    if (near != null && hit != null && found instanceof Lookup.Hit kept) {
      near.put(key, hit, beforeLookup, ages.nearNanos(kept.value()));
    }
    return hit;
  }

  /** What this JVM has removed must not be answered here, however late the store tells. */
  public void forget(String storeKey) {
    if (near != null) {
      near.changed(storeKey);
    }
  }

  public void forgetAll() {
    if (near != null) {
      near.missedChanges();
    }
  }

  public CompletionStage<Lookup> lookup(K key, String storeKey) {
    return generations.none()
        ? store.lookup(storeKey)
        : generations.new Lookups().lookup(key, storeKey);
  }

  /** The same; if nothing is there, the answer is that of what is started then, at once. */
  public CompletionStage<Lookup> lookup(
      K key, String storeKey, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return generations.none() ? store.lookup(storeKey, ifMissing) : lookup(key, storeKey);
  }

  /** Lookups for one call, which share what they know of tags. */
  public Generations<K, V>.Lookups lookups() {
    return generations.new Lookups();
  }

  /** For many values, one after the other on one thread, which closes it. */
  public Serializer.Batch<V> batch() {
    return values.batch();
  }

  /** The value; null if its bytes can't be read, which is counted. */
  public @Nullable Read<V> decode(String storeKey, StoredValue stored) {
    return values.decode(storeKey, stored);
  }

  /** What answers at once; null for everything else, an unreadable value included. */
  public @Nullable Read<V> hit(String storeKey, Lookup found) {
    return found instanceof Lookup.Hit hit
        ? decode(storeKey, hit.value())
        : revalidating(storeKey, found);
  }

  /** The same, for one of many. */
  public @Nullable Read<V> hit(String storeKey, Lookup found, Serializer.Batch<V> batch) {
    return found instanceof Lookup.Hit hit
        ? values.decode(storeKey, hit.value(), batch)
        : revalidating(storeKey, found);
  }

  private @Nullable Read<V> revalidating(String storeKey, Lookup found) {
    return found instanceof Lookup.Revalidating ? stale(storeKey, found) : null;
  }

  /** A hit that is not stale; null for everything else. */
  public @Nullable Read<V> fresh(String storeKey, Lookup found) {
    return ages.judge(found, /* mayLoad= */ false) instanceof Lookup.Hit hit
        ? decode(storeKey, hit.value())
        : null;
  }

  /** The value of a stale copy; null for everything else, an unreadable copy included. */
  public @Nullable Read<V> stale(String storeKey, Lookup found) {
    StoredValue copy = null;
    if (found instanceof Lookup.Stale stale) {
      copy = stale.value();
    } else if (found instanceof Lookup.Expired expired) {
      copy = expired.value();
    } else if (found instanceof Lookup.Revalidating revalidating) {
      copy = revalidating.value();
    }
    Read<V> read = copy == null ? null : decode(storeKey, copy);
    return read == null ? null : new Read<>(read.value(), Outcome.STALE);
  }

  /** What to make of a lookup that was no readable hit: an unreadable one is removed first. */
  public Lookup readable(String storeKey, Lookup found) {
    if (found instanceof Lookup.Hit
        || found instanceof Lookup.Outdated
        || found instanceof Lookup.Revalidating) {
      drop(storeKey);
      return Lookup.MISSING;
    }
    return found;
  }

  /** Removes what can't be used; its failure is not the caller's. */
  public void drop(String storeKey) {
    unreadable.remove(storeKey);
  }
}
