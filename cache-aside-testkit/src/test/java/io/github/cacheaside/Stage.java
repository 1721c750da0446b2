package io.github.cacheaside;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets the marked steps of a play pass one at a time, in an order that a chooser determines. One
 * thread runs at a time, so the same choices give the same play.
 *
 * <p>It is also the caches' executor. What a cache does on it follows at once upon the step that
 * caused it, except where the grain makes it a step of its own.
 */
final class Stage implements Executor {
  private static final int MOST_STEPS = 200;

  /** What is a step, besides the operations of the store and what the writer does. */
  enum Grain {
    /** A load: from the engine's decision to load to the landing. */
    LOADS,
    /** A database read, and the rest of the load. */
    READS,
    /** Whatever the engine does on its executor; and each read's first look by itself. */
    ALL
  }

  /** A step that waits to be chosen. */
  private record Step(String name, BooleanSupplier enabled, Runnable action) {}

  private final Grain grain;
  private final List<Step> waiting = new ArrayList<>();
  private final List<String> passed = new ArrayList<>();
  private final Deque<Runnable> due = new ArrayDeque<>();
  private final Semaphore over = new Semaphore(0);
  private final BlockingQueue<Runnable> afterPause = new LinkedBlockingQueue<>();
  private volatile Thread active = Thread.currentThread();
  private boolean loads;
  private @Nullable String caused;
  private UnaryOperator<Runnable> wrapper = UnaryOperator.identity();

  Stage(Grain grain) {
    this.grain = grain;
  }

  /** Adds a step. */
  void mark(String name, Runnable action) {
    mark(name, () -> true, action);
  }

  void mark(String name, BooleanSupplier enabled, Runnable action) {
    waiting.add(new Step(name, enabled, action));
  }

  /**
   * Answers a cache.
   *
   * @param who the JVM
   * @param loads whether what this causes is a load
   * @param around put around what this causes
   * @param answer gives the answer
   */
  void answer(String who, boolean loads, UnaryOperator<Runnable> around, Runnable answer) {
    this.loads = loads;
    caused = loads ? who + " loads" : grain == Grain.ALL ? who + " goes on" : null;
    wrapper = around;
    answer.run();
    caused = null;
    wrapper = UnaryOperator.identity();
  }

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() != active) {
      afterPause.add(task);
    } else if (caused != null) {
      Runnable wrapped = wrapper.apply(task);
      mark(caused, loads && grain != Grain.LOADS ? () -> runApart(wrapped) : wrapped);
    } else {
      due.add(wrapper.apply(task));
    }
  }

  /** Runs a load on a thread of its own, until it ends or {@linkplain #haveRead stops}. */
  private void runApart(Runnable load) {
    Thread thread =
        new Thread(
            () -> {
              try {
                load.run();
              } finally {
                over.release();
              }
            });
    thread.setDaemon(true);
    handOver(thread, thread::start);
  }

  /** Called by a loader that has its row: what follows is a step of its own. */
  void haveRead(String who) {
    if (grain == Grain.LOADS) {
      return;
    }
    Thread me = Thread.currentThread();
    Semaphore mayReturn = new Semaphore(0);
    mark(who + " returns from loading", () -> handOver(me, mayReturn::release));
    over.release();
    await(mayReturn);
  }

  private void handOver(Thread thread, Runnable wake) {
    Thread me = active;
    active = thread;
    wake.run();
    await(over);
    active = me;
  }

  private static void await(Semaphore permit) {
    try {
      if (!permit.tryAcquire(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the other thread hangs");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until a pause of one of the caches is over, and does what comes then. */
  void endPause() {
    try {
      Objects.requireNonNull(afterPause.poll(60, TimeUnit.SECONDS), "nobody polls").run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Passes steps until none is left that could be; the chooser gets how many there are. */
  void pass(IntUnaryOperator chooser) {
    List<Step> enabled = enabled();
    while (!enabled.isEmpty()) {
      Step step = enabled.get(chooser.applyAsInt(enabled.size()));
      waiting.remove(step);
      passed.add(step.name());
      if (passed.size() > MOST_STEPS) {
        throw new AssertionError("endless: " + passed);
      }
      step.action().run();
      catchUp();
      enabled = enabled();
    }
  }

  /**
   * Passes the step that was marked last, as a part of the one that is passing, if the grain
   * allows.
   */
  void passLast() {
    if (grain != Grain.ALL) {
      waiting.remove(waiting.size() - 1).action().run();
    }
  }

  /** Does what is to be done at once. */
  void catchUp() {
    for (Runnable task = due.poll(); task != null; task = due.poll()) {
      task.run();
    }
  }

  private List<Step> enabled() {
    return waiting.stream().filter(step -> step.enabled().getAsBoolean()).toList();
  }

  /** The names of the steps that have passed, in order. */
  List<String> passed() {
    return passed;
  }
}
