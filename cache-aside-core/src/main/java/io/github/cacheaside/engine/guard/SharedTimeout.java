package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One and the same time-out for many futures. They are due in the order in which they came, so a
 * queue and one timer for its head will do; {@link CompletableFuture#orTimeout} plans and cancels a
 * timer for each, which wakes a thread each time.
 *
 * <p>What was due while this JVM {@linkplain HeldUp stood still} has 20 ms more.
 *
 * <p>What is done is let go at once, and its place in the queue by those who come after it, unless
 * one before it is not done: then some 30 bytes stay until that one is due.
 */
final class SharedTimeout {
  private static final int MOST_REMOVED_EACH = 4;

  private final Timers timers;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean removing = new AtomicBoolean();
  private final AtomicBoolean planned = new AtomicBoolean();

  private static final class Entry {
    final long due;
    volatile @Nullable CompletableFuture<?> future;

    Entry(CompletableFuture<?> future, long due) {
      this.future = future;
      this.due = due;
    }

    boolean isDone() {
      return future == null;
    }
  }

  SharedTimeout(Timers timers, Duration timeout) {
    this(timers, timeout, System::nanoTime);
  }

  SharedTimeout(Timers timers, Duration timeout, LongSupplier nanoTime) {
    this.timers = timers;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
  }

  /** Fails a future with a {@link TimeoutException} unless it is done in time. */
  <T> CompletableFuture<T> limit(CompletableFuture<T> future) {
    if (future.isDone()) {
      return future;
    }
    Entry entry = new Entry(future, nanoTime.getAsLong() + timeout.toNanos());
    queue.add(entry);
    future.whenComplete((value, failure) -> entry.future = null);
    removeDone();
    plan();
    return future;
  }

  private void removeDone() {
    if (!removing.compareAndSet(false, true)) {
      return; // another thread does it
    }
    Entry head = queue.peek();
    for (int i = 0; i < MOST_REMOVED_EACH && head != null && head.isDone(); i++) {
      queue.poll();
      head = queue.peek();
    }
    removing.set(false);
  }

  private void plan() {
    Entry head = queue.peek();
    if (head != null && planned.compareAndSet(false, true)) {
      Duration left = Duration.ofNanos(Math.max(1, head.due - nanoTime.getAsLong()));
      timers.after(left, this::expire);
    }
  }

  private void expire() {
    List<CompletableFuture<?>> late = new ArrayList<>();
    List<CompletableFuture<?>> heldUp = new ArrayList<>();
    takeLate(late, heldUp);
    planned.set(false);
    plan();
    fail(late);
    if (!heldUp.isEmpty()) {
      timers.after(HeldUp.GRACE, () -> fail(heldUp));
    }
  }

  /** As orTimeout does it, on the timers' thread: what follows goes to the callers' executors. */
  private static void fail(List<CompletableFuture<?>> futures) {
    futures.forEach(future -> future.completeExceptionally(new TimeoutException()));
  }

  private void takeLate(List<CompletableFuture<?>> late, List<CompletableFuture<?>> heldUp) {
    while (!removing.compareAndSet(false, true)) {
      Thread.onSpinWait(); // for the few steps of removeDone
    }
    Entry head = queue.peek();
    long now = nanoTime.getAsLong();
    while (head != null && (head.isDone() || head.due - now <= 0)) {
      queue.poll();
      CompletableFuture<?> future = head.future;
      if (future != null) {
        (HeldUp.isHeldUp(head.due, now) ? heldUp : late).add(future);
      }
      head = queue.peek();
    }
    removing.set(false);
  }

  /** How many are kept. */
  int size() {
    return queue.size();
  }
}
