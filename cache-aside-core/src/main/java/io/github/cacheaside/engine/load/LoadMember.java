package io.github.cacheaside.engine.load;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A key that is loaded, alone or together with others, and what becomes of its load. */
interface LoadMember<K> {
  K key();

  String storeKey();

  /** The call that leads it. */
  Call call();

  /** Its load has to wait for a place, or does so no more. */
  void waits(boolean forPlace);

  /** Whether it has its answer or was given up. */
  boolean isOver();

  /**
   * Runs the loader for this key alone.
   *
   * @param over is run when the loader is, whatever comes of it
   */
  void loadAlone(Runnable over);

  /** Takes what the loader has answered, from then on; null if the database has no row. */
  void loaded(@Nullable Object answer, long asOf);

  /** Its load has failed. */
  void failed(Throwable failure, long asOf);

  /** The load takes its time: callers that wait for it get the stale copy, if one was seen. */
  void doWithout();

  /** The load is waited for no longer, but may go on, and may still fill. */
  void doWithout(Exception reason, long asOf);

  /** Ends without an answer. */
  void abandon(@Nullable Throwable reason);

  /** Whether the store took what was loaded; null if it was not offered anything. */
  @Nullable CompletableFuture<Boolean> filling();
}
