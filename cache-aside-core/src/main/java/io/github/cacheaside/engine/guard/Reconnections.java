package io.github.cacheaside.engine.guard;

import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.base.Tokens;
import io.github.cacheaside.spi.CacheStore;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the caches over one store do when the store was away and is back. The store holds one action
 * for all of them, and that holds none of them: a cache that is no longer used is collected, and
 * with it its place here.
 *
 * <p>One that has removed entries is held for 30 seconds more, and on while the store does not
 * answer, since the store may turn out to have lost these removals. It is held by the store, not by
 * this class: a store that is dropped takes its caches with it.
 */
public final class Reconnections {
  /** How long removals are to be repeated: 30 seconds. */
  public static final Duration HOLD = Duration.ofSeconds(30);

  /** Is told on a thread of the store; does not block. No two are equal. */
  public interface Action {
    /** The store was away and is back. */
    void reconnected();
  }

  /** By identity, and without keeping the store: what is registered at it keeps these. */
  private static final Map<Key, WeakReference<Reconnections>> OF_STORES = new HashMap<>();

  private static final ReferenceQueue<CacheStore> DROPPED = new ReferenceQueue<>();

  private static final class Key extends WeakReference<CacheStore> {
    private final int hash;

    Key(CacheStore store, @Nullable ReferenceQueue<CacheStore> queue) {
      super(store, queue);
      this.hash = System.identityHashCode(store);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other == this || (other instanceof Key key && get() != null && get() == key.get());
    }
  }

  private final WeakReference<CacheStore> store;
  private final Timers timers;

  // all of these are guarded by this, which is not held while anything is told
  private final Set<Action> actions = Collections.newSetFromMap(new WeakHashMap<>());

  /** Those that have removed something, with the moment of the last removal. */
  private final Map<Action, Long> held = new HashMap<>();

  private String prefix = "";
  private boolean planned;

  Reconnections(CacheStore store, Timers timers) {
    this.store = new WeakReference<>(store);
    this.timers = timers;
  }

  /** Those of a store. */
  public static Reconnections of(CacheStore store) {
    synchronized (OF_STORES) {
      Reference<? extends CacheStore> dropped = DROPPED.poll();
      while (dropped != null) {
        OF_STORES.remove(dropped);
        dropped = DROPPED.poll();
      }
      WeakReference<Reconnections> known = OF_STORES.get(new Key(store, null));
      Reconnections reconnections = known == null ? null : known.get();
      if (reconnections == null) {
        reconnections = new Reconnections(store, Timers.SHARED);
        OF_STORES.put(new Key(store, DROPPED), new WeakReference<>(reconnections));
        store.onReconnect(reconnections::happened);
      }
      return reconnections;
    }
  }

  /** Adds an action, which is run for as long as another object holds it. */
  public synchronized void add(Action action) {
    actions.add(action);
  }

  /**
   * Holds an action that has just removed something.
   *
   * @param keyPrefix with what keys begin that may be looked up
   */
  public void hold(Action action, String keyPrefix) {
    synchronized (this) {
      prefix = keyPrefix;
      held.put(action, System.nanoTime());
      if (planned) {
        return;
      }
      planned = true;
    }
    plan();
  }

  /** How many are known. */
  synchronized int size() {
    return actions.size();
  }

  /** How many are held. */
  synchronized int heldCount() {
    return held.size();
  }

  private void happened() {
    List<Action> all;
    synchronized (this) {
      all = new ArrayList<>(new HashSet<>(actions));
    }
    all.forEach(Action::reconnected);
  }

  private void plan() {
    WeakReference<Reconnections> me = new WeakReference<>(this);
    timers.after(
        HOLD,
        () -> {
          Reconnections alive = me.get();
          if (alive != null) {
            alive.look();
          }
        });
  }

  /** Asks the store whether it is well: what it has lost by then, it has told of. */
  private void look() {
    CacheStore known = store.get();
    if (known == null || known.isClosed()) {
      letGo(Long.MAX_VALUE);
      return;
    }
    long asked = System.nanoTime();
    String key;
    synchronized (this) {
      key = prefix + "?" + Tokens.next().low();
    }
    try {
      known.lookup(key).whenComplete((found, failure) -> looked(failure == null, asked));
    } catch (RuntimeException e) { // not connected
      looked(false, asked);
    }
  }

  private void looked(boolean answered, long asked) {
    if (answered) {
      letGo(asked - HOLD.toNanos());
    }
    synchronized (this) {
      planned = !held.isEmpty();
      if (!planned) {
        return;
      }
    }
    plan();
  }

  private synchronized void letGo(long until) {
    held.values().removeIf(at -> until == Long.MAX_VALUE || at - until <= 0);
    planned = !held.isEmpty();
  }
}
