package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.Future;

/** Starts what is due later: the next look of one who waits, a renewal, a retry. */
interface Timers {
  /** The one thread of this library: never blocks, never runs a user's code. */
  Timers SHARED = new SharedTimers();

  /** Starts a task after a pause, unless it is cancelled before. */
  Future<?> after(Duration pause, Runnable task);
}
