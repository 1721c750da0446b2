package io.github.cacheaside.engine.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** When the reading of a value from the database began: not before, at the latest by then. */
public final class LoadStart {
  private final Consumer<Boolean> waits;
  private final LoadScope scope;
  private volatile long asOf = System.nanoTime();

  /**
   * For a flight or more.
   *
   * @param waits is told true if there is no place for the load at once, and false when it begins
   * @param scope what is read
   */
  LoadStart(Consumer<Boolean> waits, LoadScope scope) {
    this.waits = waits;
    this.scope = scope;
  }

  /** For the keys of one cache that are loaded together. */
  public static LoadStart of(Object cache, List<? extends LoadMember<?>> members) {
    List<LoadScope> outer = new ArrayList<>(0);
    for (LoadMember<?> member : members) {
      LoadScope within = member.call().within();
      if (within != null && !outer.contains(within)) {
        outer.add(within);
      }
    }
    List<String> storeKeys = new ArrayList<>(members.size());
    members.forEach(member -> storeKeys.add(member.storeKey()));
    return new LoadStart(
        wait -> members.forEach(member -> member.waits(wait)),
        new LoadScope(cache, storeKeys, outer));
  }

  /** Runs the loader on this thread. */
  <T> T run(Callable<T> loader) throws Exception {
    return scope.run(loader);
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
  public long asOf() {
    return asOf;
  }
}
