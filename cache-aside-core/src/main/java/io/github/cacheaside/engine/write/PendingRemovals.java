package io.github.cacheaside.engine.write;

import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.Reconnections;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

/**
 * Tries failed removals again until they succeed, and repeats recent ones after the store was away,
 * since a new primary may have lost acknowledged writes. Removing an entry is safe at any time, by
 * anyone, any number of times.
 *
 * <p>Recent is what was removed in the 30 seconds before the last removal that the store has
 * acknowledged, so an outage may be as long as it likes. What it acknowledges when it is back moves
 * that on only 10 seconds later, when what was lost has been repeated.
 *
 * <p>What failed of one call is kept whole, however much it is: a call with more than 1,000 of them
 * hands over its own list, which costs about 80 bytes a key. Of calls with fewer, 10,000 failed
 * removals are kept, at about 200 bytes each, and of large calls 2,000,000, or the last call alone
 * if it has more. Beyond that a cache that is clearable is cleared instead, which loses none; of
 * another one those are given up that have waited longest, which is counted and logged. Of what was
 * acknowledged the last 10,000 are repeated; if there were more, a clearable cache is cleared, and
 * for another one a WARN says so.
 */
public final class PendingRemovals {
  private static final Logger LOG = CacheLog.LOG;
  private static final int MOST_KEYS = 10_000;
  private static final int MOST_KEYS_OF_LARGE_CALLS = 2_000_000;
  private static final int LARGE_CALL = 1_000;
  private static final int BATCH = 256;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  /** What was removed in so many seconds before is repeated: 30. */
  public static final Duration REPLAY = Reconnections.HOLD;

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
  private final boolean clearable;

  // Each map is the monitor of itself and of what follows it; none is held while anything is sent.

  /** Which failure this is: a removal may fail again while it is being retried. */
  private final Map<Removal, Long> failed = new LinkedHashMap<>();

  /** What failed of large calls, a list for each; what fails again goes to the end of its list. */
  private final Deque<Deque<String>> large = new ArrayDeque<>();

  /** How many keys are in these lists, or on their way. */
  private int ofLarge;

  private boolean abandoned;

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

  /** When the youngest was sent of those that had no room. */
  private @Nullable Long forgotten;

  /**
   * For one cache.
   *
   * @param clearable whether {@link Tags#ALL} may be removed instead of very many entries
   */
  PendingRemovals(
      String cacheName,
      Counters counters,
      Timers timers,
      Function<Removal, ? extends CompletionStage<Boolean>> remove,
      boolean clearable) {
    this(cacheName, counters, timers, remove, clearable, System::nanoTime);
  }

  PendingRemovals(
      String cacheName,
      Counters counters,
      Timers timers,
      Function<Removal, ? extends CompletionStage<Boolean>> remove,
      boolean clearable,
      LongSupplier nanoTime) {
    this.cacheName = cacheName;
    this.counters = counters;
    this.timers = timers;
    this.remove = remove;
    this.clearable = clearable;
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
      if (settled - at <= REPLAY_NANOS) {
        forgotten = at;
      }
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
      removals.forEach(this::noteFailed);
      if (failed.size() > MOST_KEYS && !clearInstead()) {
        Iterator<Removal> oldest = failed.keySet().iterator();
        while (failed.size() > MOST_KEYS) {
          oldest.next();
          oldest.remove();
          lost++;
        }
      }
      plan(pause);
    }
    tellOfLost(lost, MOST_KEYS);
  }

  /** Takes the keys that failed of one call, and keeps all of them. */
  void retryKeys(List<String> storeKeys) {
    if (storeKeys.size() <= LARGE_CALL) {
      retry(storeKeys.stream().map(Removal::entry).toList());
      return;
    }
    int lost = 0;
    synchronized (failed) {
      large.addLast(new ArrayDeque<>(storeKeys));
      ofLarge += storeKeys.size();
      if (ofLarge > MOST_KEYS_OF_LARGE_CALLS && !clearInstead()) {
        while (ofLarge > MOST_KEYS_OF_LARGE_CALLS && large.size() > 1) {
          int oldest = large.removeFirst().size();
          ofLarge -= oldest;
          lost += oldest;
        }
      }
      plan(pause);
    }
    tellOfLost(lost, MOST_KEYS_OF_LARGE_CALLS);
  }

  /** Makes one removal of all that wait, where that can be; to be called under the monitor. */
  private boolean clearInstead() {
    if (!clearable) {
      return false;
    }
    failed.keySet().removeIf(removal -> !removal.tag());
    large.forEach(keys -> ofLarge -= keys.size());
    large.clear();
    noteFailed(Removal.tag(Tags.ALL));
    LOG.warn("cache {}: so many failed invalidations wait that all of it is cleared", cacheName);
    return true;
  }

  private void tellOfLost(int lost, int most) {
    if (lost > 0) {
      counters.invalidationsLost(lost);
      LOG.warn(
          "cache {}: {} failed invalidations were given up, more than {} wait; entries may be old"
              + " until their TTL",
          cacheName,
          lost,
          most);
    }
  }

  /** The store was closed: there is nothing to try it on any more. */
  void abandon() {
    int lost;
    synchronized (failed) {
      lost = failed.size() + ofLarge;
      failed.clear();
      large.clear();
      ofLarge = 0;
      abandoned = true;
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

  private void noteFailed(Removal removal) {
    failed.put(removal, ++failures);
  }

  /** The store was away: what was removed in the 30 seconds before is removed again. */
  void replay() {
    List<Removal> again = new ArrayList<>();
    boolean more;
    synchronized (recent) {
      Long last = forgotten;
      more = last != null && settled - last <= REPLAY_NANOS;
      forgotten = null;
      recent.forEach(
          (removal, at) -> {
            if (settled - at <= REPLAY_NANOS) {
              again.add(removal);
            }
          });
    }
    synchronized (failed) {
      again.forEach(this::noteFailed); // twice as many as either kind, at most
      if (more && clearable) {
        noteFailed(Removal.tag(Tags.ALL));
      }
      pause = FIRST_PAUSE_MILLIS;
    }
    if (more && !clearable) {
      LOG.warn(
          "cache {}: the store was away, and only the last {} invalidations can be repeated; if it"
              + " has lost those before them, entries may be old until their TTL",
          cacheName,
          MOST_KEYS);
    }
    drain();
  }

  public int size() {
    synchronized (failed) {
      return failed.size() + ofLarge;
    }
  }

  /** One plan at a time, for all threads; to be called under the monitor of what failed. */
  private void plan(long millis) {
    if (planned == null && !draining) {
      planned = timers.after(Duration.ofMillis(millis), this::drain);
    }
  }

  private void drain() {
    Map<Removal, Long> batch = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    Deque<String> list;
    synchronized (failed) {
      if (planned != null) {
        planned.cancel(false); // it is this one, or later
        planned = null;
      }
      if (draining || (failed.isEmpty() && large.isEmpty())) {
        return;
      }
      draining = true;
      Iterator<Map.Entry<Removal, Long>> first = failed.entrySet().iterator();
      int most = large.isEmpty() ? BATCH : BATCH / 2;
      while (batch.size() < most && first.hasNext()) {
        Map.Entry<Removal, Long> one = first.next();
        batch.put(one.getKey(), one.getValue());
        first.remove();
      }
      failed.putAll(batch); // at the end: what fails again lets the others pass
      list = large.peekFirst();
      while (list != null && batch.size() + keys.size() < BATCH && !list.isEmpty()) {
        keys.add(list.removeFirst());
      }
    }
    List<CompletableFuture<?>> sent = new ArrayList<>(batch.size() + keys.size());
    batch.forEach(
        (removal, failure) ->
            sent.add(
                remove
                    .apply(removal)
                    .thenAccept(done -> succeeded(removal, failure))
                    .toCompletableFuture()));
    for (String key : keys) {
      sent.add(
          remove
              .apply(Removal.entry(key))
              .whenComplete((done, failure) -> tried(list, key, failure))
              .toCompletableFuture());
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .whenComplete((all, failure) -> drained(failure == null));
  }

  /** A key of a large call; a list that was given up meanwhile takes it back no more. */
  private void tried(@Nullable Deque<String> list, String key, @Nullable Throwable failure) {
    synchronized (failed) {
      if (abandoned) {
        return; // they were counted as lost
      }
      if (failure == null || list == null) {
        ofLarge--;
      } else if (large.peekFirst() == list) {
        list.addLast(key);
      } else if (clearable) {
        ofLarge--; // all is cleared
      } else {
        large.addLast(new ArrayDeque<>(List.of(key)));
      }
    }
    if (failure == null) {
      done(List.of(Removal.entry(key)));
    }
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
      Deque<String> first = large.peekFirst();
      if (first != null && (!all || first.isEmpty())) {
        large.removeFirst();
        if (!first.isEmpty()) {
          large.addLast(first); // what fails again lets the other calls pass
        }
      }
      if (!failed.isEmpty() || !large.isEmpty()) {
        plan(all ? 0 : pause);
      }
    }
  }
}
