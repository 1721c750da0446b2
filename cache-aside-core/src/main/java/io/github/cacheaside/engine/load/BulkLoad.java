package io.github.cacheaside.engine.load;

import io.github.cacheaside.PartialLoadException;
import io.github.cacheaside.engine.guard.Windows;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of the bulk loader: what it found, and what failed, key by key. */
public final class BulkLoad<K> {
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
  public static <K> BulkLoad<K> run(
      Origins<K, ?> origins, Call call, List<K> keys, LoadStart start) {
    try {
      Map<K, ?> found = origins.loadAll(call, keys, start);
      return new BulkLoad<>(start.asOf(), found, Map.of(), null);
    } catch (PartialLoadException e) {
      return new BulkLoad<>(start.asOf(), e.found(), e.failures(), null);
    } catch (Throwable e) { // whatever it is, waiting callers must learn of it
      return new BulkLoad<>(start.asOf(), Map.of(), Map.of(), e);
    }
  }

  /** Whether it failed because the thread that ran it was interrupted. */
  boolean interrupted() {
    return failure instanceof InterruptedException
        || (failure != null && Thread.currentThread().isInterrupted());
  }

  /**
   * Lands the members it was run for. Of very many a window at a time: when the store has answered
   * its fills, and no time-out passes while they wait for each other. So this thread, which has run
   * a loader and may be blocked, waits, for as long as the store answers.
   */
  public void landAll(List<? extends LoadMember<K>> members) {
    if (members.size() <= Windows.MOST_AT_ONCE) {
      members.forEach(this::land);
      return;
    }
    int silent = 0;
    for (int from = 0; from < members.size(); from += Windows.SIZE) {
      List<? extends LoadMember<K>> window =
          members.subList(from, Math.min(members.size(), from + Windows.SIZE));
      window.forEach(this::land);
      boolean answered = silent < Windows.MOST_SILENT && anyFilled(window);
      silent = answered ? 0 : silent + 1;
    }
  }

  /** Waits for the fills, each of which has a time-out; false if all of them failed. */
  private static <K> boolean anyFilled(List<? extends LoadMember<K>> window) {
    int offered = 0;
    int failed = 0;
    for (LoadMember<K> member : window) {
      CompletableFuture<Boolean> filling = member.filling();
      if (filling != null) {
        offered++;
        failed += filling.handle((taken, failure) -> failure == null ? 0 : 1).join();
      }
    }
    return offered == 0 || failed < offered;
  }

  /** Lands one of the members it was run for; what goes wrong with one is not the others' loss. */
  void land(LoadMember<K> member) {
    land(
        member.key(), answer -> member.loaded(answer, asOf), failed -> member.failed(failed, asOf));
  }

  /** The same for callers that wait for that key. */
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
