package io.github.cacheaside;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One and the same time-out for many futures. They are due in the order in which they came, so a
 * queue and one timer for its head will do; {@link CompletableFuture#orTimeout} plans and cancels a
 * timer for each, which wakes a thread each time.
 *
 * <p>What is done is let go at once, and its place in the queue by those who come after it, unless
 * one before it is not done: then some 30 bytes stay until that one is due.
 */
final class Deadline {
  private static final int MOST_REMOVED_EACH = 4;

  private final Timers timers;
  private final Duration timeout;
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

  Deadline(Timers timers, Duration timeout) {
    this.timers = timers;
    this.timeout = timeout;
  }

  /** Fails a future with a {@link TimeoutException} unless it is done in time. */
  <T> CompletableFuture<T> limit(CompletableFuture<T> future) {
    if (future.isDone()) {
      return future;
    }
    Entry entry = new Entry(future, System.nanoTime() + timeout.toNanos());
    queue.add(entry);
    future.whenComplete((value, failure) -> entry.future = null);
    removeDone();
    plan();
    return future;
  }

  private void removeDone() {
    if (!removing.compareAndSet(false, true)) {
      return; // somebody does it
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
      Duration left = Duration.ofNanos(Math.max(1, head.due - System.nanoTime()));
      timers.after(left, this::expire);
    }
  }

  private void expire() {
    List<CompletableFuture<?>> late = takeLate();
    planned.set(false);
    plan();
    // as orTimeout does it, on the timers' thread: what follows goes to the callers' executors
    late.forEach(future -> future.completeExceptionally(new TimeoutException()));
  }

  private List<CompletableFuture<?>> takeLate() {
    List<CompletableFuture<?>> late = new ArrayList<>();
    while (!removing.compareAndSet(false, true)) {
      Thread.onSpinWait(); // for the few steps of removeDone
    }
    Entry head = queue.peek();
    while (head != null && (head.isDone() || head.due - System.nanoTime() <= 0)) {
      queue.poll();
      CompletableFuture<?> future = head.future;
      if (future != null) {
        late.add(future);
      }
      head = queue.peek();
    }
    removing.set(false);
    return late;
  }

  /** How many are kept. */
  int size() {
    return queue.size();
  }
}
