package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import dev.failsafe.CircuitBreaker.State;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps reads from a store that does not answer: they go to the loader at once, instead of waiting
 * for {@link CacheAsideBuilder#storeTimeout} each. Removals, {@code put} and fences are never kept
 * back.
 *
 * <p>It opens with the first operation of any kind that times out, and with the first lookup that
 * fails; an error answer to anything but a lookup, such as that the store is full, does not open
 * it, since hits are still answered. While it is open no caller waits: the store is asked for a key
 * that there is not, in the background; first at once, then whenever a read comes and the last
 * answer is 500 ms old. The first answer in time closes it. So a pause of this JVM, after which
 * everything seems late, costs one round trip.
 *
 * <p>Each cache has its own by default. Caches that have one store and one time-out may share one,
 * so that all of them learn from the first that had to wait. Thread-safe.
 */
public final class CircuitBreaker {
  private static final Duration PROBE_EVERY = Duration.ofMillis(500);

  private final dev.failsafe.@Nullable CircuitBreaker<Object> circuit;
  private volatile Instant since = Instant.now();

  private CircuitBreaker(Duration probeEvery) {
    this.circuit =
        probeEvery.isZero()
            ? null
            : dev.failsafe.CircuitBreaker.builder()
                .withFailureThreshold(1)
                .withSuccessThreshold(1)
                .withDelay(probeEvery)
                .onOpen(moved -> since(moved.getPreviousState()))
                .onClose(moved -> since(State.CLOSED))
                .build();
  }

  /**
   * A circuit breaker that asks an ill store every 500 ms whether it is well.
   *
   * @return a closed one
   */
  public static CircuitBreaker create() {
    return new CircuitBreaker(PROBE_EVERY);
  }

  /**
   * A circuit breaker that asks an ill store this often whether it is well.
   *
   * @param interval from 10 ms to 1 minute
   * @return a closed one
   * @throws IllegalArgumentException if the interval is shorter or longer than that
   */
  public static CircuitBreaker probingEvery(Duration interval) {
    if (requireNonNull(interval, "interval").compareTo(Duration.ofMillis(10)) < 0
        || interval.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("interval must be PT0.01S to PT1M but was " + interval);
    }
    return new CircuitBreaker(interval);
  }

  /**
   * One that is always closed: each read waits for an ill store as long as the time-out allows.
   *
   * @return one that does nothing
   */
  public static CircuitBreaker off() {
    return new CircuitBreaker(Duration.ZERO);
  }

  /**
   * Whether reads go past the store just now.
   *
   * @return true from the first failure until the store has answered again
   */
  public boolean isOpen() {
    return circuit != null && !circuit.isClosed();
  }

  /** When it closed, or left the closed state, for the last time. */
  Instant since() {
    return since;
  }

  private void since(State previous) {
    if (previous == State.CLOSED || !isOpen()) { // else a probe has failed once more
      since = Instant.now();
    }
  }

  /**
   * Whether a read is to be kept from the store; if so, and if it is time, starts a probe. Nothing
   * is recorded or locked while the circuit is closed.
   */
  boolean sheds(Supplier<CompletableFuture<?>> probe) {
    if (circuit == null || circuit.isClosed()) {
      return false;
    }
    ask(circuit, probe);
    return true;
  }

  /** The store has failed. While the circuit is open only a probe may say so. */
  void failed(Supplier<CompletableFuture<?>> probe) {
    if (circuit != null && circuit.isClosed()) {
      circuit.recordFailure();
      circuit.halfOpen(); // perhaps only we were late
      ask(circuit, probe);
    }
  }

  /** There is news of the store: it may be well again. */
  void probe(Supplier<CompletableFuture<?>> probe) {
    if (circuit != null && isOpen()) {
      circuit.halfOpen();
      ask(circuit, probe);
    }
  }

  /** One probe at a time; the library gives the permit when the delay is over. */
  private static void ask(
      dev.failsafe.CircuitBreaker<Object> circuit, Supplier<CompletableFuture<?>> probe) {
    if (!circuit.tryAcquirePermit()) {
      return;
    }
    boolean asked = false;
    try {
      probe.get().whenComplete((answer, failure) -> judge(circuit, failure == null));
      asked = true;
    } finally {
      if (!asked) { // an error; a permit that is lost would keep it open for good
        judge(circuit, false);
      }
    }
  }

  private static void judge(dev.failsafe.CircuitBreaker<Object> circuit, boolean answered) {
    if (answered) {
      circuit.recordSuccess();
    } else {
      circuit.recordFailure();
    }
  }

  @Override
  public String toString() {
    return "CircuitBreaker[" + (circuit == null ? "OFF" : circuit.getState()) + "]";
  }
}
