package io.github.cacheaside;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** When the reading of a value from the database began: not before, at the latest by then. */
final class Reading {
  private final Consumer<Boolean> waits;
  private final Loading loading;
  private volatile long asOf = System.nanoTime();

  /**
   * For a flight or more.
   *
   * @param waits is told true if there is no place for the load at once, and false when it begins
   * @param loading what is read
   */
  Reading(Consumer<Boolean> waits, Loading loading) {
    this.waits = waits;
    this.loading = loading;
  }

  /** Runs the loader on this thread. */
  <T> T run(Callable<T> loader) throws Exception {
    return loading.run(loader);
  }

  /** There is no place for the load yet. */
  void queued() {
    waits.accept(true);
  }

  /** The loader is about to be run: what it reads is no older than this. */
  void begins() {
    asOf = System.nanoTime();
    waits.accept(false);
  }

  /** In the time of {@link System#nanoTime}. */
  long asOf() {
    return asOf;
  }
}
