package io.github.cacheaside;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries failed removals again until they succeed, and repeats recent ones after the store was away,
 * since a new primary may have lost acknowledged writes. Removing an entry is safe at any time, by
 * anyone, any number of times.
 *
 * <p>Recent is what was removed in the 30 seconds before the last removal that the store has
 * acknowledged, so an outage may be as long as it likes. What it acknowledges when it is back moves
 * that on only 10 seconds later, when what was lost has been repeated.
 *
 * <p>Holds at most 10,000 of each kind; beyond that those go that have waited longest since they
 * were removed or tried, which for failed ones is counted and logged.
 */
final class PendingRemovals {
  private static final Logger LOG = LoggerFactory.getLogger(CacheAside.class);
  private static final int MOST_KEYS = 10_000;
  private static final int BATCH = 256;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  /** What was removed in so many seconds before is repeated: 30. */
  static final Duration REPLAY = Duration.ofSeconds(30);

  private static final long REPLAY_NANOS = REPLAY.toNanos();
  private static final long SETTLED_NANOS = Duration.ofSeconds(10).toNanos();

  /**
   * What is to be removed.
   *
   * @param name the store key of an entry, or a tag
   */
  record Removal(boolean tag, String name) {
    static Removal entry(String storeKey) {
      return new Removal(false, storeKey);
    }

    static Removal tag(String tag) {
      return new Removal(true, tag);
    }
  }

  private final String cacheName;
  private final Counters counters;
  private final Timers timers;
  private final Function<Removal, ? extends CompletionStage<Boolean>> remove;

  private final LongSupplier nanoTime;

  // Each map is the monitor of itself and of what follows it; none is held while anything is sent.

  /** Which failure this is: a removal may fail anew while it is tried again. */
  private final Map<Removal, Long> failed = new LinkedHashMap<>();

  private long failures;
  private boolean draining;
  private @Nullable Future<?> planned;
  private long pause = FIRST_PAUSE_MILLIS;

  /** When it was sent or, later, acknowledged; the oldest first. */
  private final Map<Removal, Long> recent = new LinkedHashMap<>();

  /** The last acknowledgement, the first of those that are not settled, and the last that is. */
  private long acknowledged;

  private long unsettledSince;
  private long settled;

  PendingRemovals(
      String cacheName,
      Counters counters,
      Timers timers,
      Function<Removal, ? extends CompletionStage<Boolean>> remove) {
    this(cacheName, counters, timers, remove, System::nanoTime);
  }

  PendingRemovals(
      String cacheName,
      Counters counters,
      Timers timers,
      Function<Removal, ? extends CompletionStage<Boolean>> remove,
      LongSupplier nanoTime) {
    this.cacheName = cacheName;
    this.counters = counters;
    this.timers = timers;
    this.remove = remove;
    this.nanoTime = nanoTime;
    this.acknowledged = nanoTime.getAsLong();
    this.unsettledSince = acknowledged;
    this.settled = acknowledged;
  }

  /** Remembers a removal that is about to be sent, in case the store turns out to have lost it. */
  void note(Removal removal) {
    long now = nanoTime.getAsLong();
    synchronized (recent) {
      note(removal, now);
    }
  }

  /** The store has acknowledged removals, if there are any, however long after they were sent. */
  void done(List<Removal> removals) {
    if (removals.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    synchronized (recent) {
      if (now - unsettledSince > SETTLED_NANOS) {
        settled = acknowledged;
        unsettledSince = now;
      }
      acknowledged = now;
      removals.forEach(removal -> note(removal, now));
    }
  }

  private void note(Removal removal, long now) {
    recent.remove(removal); // so that it is the youngest
    recent.put(removal, now);
    Iterator<Long> oldest = recent.values().iterator();
    long at = oldest.next();
    while (recent.size() > MOST_KEYS || settled - at > REPLAY_NANOS) {
      oldest.remove();
      at = oldest.next();
    }
  }

  /** Takes removals that failed. */
  void retry(List<Removal> removals) {
    synchronized (recent) {
      removals.forEach(recent::remove); // again when they are done
    }
    int lost = 0;
    synchronized (failed) {
      removals.forEach(this::fail);
      Iterator<Removal> oldest = failed.keySet().iterator();
      while (failed.size() > MOST_KEYS) {
        oldest.next();
        oldest.remove();
        lost++;
      }
      plan(pause);
    }
    if (lost > 0) {
      counters.invalidationsLost(lost);
      LOG.warn(
          "cache {}: {} failed invalidations were given up, more than {} wait; entries may be old"
              + " until their TTL",
          cacheName,
          lost,
          MOST_KEYS);
    }
  }

  /** The store was closed: there is nobody to try it on any more. */
  void abandon() {
    int lost;
    synchronized (failed) {
      lost = failed.size();
      failed.clear();
    }
    if (lost > 0) {
      counters.invalidationsLost(lost);
      LOG.warn(
          "cache {}: {} failed invalidations were given up, its store was closed; entries may be"
              + " old until their TTL",
          cacheName,
          lost);
    }
  }

  private void fail(Removal removal) {
    failed.put(removal, ++failures);
  }

  /** The store was away: what was removed in the 30 seconds before is removed again. */
  void replay() {
    List<Removal> again = new ArrayList<>();
    synchronized (recent) {
      recent.forEach(
          (removal, at) -> {
            if (settled - at <= REPLAY_NANOS) {
              again.add(removal);
            }
          });
    }
    synchronized (failed) {
      again.forEach(this::fail); // twice as many as either kind, at most
      pause = FIRST_PAUSE_MILLIS;
    }
    drain();
  }

  int size() {
    synchronized (failed) {
      return failed.size();
    }
  }

  /** One plan at a time, whoever asks; to be called under the monitor of what failed. */
  private void plan(long millis) {
    if (planned == null && !draining) {
      planned = timers.after(Duration.ofMillis(millis), this::drain);
    }
  }

  private void drain() {
    Map<Removal, Long> batch = new LinkedHashMap<>();
    synchronized (failed) {
      if (planned != null) {
        planned.cancel(false); // it is this one, or later
        planned = null;
      }
      if (draining || failed.isEmpty()) {
        return;
      }
      draining = true;
      Iterator<Map.Entry<Removal, Long>> first = failed.entrySet().iterator();
      while (batch.size() < BATCH && first.hasNext()) {
        Map.Entry<Removal, Long> one = first.next();
        batch.put(one.getKey(), one.getValue());
        first.remove();
      }
      failed.putAll(batch); // at the end: what fails again lets the others pass
    }
    List<CompletableFuture<?>> sent = new ArrayList<>(batch.size());
    batch.forEach(
        (removal, failure) ->
            sent.add(
                remove
                    .apply(removal)
                    .thenAccept(done -> succeeded(removal, failure))
                    .toCompletableFuture()));
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .whenComplete((all, failure) -> drained(failure == null));
  }

  /** What has failed once more since it was sent, has not succeeded. */
  private void succeeded(Removal removal, long failure) {
    synchronized (failed) {
      failed.remove(removal, failure);
    }
    done(List.of(removal));
  }

  private void drained(boolean all) {
    synchronized (failed) {
      draining = false;
      pause = all ? FIRST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      if (!failed.isEmpty()) {
        plan(all ? 0 : pause);
      }
    }
  }
}
