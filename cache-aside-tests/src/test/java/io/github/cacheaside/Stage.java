package io.github.cacheaside;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets the marked steps of a play pass one at a time, in an order that a chooser determines.
 *
 * <p>One thread at a time runs the play. A load that {@linkplain #stop stops} keeps its thread, and
 * another one goes on with the play; when the load is chosen it is the other way round. So the same
 * choices give the same play.
 */
final class Stage {
  private static final int MOST_STEPS = 100;
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "stage");
            thread.setDaemon(true);
            return thread;
          });

  /** A step that waits to be chosen: something to do, or a thread that sleeps until then. */
  private record Step(String name, BooleanSupplier enabled, Runnable action, boolean wakes) {}

  private final boolean fine;
  private final List<Step> waiting = new ArrayList<>();
  private final List<String> passed = new ArrayList<>();
  private final Deque<Runnable> due = new ArrayDeque<>();
  private final Semaphore ended = new Semaphore(0);
  private IntUnaryOperator chooser = count -> 0;
  private @Nullable Throwable failure;
  private volatile @Nullable Thread active;

  /**
   * A stage.
   *
   * @param fine whether what a cache does on its executor is a step too; else it follows at once
   *     upon the step that caused it
   */
  Stage(boolean fine) {
    this.fine = fine;
  }

  boolean isFine() {
    return fine;
  }

  /** Adds a step. */
  void mark(String name, Runnable action) {
    mark(name, () -> true, action);
  }

  /** Adds a step that can't be chosen before it is enabled. */
  void mark(String name, BooleanSupplier enabled, Runnable action) {
    waiting.add(new Step(name, enabled, action, false));
  }

  /** The executor of a cache. Only the play may call it: no timer, and no thread of a client. */
  Executor executor(String who) {
    return task -> {
      if (Thread.currentThread() != active) {
        throw new IllegalStateException("a step that the play did not cause");
      }
      if (fine) {
        mark(who + " goes on", task);
      } else {
        due.add(task);
      }
    };
  }

  /** Makes the calling load wait until it is chosen. */
  void stop(String name) {
    Semaphore turn = new Semaphore(0);
    Step mine = new Step(name, () -> true, turn::release, true);
    waiting.add(mine);
    Step next = due.isEmpty() ? choose() : null;
    if (!mine.equals(next)) {
      THREADS.execute(() -> run(next));
      await(turn);
      active = Thread.currentThread();
    }
    if (failure != null) {
      throw new AssertionError("the play is over", failure);
    }
  }

  /** Passes steps until none is left that could be; the chooser gets how many there are. */
  void pass(IntUnaryOperator choices) {
    chooser = choices;
    run(null);
    await(ended);
    if (failure != null) {
      throw new AssertionError("after " + passed, failure);
    }
  }

  /** Makes the step that was marked last a part of the one that is passing. */
  void passLast() {
    waiting.remove(waiting.size() - 1).action().run();
  }

  private void run(@Nullable Step first) {
    active = Thread.currentThread();
    try {
      Step step = first == null ? choose() : first;
      while (step != null && failure == null) {
        step.action().run();
        if (step.wakes()) {
          return;
        }
        step = choose();
      }
    } catch (Throwable e) {
      failure = e;
      waiting.stream().filter(Step::wakes).forEach(sleeper -> sleeper.action().run());
    }
    ended.release();
  }

  /** Does what is due, then takes the next step; null if there is none. */
  private @Nullable Step choose() {
    for (Runnable task = due.poll(); task != null; task = due.poll()) {
      task.run();
    }
    List<Step> enabled = waiting.stream().filter(step -> step.enabled().getAsBoolean()).toList();
    if (enabled.isEmpty()) {
      return null;
    }
    Step step = enabled.get(chooser.applyAsInt(enabled.size()));
    waiting.remove(step);
    passed.add(step.name());
    if (passed.size() > MOST_STEPS) {
      throw new AssertionError("endless");
    }
    return step;
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

  /** The names of the steps that have passed, in order. */
  List<String> passed() {
    return passed;
  }
}
