package io.github.cacheaside;

/** When the reading of a value from the database began: not before, at the latest by then. */
final class Reading {
  private final Runnable queued;
  private volatile long asOf = System.nanoTime();

  /** Nobody else waits for it. */
  Reading() {
    this(() -> {});
  }

  /**
   * For a flight or more.
   *
   * @param queued is run if there is no place for the load at once
   */
  Reading(Runnable queued) {
    this.queued = queued;
  }

  /** There is no place for the load yet. */
  void queued() {
    queued.run();
  }

  /** The loader is about to be run: what it reads is no older than this. */
  void begins() {
    asOf = System.nanoTime();
  }

  /** In the time of {@link System#nanoTime}. */
  long asOf() {
    return asOf;
  }
}
