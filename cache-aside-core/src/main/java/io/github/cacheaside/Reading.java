package io.github.cacheaside;

/** When the reading of a value from the database began: not before, at the latest by then. */
final class Reading {
  private volatile long asOf = System.nanoTime();

  /** The loader is about to be run: what it reads is no older than this. */
  void begins() {
    asOf = System.nanoTime();
  }

  /** In the time of {@link System#nanoTime}. */
  long asOf() {
    return asOf;
  }
}
