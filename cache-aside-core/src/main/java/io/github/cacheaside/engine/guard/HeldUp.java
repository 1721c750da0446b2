package io.github.cacheaside.engine.guard;

import java.time.Duration;

/**
 * Tells a store that is late from a JVM that stood still. After a pause for garbage collection all
 * time-outs that fell into it are due at once, before the event loop has read what the store had
 * answered long ago; each read would go to the database, and the circuit breaker might open. So a
 * time-out that is noticed more than 20 ms late grants 20 ms more, once.
 */
final class HeldUp {
  /** How much more time there is then: 20 ms. */
  static final Duration GRACE = Duration.ofMillis(20);

  private HeldUp() {}

  /**
   * Whether this thread, and so probably the whole JVM, stood still.
   *
   * @param due when the time-out was due
   * @param now when it was noticed
   */
  static boolean isHeldUp(long due, long now) {
    return now - due > GRACE.toNanos();
  }
}
