package io.github.cacheaside.engine.read;

import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.Look;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.engine.base.LoadFailures;
import io.github.cacheaside.engine.base.Looks;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.entry.NearCache;
import io.github.cacheaside.engine.entry.StoreReader;
import io.github.cacheaside.engine.guard.Events;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.Origin;
import io.github.cacheaside.spi.Lookup;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The walk of a read: look near, then into the store; judge the age of what is there; answer it, or
 * have the miss resolved.
 *
 * <p>Three steps can fail and have three answers: a failing look is a miss, a failing load reaches
 * the caller, a failing fill is counted and forgotten, since the value is already safe.
 */
public final class CacheReader<K, V> {
  private final ReadParts<K, V> parts;
  private final Settings<K, V> settings;
  private final StoreReader<K, V> store;
  private final Events<K, V> events;

  public CacheReader(ReadParts<K, V> parts) {
    this.parts = parts;
    this.settings = parts.settings();
    this.store = parts.store();
    this.events = parts.events();
  }

  /**
   * Reads on the calling thread; a near hit makes no object but what it answers.
   *
   * @param own the loader of the call; null for that of the cache
   */
  public Optional<V> get(K key, @Nullable CacheLoader<? super K, ? extends V> own) {
    parts.load().origins().check(own);
    NearCache.Entry<V> kept = store.kept(key);
    if (kept == null) {
      return readStore(key, own == null ? null : Origin.ofCall(own)).toOptional();
    }
    events.count(Outcome.NEAR);
    return Optional.ofNullable(kept.value());
  }

  /** Reads on the calling thread; see {@link #get}. */
  public Read<V> read(K key, @Nullable CacheLoader<? super K, ? extends V> own) {
    parts.load().origins().check(own);
    Read<V> kept = store.near(key);
    return kept == null
        ? readStore(key, own == null ? null : Origin.ofCall(own))
        : events.counted(kept);
  }

  private Read<V> readStore(K key, @Nullable Origin<K, V> own) {
    BlockingRead<K, V> blocking = new BlockingRead<>(parts, key, own);
    Read<V> read;
    try {
      read = blocking.read();
    } catch (CacheLoadException e) {
      events.failed(1);
      throw LoadFailures.of(settings.loadExceptions(), e);
    } catch (Throwable e) {
      events.failed(1);
      throw e;
    }
    return events.counted(read);
  }

  /** Reads without blocking; the call is made once it is known that the key is not near. */
  public CompletableFuture<Read<V>> readAsync(K key, Supplier<Call> made) {
    Read<V> kept = store.near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(events.counted(kept));
    }
    String storeKey = settings.storeKey(key);
    Call call = made.get();
    CompletableFuture<Read<V>> answer =
        lookThenResolveAsync(key, storeKey, call)
            .whenComplete(
                (read, failure) -> {
                  call.over();
                  if (failure == null) {
                    events.count(read.outcome());
                  } else {
                    events.failed(1);
                    call.abandonIf(failure);
                  }
                });
    // a copy, or nothing would be abandoned once the caller has canceled it
    return LoadFailures.of(settings.loadExceptions(), answer).copy();
  }

  /** Looks into the store, and goes on by the call's executor. Counts nothing. */
  private CompletableFuture<Read<V>> lookThenResolveAsync(K key, String storeKey, Call call) {
    long beforeLookup = store.beforeLookup(storeKey);
    return parts
        .guard()
        .look(() -> store.lookup(key, storeKey))
        .thenComposeAsync(
            looked -> {
              Lookup found = parts.refresher().judge(key, storeKey, looked, call.origin());
              Read<V> hit = store.keep(key, found, store.hit(storeKey, found), beforeLookup);
              return hit != null
                  ? CompletableFuture.completedFuture(hit)
                  : parts.misses().resolve(key, storeKey, store.readable(storeKey, found), call);
            },
            call.executor());
  }

  /** Takes a ticket on the calling thread: a read, up to where it would load. */
  public Ticket<V> ticket(K key) {
    Read<V> kept = store.near(key);
    return kept == null
        ? new BlockingRead<>(parts, key, null).ticket()
        : DefaultTicket.of(events.counted(kept));
  }

  /**
   * Takes a ticket without blocking: a read, up to where it would load.
   *
   * @param made makes the call once it is known that the key is not near
   */
  public CompletableFuture<Ticket<V>> ticketAsync(K key, Supplier<Call> made) {
    Read<V> kept = store.near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(DefaultTicket.of(events.counted(kept)));
    }
    String storeKey = settings.storeKey(key);
    CompletableFuture<Ticket<V>> ticket = new CompletableFuture<>();
    Handover<V> handover = new Handover<>(settings.name(), events, ticket);
    Call call = made.get().handsOver(handover);
    lookThenResolveAsync(key, storeKey, call)
        .whenComplete((read, failure) -> handover.ended(read, failure, call));
    return ticket;
  }

  /** Looks into the near cache and the store only. */
  public CompletableFuture<Optional<V>> peek(K key, Executor executor) {
    return look(key, executor).thenApply(Look::toOptional);
  }

  /** The same; tells an absence from nothing. */
  public CompletableFuture<Look<V>> look(K key, Executor executor) {
    Read<V> kept = store.near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(Looks.of(kept));
    }
    String storeKey = settings.storeKey(key);
    return parts
        .guard()
        .look(() -> store.lookup(key, storeKey))
        .thenApplyAsync(found -> look(storeKey, found), executor);
  }

  private Look<V> look(String storeKey, Lookup found) {
    if (found instanceof Lookup.Unavailable) {
      return new Look.Unknown<>();
    }
    Read<V> read = store.fresh(storeKey, found);
    return read == null ? new Look.Nothing<>() : Looks.of(read);
  }
}
