package io.github.cacheaside.engine.load;

import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How one attempt waits for a load that goes on elsewhere: it looks again when the store tells that
 * the lease has ended, and at the latest after a pause.
 *
 * <ul>
 *   <li>While the store tells, the pause is 100 ms: a message can get lost.
 *   <li>While it does not, the pause is 8 ms during the first second, then 1/125 of the time waited
 *       so far, and 50 ms at most.
 *   <li>After a message that was for nothing (the lease was renewed, for one) comes one such short
 *       pause, so that no store can make the attempt spin.
 * </ul>
 */
public final class Waiting {
  /** In nanoseconds. */
  public static final long PAUSE_IF_TOLD = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(8);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int LOOKS_IN_SECOND = 125;

  private final long began = System.nanoTime();
  private final long longest;
  private final Timers timers;
  private CompletableFuture<Boolean> told = CompletableFuture.completedFuture(false);

  Waiting(Duration longest, Timers timers) {
    this.longest = longest.toNanos();
    this.timers = timers;
  }

  boolean isOver() {
    return System.nanoTime() - began >= longest;
  }

  /** Completes when it is time to look again; never exceptionally. Not before the last one has. */
  CompletableFuture<Boolean> untilNextLook(CacheStore store, String key) {
    boolean forNothing = told.join();
    Optional<CompletionStage<Void>> ended = forNothing ? Optional.empty() : watch(store, key);
    CompletableFuture<Boolean> next = new CompletableFuture<>();
    Duration pause = Duration.ofNanos(pause(ended.isPresent()));
    Future<?> timer = timers.after(pause, () -> next.complete(false));
    next.thenRun(() -> timer.cancel(false));
    ended.ifPresent(stage -> stage.whenComplete((end, failure) -> next.complete(true)));
    told = next;
    return next;
  }

  private static Optional<CompletionStage<Void>> watch(CacheStore store, String key) {
    try {
      return store.watch(key);
    } catch (RuntimeException
        | StackOverflowError
        | LinkageError
        | AssertionError e) { // the next look meets the same failure, and counts it
      return Optional.empty();
    }
  }

  private long pause(boolean storeTells) {
    long waited = System.nanoTime() - began;
    long pause =
        storeTells
            ? PAUSE_IF_TOLD
            : Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, waited / LOOKS_IN_SECOND));
    return Math.max(1, Math.min(pause, longest - waited));
  }
}
