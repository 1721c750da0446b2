package io.github.cacheaside;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to a {@link Ticket}: a read, up to where it would load. Then the attempt goes to the
 * caller. Lets go of the ticket with that, so that one which its holder has forgotten is collected.
 */
final class Handover<K, V> {
  private final Engine<K, V> engine;
  private final AtomicReference<@Nullable CompletableFuture<Ticket<V>>> awaited;

  private Handover(Engine<K, V> engine, CompletableFuture<Ticket<V>> awaited) {
    this.engine = engine;
    this.awaited = new AtomicReference<>(awaited);
  }

  /**
   * Takes a ticket; see {@link Engine#readAsync}.
   *
   * @param made makes the call once it is known that the key is not near
   */
  static <K, V> CompletableFuture<Ticket<V>> ticket(
      Engine<K, V> engine, K key, Supplier<Call> made) {
    Read<V> kept = engine.near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(
          new DefaultTicket<>(Looks.of(engine.events().counted(kept)), null));
    }
    String storeKey = engine.settings().storeKey(key);
    long beforeLookup = engine.beforeLookup(storeKey);
    CompletableFuture<Ticket<V>> ticket = new CompletableFuture<>();
    Handover<K, V> handover = new Handover<>(engine, ticket);
    Call call = made.get().handsOver(handover);
    engine
        .guard()
        .look(() -> engine.lookup(key, storeKey))
        .thenComposeAsync(
            looked -> {
              Lookup found = engine.judged(key, storeKey, looked, null);
              Read<V> hit = engine.keep(key, found, engine.hit(storeKey, found), beforeLookup);
              return hit != null
                  ? CompletableFuture.completedFuture(hit)
                  : engine.resolve(key, storeKey, engine.readable(storeKey, found), call);
            },
            call.executor())
        .whenComplete((read, failure) -> handover.ended(read, failure, call));
    return ticket;
  }

  private void ended(@Nullable Read<V> read, @Nullable Throwable failure, Call call) {
    call.over();
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (read != null) {
      if (ticket != null) {
        ticket.complete(new DefaultTicket<>(Looks.of(engine.events().counted(read)), null));
      }
      return;
    }
    if (ticket != null && failure != null) {
      call.abandonIf(failure);
      engine.events().failed(1);
      ticket.completeExceptionally(
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure);
    }
  }

  /** Gives an attempt to the caller: it holds the lease of its key, or is of no use. */
  void take(Attempt<K, V> attempt) {
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (ticket == null || !attempt.isGranted()) {
      attempt.abandon(null);
    }
    if (ticket == null) {
      return; // the caller has gone
    }
    if (!attempt.isGranted()) {
      inVain(ticket, attempt.storeIsIll());
      return;
    }
    engine.events().count(Outcome.LOADED);
    DefaultTicket<V> given = new DefaultTicket<>(new Look.Nothing<>(), attempt);
    attempt.handedOver(given);
    attempt.call().over();
    if (!ticket.complete(given)) {
      given.close();
    }
  }

  /** Another load takes too long: the caller reads by itself and caches nothing. */
  CompletableFuture<Read<V>> inVain(Call call) {
    call.over();
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (ticket != null) {
      inVain(ticket, /* ill= */ false);
    }
    return CompletableFuture.failedFuture(new CacheException("nobody waits for this", null));
  }

  private void inVain(CompletableFuture<Ticket<V>> ticket, boolean ill) {
    engine.events().count(Outcome.BYPASSED);
    ticket.complete(new DefaultTicket<>(ill ? new Look.Unknown<>() : new Look.Nothing<>(), null));
  }
}
