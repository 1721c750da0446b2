package io.github.cacheaside;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One and the same time-out for many futures. They are due in the order in which they came, so a
 * queue and one timer for its head will do; {@link CompletableFuture#orTimeout} plans and cancels a
 * timer for each, which wakes a thread each time.
 *
 * <p>What is done leaves the queue with those who come after it, so it holds little more than what
 * is under way.
 */
final class Deadline {
  private static final int MOST_REMOVED_EACH = 2;

  private final Timers timers;
  private final Duration timeout;
  private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean planned = new AtomicBoolean();

  private record Entry(CompletableFuture<?> future, long due) {}

  Deadline(Timers timers, Duration timeout) {
    this.timers = timers;
    this.timeout = timeout;
  }

  /** Fails a future with a {@link TimeoutException} unless it is done in time. */
  <T> CompletableFuture<T> limit(CompletableFuture<T> future) {
    if (future.isDone()) {
      return future;
    }
    queue.add(new Entry(future, System.nanoTime() + timeout.toNanos()));
    for (int i = 0; i < MOST_REMOVED_EACH; i++) {
      Entry head = queue.peek();
      if (head == null || !head.future().isDone()) {
        break;
      }
      queue.remove(head); // another thread may have been quicker
    }
    plan();
    return future;
  }

  private void plan() {
    Entry head = queue.peek();
    if (head != null && planned.compareAndSet(false, true)) {
      Duration left = Duration.ofNanos(Math.max(1, head.due() - System.nanoTime()));
      timers.after(left, this::expire);
    }
  }

  private void expire() {
    Entry head = queue.peek();
    while (head != null && (head.future().isDone() || head.due() - System.nanoTime() <= 0)) {
      if (queue.remove(head) && !head.future().isDone()) {
        CompletableFuture<?> late = head.future();
        // callers may go on within this, so it is not for the timers' thread
        CompletableFuture.runAsync(() -> late.completeExceptionally(new TimeoutException()));
      }
      head = queue.peek();
    }
    planned.set(false);
    plan();
  }

  /** How many are kept. */
  int size() {
    return queue.size();
  }
}
