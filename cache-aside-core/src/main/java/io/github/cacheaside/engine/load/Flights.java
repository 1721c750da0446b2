package io.github.cacheaside.engine.load;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers that miss the same key share one load: at most one flight a key is running.
 *
 * <p>Single flight alone can hand a caller a value older than the caller's own write, if it joins a
 * load that began before that write. So a caller that joins looks at the landing's {@link
 * Flight.Landing#answers age} and, if it is too old, starts over; the next flight begins later than
 * the call and is always young enough. That makes two slots a key, one running and one next.
 *
 * <p>A flight that has lasted {@linkplain #Flights(long) too long} holds its key no more: the next
 * to come takes its place. Callers that have joined it still get its answer.
 */
public class Flights<V> {
  private final ConcurrentMap<String, Flight<V>> running = new ConcurrentHashMap<>();
  private final long longestNanos;

  /** In which no flight lasts too long. */
  public Flights() {
    this(Long.MAX_VALUE);
  }

  /**
   * Flights that hold their key for a while.
   *
   * @param longestNanos for how long at most
   */
  public Flights(long longestNanos) {
    this.longestNanos = longestNanos;
  }

  /** Enters a flight, or returns the one that is running. */
  public @Nullable Flight<V> enter(String key, Flight<V> flight) {
    Flight<V> other = running.putIfAbsent(key, flight);
    if (other == null || flight.began() - other.began() < longestNanos) {
      return other;
    }
    detach(key, other);
    return running.putIfAbsent(key, flight);
  }

  /** Takes its key from a flight that has lasted too long. */
  public void detach(String key, Flight<V> flight) {
    if (running.remove(key, flight)) {
      flight.detach();
    }
  }

  /** Ends a flight: first no caller can join it any more, then its callers get the answer. */
  public void land(String key, Flight<V> flight, Flight.Landing<V> landing) {
    running.remove(key, flight);
    flight.land(landing);
  }

  /** Ends a flight without an answer; callers that joined it start over. */
  public void abandon(String key, Flight<V> flight, @Nullable Throwable reason) {
    running.remove(key, flight);
    flight.abandon(reason);
  }

  /**
   * Lets a running flight go on for the callers that joined it, but no caller joins and it fills
   * nothing.
   */
  public void detach(String key) {
    Flight<V> flight = running.remove(key);
    if (flight != null) {
      flight.detach();
    }
  }

  public int size() {
    return running.size();
  }
}
