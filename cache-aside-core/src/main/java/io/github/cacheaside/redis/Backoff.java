package io.github.cacheaside.redis;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Says how soon something may be done again: after a pause that doubles each time, up to a longest
 * one. After twice that long without it, the pause is the first again.
 */
final class Backoff {
  private record Turn(long at, long pause) {}

  private final long first;
  private final long longest;
  private final AtomicReference<Turn> last;

  /** Allows the first time at once. */
  Backoff(Duration first, Duration longest) {
    this.first = first.toNanos();
    this.longest = longest.toNanos();
    this.last = new AtomicReference<>(new Turn(System.nanoTime() - 3 * longest.toNanos(), 0));
  }

  /** Whether it may be done now; if so, it counts as done. */
  boolean mayNow() {
    return mayAt(System.nanoTime());
  }

  boolean mayAt(long now) {
    Turn before = requireNonNull(last.get());
    long since = now - before.at();
    if (since < before.pause()) {
      return false;
    }
    long pause =
        since > 2 * longest ? first : Math.min(longest, Math.max(first, 2 * before.pause()));
    return last.compareAndSet(before, new Turn(now, pause));
  }
}
