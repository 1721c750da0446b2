package io.github.cacheaside.engine.read;

import io.github.cacheaside.Look;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.engine.base.Interrupts;
import io.github.cacheaside.engine.base.Looks;
import io.github.cacheaside.engine.guard.CallerThread;
import io.github.cacheaside.engine.load.Grant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An answer, or the right to fill, which waits for its holder to load. Nothing of the engine holds
 * it.
 */
final class DefaultTicket<V> implements Ticket<V> {
  private final String cacheName;
  private final Look<V> found;
  private final @Nullable Grant<V> grant;
  private final long asOf = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * A ticket.
   *
   * @param grant the right to fill; null if there is none
   */
  DefaultTicket(String cacheName, Look<V> found, @Nullable Grant<V> grant) {
    this.cacheName = cacheName;
    this.found = found;
    this.grant = grant;
  }

  /** A ticket that only tells what was found. */
  static <V> Ticket<V> of(Read<V> read) {
    return new DefaultTicket<>("", Looks.of(read), null);
  }

  @Override
  public Look<V> found() {
    return found;
  }

  @Override
  public boolean mayFill() {
    return grant != null && !ended.get() && grant.isOpen();
  }

  @Override
  public boolean fill(V value) {
    return await(fillAsync(Objects.requireNonNull(value, "value")));
  }

  @Override
  public boolean fillAbsent() {
    return await(fillAsync(null));
  }

  private boolean await(CompletableFuture<Boolean> filling) {
    try {
      return new CallerThread().await(filling);
    } catch (InterruptedException e) {
      throw Interrupts.told(cacheName, e);
    }
  }

  @Override
  public CompletableFuture<Boolean> fillAsync(@Nullable V value) {
    return grant == null || !ended.compareAndSet(false, true)
        ? CompletableFuture.completedFuture(false)
        : grant.fill(value, asOf);
  }

  @Override
  public void close() {
    if (grant != null && ended.compareAndSet(false, true)) {
      grant.abandon(null);
    }
  }

  /** Says what was found and never a value. */
  @Override
  public String toString() {
    return "Ticket[" + found + ", mayFill=" + mayFill() + "]";
  }
}
