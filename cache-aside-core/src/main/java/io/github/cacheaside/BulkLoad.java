package io.github.cacheaside;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of the bulk loader: what it found, and what failed, key by key. */
final class BulkLoad<K, V> {
  private final long asOf;
  private final Map<?, ?> found;
  private final Map<?, ? extends Throwable> failures;
  private final @Nullable Throwable failure;

  private BulkLoad(
      long asOf,
      Map<?, ?> found,
      Map<?, ? extends Throwable> failures,
      @Nullable Throwable failure) {
    this.asOf = asOf;
    this.found = found;
    this.failures = failures;
    this.failure = failure;
  }

  /** Runs the loader of a call on this thread; never throws. */
  static <K, V> BulkLoad<K, V> run(Engine<K, V> engine, Call call, List<K> keys, Reading reading) {
    try {
      Map<K, ?> found = engine.loadAll(engine.origin(call), keys, reading);
      return new BulkLoad<>(reading.asOf(), found, Map.of(), null);
    } catch (PartialLoadException e) {
      return new BulkLoad<>(reading.asOf(), e.found(), e.failures(), null);
    } catch (Throwable e) { // whatever it is, those who wait must learn of it
      return new BulkLoad<>(reading.asOf(), Map.of(), Map.of(), e);
    }
  }

  /** Whether it failed because the thread that ran it was interrupted. */
  boolean interrupted() {
    return failure instanceof InterruptedException
        || (failure != null && Thread.currentThread().isInterrupted());
  }

  /**
   * Lands the attempts it was run for. Of very many a window at a time: when the store has answered
   * its fills, and no time-out passes while they wait for each other. So this thread, which has run
   * a loader and may be blocked, waits, for as long as the store answers.
   */
  void landAll(List<Attempt<K, V>> attempts) {
    if (attempts.size() <= Windows.MOST_AT_ONCE) {
      attempts.forEach(this::land);
      return;
    }
    int silent = 0;
    for (int from = 0; from < attempts.size(); from += Windows.SIZE) {
      List<Attempt<K, V>> window =
          attempts.subList(from, Math.min(attempts.size(), from + Windows.SIZE));
      window.forEach(this::land);
      boolean answered = silent < Windows.MOST_SILENT && anyFilled(window);
      silent = answered ? 0 : silent + 1;
    }
  }

  /** Waits for the fills, each of which has a time-out; false if all of them failed. */
  private static <K, V> boolean anyFilled(List<Attempt<K, V>> window) {
    int offered = 0;
    int failed = 0;
    for (Attempt<K, V> attempt : window) {
      CompletableFuture<Boolean> filling = attempt.filling();
      if (filling != null) {
        offered++;
        failed += filling.handle((taken, failure) -> failure == null ? 0 : 1).join();
      }
    }
    return offered == 0 || failed < offered;
  }

  /** Lands one of the attempts it was run for; what goes wrong with one is not the others' loss. */
  void land(Attempt<K, V> attempt) {
    land(
        attempt.key(),
        answer -> attempt.loaded(answer, asOf),
        failed -> attempt.failed(failed, asOf));
  }

  /** The same for whoever waits for that key. */
  void land(K key, Consumer<@Nullable Object> loaded, Consumer<Throwable> failing) {
    try {
      Throwable failed = failure == null ? failures.get(key) : failure;
      if (failed == null) {
        loaded.accept(found.get(key));
      } else {
        failing.accept(failed);
      }
    } catch (Throwable e) {
      failing.accept(e);
    }
  }
}
