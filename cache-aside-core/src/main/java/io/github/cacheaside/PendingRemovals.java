package io.github.cacheaside;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries failed removals again until they succeed, and repeats recent ones after the store was away,
 * since a new primary may have lost acknowledged writes. Removing an entry is safe at any time, by
 * anyone, any number of times.
 *
 * <p>Holds at most 10,000 of each kind; beyond that the oldest go, which is counted and logged.
 */
final class PendingRemovals {
  private static final Logger LOG = LoggerFactory.getLogger(CacheAside.class);
  private static final int MOST_KEYS = 10_000;
  private static final int BATCH = 256;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final long REPLAY_NANOS = Duration.ofSeconds(30).toNanos();

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

  private record Recent(Removal removal, long at) {}

  private final LongSupplier nanoTime;

  private final String cacheName;
  private final Counters counters;
  private final Timers timers;
  private final Function<Removal, ? extends CompletionStage<Boolean>> remove;

  /**
   * When the store last acknowledged a removal. What it may lose is from the time before that,
   * however long it was away afterwards.
   */
  private volatile long acknowledgedAt;

  // Each is guarded by its own monitor, which is never held while anything is sent.
  private final Set<Removal> failed = new LinkedHashSet<>();
  private final Deque<Recent> recent = new ArrayDeque<>();
  private boolean draining;
  private long pause = FIRST_PAUSE_MILLIS;

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
    this.nanoTime = nanoTime;
    this.acknowledgedAt = nanoTime.getAsLong();
    this.cacheName = cacheName;
    this.counters = counters;
    this.timers = timers;
    this.remove = remove;
  }

  /** Remembers a removal, in case the store turns out to have lost it. */
  void note(Removal removal) {
    long now = nanoTime.getAsLong();
    synchronized (recent) {
      recent.addLast(new Recent(removal, now));
      while (recent.size() > MOST_KEYS || isSettled(recent.getFirst())) {
        recent.removeFirst();
      }
    }
  }

  /** The store has acknowledged a removal. */
  void acknowledged() {
    acknowledgedAt = nanoTime.getAsLong();
  }

  private boolean isSettled(Recent one) {
    return acknowledgedAt - one.at() > REPLAY_NANOS;
  }

  /** Takes removals that failed. */
  void retry(List<Removal> removals) {
    int lost = 0;
    synchronized (failed) {
      failed.addAll(removals);
      var oldest = failed.iterator();
      while (failed.size() > MOST_KEYS) {
        oldest.next();
        oldest.remove();
        lost++;
      }
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
    drainAfter(FIRST_PAUSE_MILLIS);
  }

  /**
   * The store was away: everything removed up to 30 seconds before it last acknowledged a removal
   * is removed once more.
   */
  void replay() {
    List<Removal> again = new ArrayList<>();
    synchronized (recent) {
      for (Recent one : recent) {
        if (!isSettled(one)) {
          again.add(one.removal());
        }
      }
    }
    synchronized (failed) {
      failed.addAll(
          again.subList(Math.max(0, again.size() - MOST_KEYS + failed.size()), again.size()));
      pause = FIRST_PAUSE_MILLIS;
    }
    drain();
  }

  int size() {
    synchronized (failed) {
      return failed.size();
    }
  }

  private void drainAfter(long millis) {
    Future<?> unused = timers.after(Duration.ofMillis(millis), this::drain);
  }

  private void drain() {
    List<Removal> batch = new ArrayList<>();
    synchronized (failed) {
      if (draining || failed.isEmpty()) {
        return;
      }
      draining = true;
      for (Removal removal : failed) {
        if (batch.size() == BATCH) {
          break;
        }
        batch.add(removal);
      }
    }
    List<CompletableFuture<?>> sent = new ArrayList<>(batch.size());
    for (Removal removal : batch) {
      sent.add(remove.apply(removal).thenAccept(done -> succeeded(removal)).toCompletableFuture());
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .whenComplete((all, failure) -> drained(failure == null));
  }

  private void succeeded(Removal removal) {
    acknowledged();
    synchronized (failed) {
      failed.remove(removal);
    }
  }

  private void drained(boolean all) {
    long next;
    synchronized (failed) {
      draining = false;
      pause = all ? FIRST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      next = failed.isEmpty() ? -1 : all ? 0 : pause;
    }
    if (next >= 0) {
      drainAfter(next);
    }
  }
}
