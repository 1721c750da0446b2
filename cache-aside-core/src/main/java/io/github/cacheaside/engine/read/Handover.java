package io.github.cacheaside.engine.read;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.Look;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.engine.guard.Events;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.Grant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of the way to a {@link Ticket}: where a read would load, the right to fill goes to the
 * caller. Lets go of the ticket with that, so that one which its holder has forgotten is collected.
 */
final class Handover<V> implements Call.Taker {
  private final String cacheName;
  private final Events<?, V> events;
  private final AtomicReference<@Nullable CompletableFuture<Ticket<V>>> awaited;

  /**
   * For one call.
   *
   * @param ticket is completed with the ticket
   */
  Handover(String cacheName, Events<?, V> events, CompletableFuture<Ticket<V>> ticket) {
    this.cacheName = cacheName;
    this.events = events;
    this.awaited = new AtomicReference<>(ticket);
  }

  /** The read has ended: with an answer, or it failed. */
  void ended(@Nullable Read<V> read, @Nullable Throwable failure, Call call) {
    call.over();
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (ticket == null) {
      return;
    }
    if (read != null) {
      ticket.complete(DefaultTicket.of(events.counted(read)));
    } else if (failure != null) {
      call.abandonIf(failure);
      failed(ticket, failure);
    }
  }

  /** The caller goes away with a failure, unless the read has ended. */
  void failed(Throwable failure) {
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (ticket != null) {
      failed(ticket, failure);
    }
  }

  private void failed(CompletableFuture<Ticket<V>> ticket, Throwable failure) {
    events.failed(1);
    ticket.completeExceptionally(
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure);
  }

  @Override
  @SuppressWarnings("unchecked") // a call is one of one cache
  public void take(Call call, Grant<?> offered) {
    Grant<V> grant = (Grant<V>) offered;
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (ticket == null || !grant.isGranted()) {
      grant.abandon(null);
    }
    if (ticket == null) {
      return; // the caller has gone
    }
    if (!grant.isGranted()) {
      inVain(ticket, grant.storeIsIll());
      return;
    }
    events.count(Outcome.LOADED);
    DefaultTicket<V> given = new DefaultTicket<>(cacheName, new Look.Nothing<>(), grant);
    grant.handedOver(given);
    call.over();
    if (!ticket.complete(given)) {
      given.close();
    }
  }

  @Override
  public CacheException inVain(Call call) {
    call.over();
    CompletableFuture<Ticket<V>> ticket = awaited.getAndSet(null);
    if (ticket != null) {
      inVain(ticket, /* ill= */ false);
    }
    return new CacheException("the ticket was given without the right to fill", null);
  }

  private void inVain(CompletableFuture<Ticket<V>> ticket, boolean ill) {
    events.count(Outcome.BYPASSED);
    ticket.complete(
        new DefaultTicket<>(cacheName, ill ? new Look.Unknown<>() : new Look.Nothing<>(), null));
  }
}
