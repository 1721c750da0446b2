package io.github.cacheaside.engine.read;

import io.github.cacheaside.Read;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.engine.base.Interrupts;
import io.github.cacheaside.engine.guard.CallerThread;
import io.github.cacheaside.engine.load.Attempt;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.CapturedContext;
import io.github.cacheaside.engine.load.Flight;
import io.github.cacheaside.engine.load.Origin;
import io.github.cacheaside.spi.Lookup;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One read of a caller that waits for it. Where nothing is there, the thread that brings this news
 * asks for the lease at once: a caller on its way to a load is woken once, and not twice.
 */
final class BlockingRead<K, V> {
  private final ReadParts<K, V> parts;
  private final K key;
  private final @Nullable Origin<K, V> own;
  private final String storeKey;
  private final long beforeLookup;
  private final long began = System.nanoTime();
  private @Nullable Handover<V> handover;

  /** Null until it is decided: by the thread with the news, or by a caller that waits no longer. */
  private final AtomicReference<@Nullable Optional<Lead<K, V>>> lead = new AtomicReference<>();

  /** A flight that has begun before its caller knows of it; it waits for its lease. */
  private record Lead<K, V>(
      Attempt<K, V> attempt, Flight<V> flight, CallerThread thread, Call call) {}

  /**
   * Reads a key.
   *
   * @param own what the call loads by; null for the loader of the cache
   */
  BlockingRead(ReadParts<K, V> parts, K key, @Nullable Origin<K, V> own) {
    this.parts = parts;
    this.key = key;
    this.own = own;
    this.storeKey = parts.settings().storeKey(key);
    this.beforeLookup = parts.store().beforeLookup(storeKey);
  }

  /** Reads; a miss loads. */
  Read<V> read() {
    return answer(hit -> hit, (way, call) -> way);
  }

  /** Reads up to where it would load, and counts it. */
  Ticket<V> ticket() {
    CompletableFuture<Ticket<V>> ticket = new CompletableFuture<>();
    Handover<V> taker = new Handover<>(parts.settings().name(), parts.events(), ticket);
    handover = taker;
    try {
      return answer(
          hit -> DefaultTicket.of(parts.events().counted(hit)),
          (way, call) -> {
            way.whenComplete((read, failure) -> taker.ended(read, failure, call));
            return ticket;
          });
    } catch (Throwable e) {
      taker.failed(e);
      throw e;
    }
  }

  private <T> T answer(
      Function<Read<V>, T> ofHit,
      BiFunction<CompletableFuture<Read<V>>, Call, CompletableFuture<T>> end) {
    Lookup found = look();
    Lead<K, V> mine = decided();
    if (mine != null) {
      return await(mine.thread, mine.call, () -> end.apply(goOn(mine, found), mine.call));
    }
    Lookup judged = parts.refresher().judge(key, storeKey, found, own);
    Read<V> hit =
        parts.store().keep(key, judged, parts.store().hit(storeKey, judged), beforeLookup);
    if (hit != null) {
      return ofHit.apply(hit);
    }
    CallerThread thread = new CallerThread();
    Call call = call(thread).in(contextOfLoads());
    Lookup seen = parts.store().readable(storeKey, judged);
    return await(
        thread, call, () -> end.apply(parts.misses().resolve(key, storeKey, seen, call), call));
  }

  private Call call(CallerThread thread) {
    Call call = new Call(thread, began).by(own);
    return handover == null ? call : call.handsOver(handover);
  }

  private CapturedContext contextOfLoads() {
    return handover == null ? parts.load().runner().contextOfLoads() : CapturedContext.NONE;
  }

  private Lookup look() {
    try {
      return parts
          .guard()
          .await(
              () -> parts.store().lookup(key, storeKey, this::ifMissing), () -> decided() != null);
    } catch (InterruptedException e) {
      leave();
      throw Interrupts.told(parts.settings().name(), e);
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
    // it was begun by the thread with the news; what the user's capture throws ends the flight
    lead.call.madeHere(contextOfLoads());
    parts.misses().refuseToWaitForItself(storeKey, lead.call);
    lead.attempt.proceed(lead.attempt.leased(found));
    return parts.misses().landed(lead.flight);
  }

  private <T> T await(CallerThread thread, Call call, Supplier<CompletableFuture<T>> way) {
    try {
      return thread.await(way.get());
    } catch (InterruptedException e) {
      call.abandon();
      throw Interrupts.told(parts.settings().name(), e);
    } catch (RuntimeException | Error e) {
      call.abandon(); // if it has not landed: no caller may wait for a flight whose caller is gone
      throw e;
    }
  }

  /** Begins the way to a load, unless the caller is gone or another thread is on the way. */
  private CompletionStage<Lookup> ifMissing() {
    Flight<V> mine = new Flight<>();
    if (lead.get() != null || parts.load().flights().enter(storeKey, mine) != null) {
      return CompletableFuture.completedFuture(Lookup.MISSING);
    }
    try {
      CallerThread thread = new CallerThread();
      Call call = call(thread);
      Attempt<K, V> attempt = new Attempt<>(parts.load(), key, storeKey, mine, call);
      CompletionStage<Lookup> leased = parts.guard().lease(attempt::askLease);
      if (!lead.compareAndSet(null, Optional.of(new Lead<>(attempt, mine, thread, call)))) {
        call.abandon(); // the caller has just gone
      }
      return leased;
    } catch (Throwable e) {
      parts.load().flights().abandon(storeKey, mine, e);
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
