package io.github.cacheaside;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets the marked steps of a play pass one at a time, in an order that a chooser determines. All of
 * it happens on one thread, so the same choices give the same play.
 *
 * <p>It is also the caches' executor. Coarse, what a cache does on it follows at once upon the step
 * that caused it, except for a database read, which is a step of its own. Fine, each of these
 * continuations is a step of its own.
 */
final class Stage implements Executor {
  private static final int MOST_STEPS = 200;

  /** A step that waits to be chosen. */
  private record Step(String name, BooleanSupplier enabled, Runnable action) {}

  private final Thread thread = Thread.currentThread();
  private final boolean fine;
  private final List<Step> waiting = new ArrayList<>();
  private final List<String> passed = new ArrayList<>();
  private final Deque<Runnable> due = new ArrayDeque<>();
  private final BlockingQueue<Runnable> afterPause = new LinkedBlockingQueue<>();
  private @Nullable String caused;
  private UnaryOperator<Runnable> wrapper = UnaryOperator.identity();

  Stage(boolean fine) {
    this.fine = fine;
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
   * @param loads whether what this causes is a database read
   * @param around put around what this causes
   */
  void answer(String who, boolean loads, UnaryOperator<Runnable> around, Runnable answer) {
    caused = loads ? who + " reads the database" : fine ? who + " goes on" : null;
    wrapper = around;
    answer.run();
    caused = null;
    wrapper = UnaryOperator.identity();
  }

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() != thread) {
      afterPause.add(task);
    } else if (caused != null) {
      mark(caused, wrapper.apply(task));
    } else {
      due.add(wrapper.apply(task));
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

  /** Passes the step that was marked last, as a part of the one that is passing; if coarse. */
  void passLast() {
    if (!fine) {
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
