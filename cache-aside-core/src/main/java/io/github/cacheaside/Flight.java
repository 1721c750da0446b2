package io.github.cacheaside;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One attempt to get a missing value, which other callers in this JVM may wait for. */
final class Flight<V> {

  /**
   * What a flight brought home.
   *
   * @param value the value, null if there is none
   * @param outcome where it came from
   * @param failure what the loader threw, or null
   * @param asOf when ({@link System#nanoTime}) the reading of the value began
   * @param abandoned whether the flight ended without an answer
   */
  record Landing<V>(
      @Nullable V value,
      Outcome outcome,
      @Nullable Throwable failure,
      long asOf,
      boolean abandoned) {

    static <V> Landing<V> of(@Nullable V value, Outcome outcome, long asOf) {
      return new Landing<>(value, outcome, null, asOf, false);
    }

    static <V> Landing<V> failed(Throwable failure, long asOf) {
      return new Landing<>(null, Outcome.BYPASSED, failure, asOf, false);
    }

    /**
     * Whether a call that began then may use this answer: only one that was read during the call
     * can be no older than what the caller itself has written before.
     */
    boolean answers(long callBegan) {
      return !abandoned && asOf - callBegan > 0;
    }

    Read<V> toRead(String cacheName) {
      if (failure != null) {
        // a new one for each caller, so that the stack trace is the caller's own
        throw new CacheLoadException("loading a value of " + cacheName + " failed", failure);
      }
      return new Read<>(value, outcome);
    }
  }

  private final CompletableFuture<Landing<V>> landing = new CompletableFuture<>();
  private volatile boolean detached;

  /** Completes when the flight ends; never exceptionally. */
  CompletableFuture<Landing<V>> landing() {
    return landing;
  }

  void land(Landing<V> result) {
    landing.complete(result);
  }

  void abandon() {
    landing.complete(new Landing<>(null, Outcome.BYPASSED, null, 0, true));
  }

  /** Forbids the flight to fill: its key was invalidated. */
  void detach() {
    detached = true;
  }

  boolean isDetached() {
    return detached;
  }
}
