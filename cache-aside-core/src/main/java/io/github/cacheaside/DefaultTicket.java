package io.github.cacheaside;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An answer, or an attempt that waits for its holder to load. Nothing of the engine holds it. */
final class DefaultTicket<V> implements Ticket<V> {
  private final Look<V> found;
  private final @Nullable Attempt<?, V> attempt;
  private final long asOf = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * A ticket.
   *
   * @param attempt what has the right to fill; null if there is none
   */
  DefaultTicket(Look<V> found, @Nullable Attempt<?, V> attempt) {
    this.found = found;
    this.attempt = attempt;
  }

  @Override
  public Look<V> found() {
    return found;
  }

  @Override
  public boolean mayFill() {
    return attempt != null && !ended.get() && attempt.hasRight();
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
      throw Objects.requireNonNull(attempt).interrupted(e);
    }
  }

  @Override
  public CompletableFuture<Boolean> fillAsync(@Nullable V value) {
    return attempt == null || !ended.compareAndSet(false, true)
        ? CompletableFuture.completedFuture(false)
        : attempt.fill(value, asOf);
  }

  @Override
  public void close() {
    if (attempt != null && ended.compareAndSet(false, true)) {
      attempt.abandon(null);
    }
  }

  /** Says what was found and never a value. */
  @Override
  public String toString() {
    return "Ticket[" + found + ", mayFill=" + mayFill() + "]";
  }
}
