package io.github.cacheaside;

/**
 * Is told what a cache does. Called on the thread that did it, so it must be quick and must not
 * block; what it throws is logged once and dropped, {@code LinkageError}, {@code AssertionError}
 * and {@code StackOverflowError} included. Must be thread-safe.
 */
public interface CacheListener {

  /** Listens to nothing. */
  CacheListener NONE = new CacheListener() {};

  /**
   * A read was answered.
   *
   * @param cache the cache's name
   * @param outcome where the answer came from
   */
  default void onRead(String cache, Outcome outcome) {}

  /**
   * A read ended without an answer: the loader threw, was refused or took too long, or the caller
   * was interrupted.
   *
   * @param cache the cache's name
   */
  default void onReadFailed(String cache) {}

  /**
   * The fence of a write was lost before the write was over, because its JVM stood still longer
   * than the intent lives or the store lost it: for a moment readers may have seen the old value.
   * Nothing stale stays cached.
   *
   * @param cache the cache's name
   * @param keys how many keys the write had
   */
  default void onFenceLost(String cache, int keys) {}

  /**
   * Invalidations failed and wait to be tried again.
   *
   * @param cache the cache's name
   * @param keys how many keys
   */
  default void onInvalidationFailed(String cache, int keys) {}
}
