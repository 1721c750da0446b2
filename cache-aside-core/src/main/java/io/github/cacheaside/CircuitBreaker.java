package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.engine.base.Internal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

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

  /** How long to wait after a probe that failed; 0 if it is never open. */
  private final long pauseNanos;

  private final AtomicBoolean open = new AtomicBoolean();
  private final AtomicBoolean asking = new AtomicBoolean();
  private final AtomicBoolean askingOnNews = new AtomicBoolean();
  private volatile long nextProbe;
  private volatile Instant since = Instant.now();

  private CircuitBreaker(Duration pause) {
    this.pauseNanos = pause.toNanos();
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
    return open.get();
  }

  /**
   * When it opened or closed for the last time, by the clock of this JVM.
   *
   * @return the instant; that of its creation if it has never been open
   */
  public Instant since() {
    return since;
  }

  /**
   * Whether a read is to be kept from the store; if so, and if it is time, starts a probe. Nothing
   * is recorded or locked while the circuit is closed.
   *
   * @param probe asks the store; must not throw an exception
   * @return whether it is open
   */
  @Internal
  public boolean sheds(Supplier<CompletableFuture<?>> probe) {
    if (!open.get()) {
      return false;
    }
    if (System.nanoTime() - nextProbe >= 0 && asking.compareAndSet(false, true)) {
      ask(probe, asking);
    }
    return true;
  }

  /**
   * The store has failed. While the circuit is open only a probe may say so.
   *
   * @param probe asks the store at once: perhaps only this JVM was late
   */
  @Internal
  public void failed(Supplier<CompletableFuture<?>> probe) {
    if (pauseNanos > 0 && open.compareAndSet(false, true)) {
      since = Instant.now();
      nextProbe = System.nanoTime() + pauseNanos;
      askNow(probe);
    }
  }

  /**
   * There is news of the store: it may be well again.
   *
   * @param probe asks the store
   */
  @Internal
  public void probe(Supplier<CompletableFuture<?>> probe) {
    if (open.get()) {
      askNow(probe);
    }
  }

  /** Asks though a probe may be under way, to a server that is gone; one such more at a time. */
  private void askNow(Supplier<CompletableFuture<?>> probe) {
    if (asking.compareAndSet(false, true)) {
      ask(probe, asking);
    } else if (askingOnNews.compareAndSet(false, true)) {
      ask(probe, askingOnNews);
    }
  }

  /**
   * Asks the store.
   *
   * @param slot what is taken by this probe, until it ends
   */
  private void ask(Supplier<CompletableFuture<?>> probe, AtomicBoolean slot) {
    boolean asked = false;
    try {
      probe.get().whenComplete((answer, failure) -> judge(failure == null, slot));
      asked = true;
    } finally {
      if (!asked) { // an error: a probe that never ends would keep it open for good
        judge(/* answered= */ false, slot);
      }
    }
  }

  private void judge(boolean answered, AtomicBoolean slot) {
    if (!answered && slot == asking) {
      nextProbe = System.nanoTime() + pauseNanos;
    }
    slot.set(false); // first: whatever opens it next may ask at once
    if (answered && open.compareAndSet(true, false)) {
      since = Instant.now();
    }
  }

  @Override
  public String toString() {
    return "CircuitBreaker[" + (pauseNanos == 0 ? "OFF" : open.get() ? "OPEN" : "CLOSED") + "]";
  }
}
