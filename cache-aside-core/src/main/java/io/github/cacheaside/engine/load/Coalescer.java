package io.github.cacheaside.engine.load;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers misses of single keys into bulk loads, as group commit gathers commits: the first miss is
 * loaded at once, and those that come meanwhile are gathered and loaded together when that load is
 * over, when they are enough, or when the oldest has waited long enough.
 *
 * <p>The caller that fills a batch leads it; else its members are asked to, one after the other
 * until one comes, for the thread of any of them may be busy or gone. The load runs on the leader's
 * thread, and each of the others takes its value on its own. Every member keeps its own lease and
 * flight; an interrupt of the leader is the leader's affair, and the others go into the next batch.
 *
 * <p>The lock is held for a few list operations only.
 */
public final class Coalescer<K> {

  private final Settings<K, ?> settings;
  private final Settings.CoalescingBounds bounds;
  private final Origins<K, ?> origins;
  private final LoadRunner runner;
  private final Timers timers;
  private final Lock lock = new ReentrantLock();
  private int closed; // batches that take no more members and are not over
  private @Nullable Batch gathering;

  public Coalescer(
      Settings<K, ?> settings,
      Settings.CoalescingBounds bounds,
      Origins<K, ?> origins,
      LoadRunner runner,
      Timers timers) {
    this.settings = settings;
    this.bounds = bounds;
    this.origins = origins;
    this.runner = runner;
    this.timers = timers;
  }

  /** Loads for this key: now and here, or together with others. */
  void load(LoadMember<K> member) {
    Batch full = gather(member);
    if (full != null && !full.lead(member)) {
      full.ask();
    }
  }

  private @Nullable Batch gather(LoadMember<K> member) {
    lock.lock();
    try {
      Batch batch = gathering == null ? new Batch() : gathering;
      batch.add(member);
      if (closed == 0 || batch.size() >= bounds.maxBatch()) {
        close();
        return batch;
      }
      gathering = batch;
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void hand(LoadMember<K> to, Runnable step, Consumer<Throwable> refused) {
    try {
      to.call().executor().execute(step);
    } catch (Throwable e) { // rejected, or no thread to be had
      refused.accept(e);
    }
  }

  /**
   * Hands a step to the thread of a waiting caller; but with time-outs the callers may have left,
   * and this is a thread of the executor.
   */
  private void pass(LoadMember<K> to, Runnable step, Consumer<Throwable> refused) {
    if (runner.here()) {
      hand(to, step, refused);
    } else {
      step.run();
    }
  }

  private void close() {
    gathering = null;
    closed++;
  }

  /** A batch is over; those that have gathered meanwhile are next. */
  private void over() {
    Batch next;
    lock.lock();
    try {
      closed--;
      if (closed > 0 || gathering == null) {
        return;
      }
      next = gathering;
      close();
    } finally {
      lock.unlock();
    }
    next.ask();
  }

  private final class Batch {
    private final List<LoadMember<K>> members = new ArrayList<>();
    private final Queue<LoadMember<K>> unasked = new ArrayDeque<>();
    private boolean led;
    private @Nullable Future<?> timer;

    void add(LoadMember<K> member) {
      members.add(member);
      unasked.add(member);
      if (members.size() == 1 && closed > 0) {
        askLater();
      }
    }

    int size() {
      return members.size();
    }

    private void askLater() {
      timer = timers.after(bounds.gatherTime(), this::ask);
    }

    private void stopTimer() {
      if (timer != null) {
        timer.cancel(false);
      }
    }

    /** Asks the next member to lead, and another one if that one does not come. */
    void ask() {
      LoadMember<K> next;
      lock.lock();
      try {
        if (led) {
          return;
        }
        if (gathering == this) {
          close();
        }
        next = nextUnasked();
        led = next == null && members.stream().allMatch(LoadMember::isOver); // no caller needs it
        stopTimer();
        if (!led) {
          askLater();
        }
      } finally {
        lock.unlock();
      }
      if (next != null) {
        LoadMember<K> leader = next;
        hand(leader, () -> lead(leader), leader::abandon);
      } else if (led) {
        over();
      }
    }

    private @Nullable LoadMember<K> nextUnasked() {
      LoadMember<K> next = unasked.poll();
      while (next != null && next.isOver()) {
        next = unasked.poll();
      }
      return next;
    }

    /** Loads for all, unless another member does so; false if this one's caller has gone away. */
    boolean lead(LoadMember<K> leader) {
      List<LoadMember<K>> all;
      lock.lock();
      try {
        if (led || leader.isOver()) {
          return led;
        }
        led = true;
        stopTimer();
        all = members.stream().filter(member -> !member.isOver()).toList();
      } finally {
        lock.unlock();
      }
      if (all.size() == 1) {
        leader.loadAlone(Coalescer.this::over);
      } else {
        loadTogether(all, leader);
      }
      return true;
    }

    private void loadTogether(List<LoadMember<K>> all, LoadMember<K> leader) {
      LoadStart start = LoadStart.of(settings, all);
      List<K> keys = all.stream().map(LoadMember::key).toList();
      Call call = leader.call();
      runner.start(
          call.inContext(() -> land(BulkLoad.run(origins, call, keys, start), all, leader)),
          () -> all.forEach(LoadMember::doWithout),
          late -> {
            if (!LoadRunner.goesOn(late)) {
              over(); // it could not even be started
            }
            all.forEach(member -> member.doWithout(late, start.asOf()));
          });
    }

    private void land(BulkLoad<K> load, List<LoadMember<K>> all, LoadMember<K> leader) {
      over();
      boolean interrupted = load.interrupted();
      for (LoadMember<K> member : all) {
        if (member == leader) {
          continue;
        }
        if (interrupted && !member.isOver()) {
          pass(member, () -> Coalescer.this.load(member), member::abandon);
        } else {
          pass(member, () -> load.land(member), refused -> load.land(member));
        }
      }
      load.land(leader);
    }
  }
}
