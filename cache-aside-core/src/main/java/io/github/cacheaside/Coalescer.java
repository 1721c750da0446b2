package io.github.cacheaside;

import java.time.Duration;
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
 * <p>Whoever fills a batch leads it; else its members are asked to, one after the other until one
 * comes, for the thread of any of them may be busy or gone. The load runs on the leader's thread,
 * and each of the others takes its value on its own. Every member keeps its own lease and flight;
 * an interrupt of the leader is the leader's affair, and the others go into the next batch.
 *
 * <p>The lock is held for a few list operations only.
 */
final class Coalescer<K, V> {

  /**
   * What the builder was told.
   *
   * @param maxBatch how many keys a bulk load has at most
   * @param maxWait how long a miss waits for others
   */
  record Bounds(int maxBatch, Duration maxWait) {}

  private final Engine<K, V> engine;
  private final Bounds bounds;
  private final Lock lock = new ReentrantLock();
  private int closed; // batches that take no more members and are not over
  private @Nullable Batch gathering;

  Coalescer(Engine<K, V> engine, Bounds bounds) {
    this.engine = engine;
    this.bounds = bounds;
  }

  /** Loads for this attempt: now and here, or together with others. */
  void load(Attempt<K, V> attempt) {
    Batch full = gather(attempt);
    if (full != null && !full.lead(attempt)) {
      full.ask();
    }
  }

  private @Nullable Batch gather(Attempt<K, V> attempt) {
    lock.lock();
    try {
      Batch batch = gathering == null ? new Batch() : gathering;
      batch.add(attempt);
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

  private void hand(Attempt<K, V> to, Runnable step, Consumer<Throwable> refused) {
    try {
      to.executor().execute(step);
    } catch (Throwable e) { // rejected, or no thread to be had
      refused.accept(e);
    }
  }

  /**
   * Hands a step to the thread of a caller who waits; but with time-outs the callers may have left,
   * and this is a thread of the executor.
   */
  private void pass(Attempt<K, V> to, Runnable step, Consumer<Throwable> refused) {
    if (engine.loads().here()) {
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
    private final List<Attempt<K, V>> members = new ArrayList<>();
    private final Queue<Attempt<K, V>> unasked = new ArrayDeque<>();
    private boolean led;
    private @Nullable Future<?> timer;

    void add(Attempt<K, V> attempt) {
      members.add(attempt);
      unasked.add(attempt);
      if (members.size() == 1 && closed > 0) {
        askLater();
      }
    }

    int size() {
      return members.size();
    }

    private void askLater() {
      timer = engine.timers().after(bounds.maxWait(), this::ask);
    }

    private void stopTimer() {
      if (timer != null) {
        timer.cancel(false);
      }
    }

    /** Asks the next member to lead, and another one if that one does not come. */
    void ask() {
      Attempt<K, V> next;
      lock.lock();
      try {
        if (led) {
          return;
        }
        if (gathering == this) {
          close();
        }
        next = nextUnasked();
        led = next == null && members.stream().allMatch(Attempt::isOver); // nobody needs it
        stopTimer();
        if (!led) {
          askLater();
        }
      } finally {
        lock.unlock();
      }
      if (next != null) {
        Attempt<K, V> leader = next;
        hand(leader, () -> lead(leader), leader::abandon);
      } else if (led) {
        over();
      }
    }

    private @Nullable Attempt<K, V> nextUnasked() {
      Attempt<K, V> next = unasked.poll();
      while (next != null && next.isOver()) {
        next = unasked.poll();
      }
      return next;
    }

    /** Loads for all, unless another member does so; false if this one's caller has gone away. */
    boolean lead(Attempt<K, V> leader) {
      List<Attempt<K, V>> all;
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

    private void loadTogether(List<Attempt<K, V>> all, Attempt<K, V> leader) {
      Reading reading = Attempt.reading(all);
      List<K> keys = all.stream().map(Attempt::key).toList();
      engine
          .loads()
          .start(
              leader.inContext(
                  () -> land(BulkLoad.run(engine, leader.call(), keys, reading), all, leader)),
              () -> all.forEach(Attempt::doWithout),
              late -> {
                if (!Loads.goesOn(late)) {
                  over(); // it could not even be started
                }
                all.forEach(member -> member.doWithout(late, reading.asOf()));
              });
    }

    private void land(BulkLoad<K, V> load, List<Attempt<K, V>> all, Attempt<K, V> leader) {
      over();
      boolean interrupted = load.interrupted();
      for (Attempt<K, V> member : all) {
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
