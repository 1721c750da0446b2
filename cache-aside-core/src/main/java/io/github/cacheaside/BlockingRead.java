package io.github.cacheaside;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One read of a caller who waits for it. Where nothing is there, whoever brings this news asks for
 * the lease at once: a caller on its way to a load is woken once, and not twice.
 */
final class BlockingRead<K, V> {
  private final Engine<K, V> engine;
  private final K key;
  private final @Nullable Origin<K, V> own;
  private final String storeKey;
  private final long beforeLookup;
  private final long began = System.nanoTime();

  /** Null until somebody decides: the one with the news, or a caller who waits no longer. */
  private final AtomicReference<@Nullable Optional<Lead<K, V>>> lead = new AtomicReference<>();

  /** A flight that has begun before its caller knows of it; it waits for its lease. */
  private record Lead<K, V>(
      Attempt<K, V> attempt, Flight<V> flight, CallerThread thread, Call call) {}

  /**
   * Reads a key.
   *
   * @param own what the call loads by; null for the loader of the cache
   */
  BlockingRead(Engine<K, V> engine, K key, @Nullable Origin<K, V> own) {
    this.engine = engine;
    this.key = key;
    this.own = own;
    this.storeKey = engine.settings().storeKey(key);
    this.beforeLookup = engine.beforeLookup(storeKey);
  }

  Read<V> read() {
    Lookup found = look();
    Lead<K, V> mine = decided();
    if (mine != null) {
      mine.call.madeHere(engine.contextOfLoads()); // it was begun by the one with the news
      return await(mine.thread, mine.call, () -> goOn(mine, found));
    }
    Lookup judged = engine.judged(key, storeKey, found, own);
    Read<V> hit = engine.keep(key, judged, engine.hit(storeKey, judged), beforeLookup);
    if (hit != null) {
      return hit;
    }
    CallerThread thread = new CallerThread();
    Call call = new Call(thread, began).by(own).in(engine.contextOfLoads());
    Lookup seen = engine.readable(storeKey, judged);
    return await(thread, call, () -> engine.resolve(key, storeKey, seen, call));
  }

  private Lookup look() {
    try {
      return engine
          .guard()
          .await(() -> engine.lookup(key, storeKey, this::ifMissing), () -> decided() != null);
    } catch (InterruptedException e) {
      leave();
      throw engine.interrupted(e);
    } catch (RuntimeException | Error e) {
      leave();
      throw e;
    }
  }

  private void leave() {
    Lead<K, V> begun = decided();
    if (begun != null) {
      begun.call.abandon();
    }
  }

  private CompletableFuture<Read<V>> goOn(Lead<K, V> lead, Lookup found) {
    engine.refuseToWaitForItself(storeKey, lead.call);
    lead.attempt.proceed(lead.attempt.leased(found));
    return engine.landed(lead.flight);
  }

  private Read<V> await(CallerThread thread, Call call, Supplier<CompletableFuture<Read<V>>> way) {
    try {
      return thread.await(way.get());
    } catch (InterruptedException e) {
      call.abandon();
      throw engine.interrupted(e);
    } catch (RuntimeException | Error e) {
      call.abandon(); // if it has not landed: nobody may wait for a flight whose caller is gone
      throw e;
    }
  }

  /** Begins the way to a load, unless the caller is gone or somebody else is on the way. */
  private CompletionStage<Lookup> ifMissing() {
    Flight<V> mine = new Flight<>();
    if (lead.get() != null || engine.flights().enter(storeKey, mine) != null) {
      return CompletableFuture.completedFuture(Lookup.MISSING);
    }
    try {
      CallerThread thread = new CallerThread();
      Call call = new Call(thread, began).by(own);
      Attempt<K, V> attempt = new Attempt<>(engine, key, storeKey, mine, call);
      CompletionStage<Lookup> leased = engine.guard().lease(attempt::askLease);
      if (!lead.compareAndSet(null, Optional.of(new Lead<>(attempt, mine, thread, call)))) {
        call.abandon(); // the caller has just gone
      }
      return leased;
    } catch (Throwable e) {
      engine.flights().abandon(storeKey, mine, e);
      throw e;
    }
  }

  /** What has begun; if nothing has, nothing will, for the caller waits no longer. */
  private @Nullable Lead<K, V> decided() {
    lead.compareAndSet(null, Optional.empty());
    Optional<Lead<K, V>> decided = lead.get();
    return decided == null ? null : decided.orElse(null);
  }
}
