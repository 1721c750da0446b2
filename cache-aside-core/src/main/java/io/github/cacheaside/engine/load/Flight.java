package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One attempt to get a missing value, which other callers in this JVM may wait for. */
public final class Flight<V> {

  /** How a flight ended, for a caller that waited for it. */
  public enum End {
    ARRIVED,
    /** It ended without an answer. */
    ABANDONED,
    /** The waiting caller lost patience. */
    LATE
  }

  /**
   * What a flight brought home.
   *
   * @param value the value, null if there is none
   * @param outcome where it came from
   * @param failure what the loader threw, or why there is no answer; or null
   * @param asOf when ({@link System#nanoTime}) the reading of the value began
   * @param end whether it arrived
   */
  public record Landing<V>(
      @Nullable V value, Outcome outcome, @Nullable Throwable failure, long asOf, End end) {

    static <V> Landing<V> of(@Nullable V value, Outcome outcome, long asOf) {
      return new Landing<>(value, outcome, null, asOf, End.ARRIVED);
    }

    static <V> Landing<V> failed(Throwable failure, long asOf) {
      return new Landing<>(null, Outcome.BYPASSED, failure, asOf, End.ARRIVED);
    }

    static <V> Landing<V> without(End end) {
      return without(end, null);
    }

    static <V> Landing<V> without(End end, @Nullable Throwable reason) {
      return new Landing<>(null, Outcome.BYPASSED, reason, 0, end);
    }

    /**
     * Whether a call that began then may use this answer: only one that was read during the call
     * can be no older than what the caller itself has written before.
     */
    public boolean answers(long callBegan) {
      return end == End.ARRIVED && asOf - callBegan > 0;
    }

    Read<V> toRead(String cacheName) {
      if (end != End.ARRIVED) {
        throw givenUp(cacheName);
      }
      if (failure != null) {
        throw LoadRunner.failure(cacheName, failure);
      }
      return new Read<>(value, outcome);
    }

    /** The same, for a caller that another call in this JVM has brought the answer. */
    Read<V> toShared(String cacheName) {
      Read<V> read = toRead(cacheName);
      boolean loadedHere = read.outcome() == Outcome.LOADED || read.outcome() == Outcome.BYPASSED;
      return loadedHere ? new Read<>(read.value(), Outcome.SHARED) : read;
    }

    private RuntimeException givenUp(String cacheName) {
      if (failure instanceof CacheException || failure instanceof RejectedExecutionException) {
        return (RuntimeException) failure; // only the caller that it is about gets it
      }
      return new CacheException("reading a value of " + cacheName + " was given up", failure);
    }
  }

  private final CompletableFuture<Landing<V>> landing = new CompletableFuture<>();
  private final CompletableFuture<Void> queued = new CompletableFuture<>();
  private final long began = System.nanoTime();
  private volatile boolean detached;
  private volatile boolean loading;
  private volatile long loadingSince = began;
  private volatile Landing<V> second = Landing.without(End.LATE);

  /** Completes when the flight ends; never exceptionally. */
  public CompletableFuture<Landing<V>> landing() {
    return landing;
  }

  /**
   * Completes if its load has to wait for a place, which may be held by a thread that waits for it.
   */
  CompletableFuture<Void> queued() {
    return queued;
  }

  /** Whether its load has begun, so that it waits for no place, or no more. */
  boolean isLoading() {
    return loading;
  }

  /** What the last load has brought that was run beside this one, since this one takes so long. */
  Landing<V> second() {
    return second;
  }

  void second(Landing<V> landing) {
    second = landing;
  }

  /** When it began, in the time of {@link System#nanoTime}. */
  long began() {
    return began;
  }

  /**
   * Whether a call that began then should go on waiting for this flight: what it reads is young
   * enough for the call, and it has not read for as long as that.
   */
  boolean isWorthWaitingFor(long callBegan, long patienceNanos) {
    return loading && loadingSince - callBegan > 0 && patienceLeft(patienceNanos) > 0;
  }

  /** How much is left of this time, which began when the load did. */
  long patienceLeft(long patienceNanos) {
    return loadingSince + patienceNanos - System.nanoTime();
  }

  void waits(boolean forPlace) {
    if (!forPlace) {
      loadingSince = System.nanoTime();
    }
    loading = !forPlace;
    if (forPlace) {
      queued.complete(null);
    }
  }

  void land(Landing<V> result) {
    landing.complete(result);
  }

  void abandon(@Nullable Throwable reason) {
    landing.complete(Landing.without(End.ABANDONED, reason));
  }

  /** Forbids the flight to fill: its key was invalidated. */
  void detach() {
    detached = true;
  }

  public boolean isDetached() {
    return detached;
  }
}
