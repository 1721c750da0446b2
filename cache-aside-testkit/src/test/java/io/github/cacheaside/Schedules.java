package io.github.cacheaside;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Walks the choices of a play, each time from its beginning: all of them, or some at random.
 *
 * <p>A run follows the choices it was given and then always takes the first; for every other choice
 * that it could have made there it leaves another run to do. Many run at once, not for the cores
 * but because the plays wait for pauses of the engine.
 */
final class Schedules {
  private static final int AT_ONCE = 24;
  private static final int MOST_EXAMPLES = 3;

  /** How many schedules there were, and the first few that went wrong. */
  record Found(int schedules, List<String> wrong) {}

  private final Function<IntUnaryOperator, List<String>> play;
  private final AtomicInteger played = new AtomicInteger();
  private final ConcurrentLinkedDeque<String> wrong = new ConcurrentLinkedDeque<>();

  private Schedules(Function<IntUnaryOperator, List<String>> play) {
    this.play = play;
  }

  /** Plays every schedule, or stops soon after some have gone wrong. */
  static Found all(Function<IntUnaryOperator, List<String>> play) {
    Schedules schedules = new Schedules(play);
    return schedules.runAtOnce(schedules.new Run(new int[0]));
  }

  /** Plays so many random schedules, or stops soon after some have gone wrong. */
  static Found some(int count, long seed, Function<IntUnaryOperator, List<String>> play) {
    Schedules schedules = new Schedules(play);
    return schedules.runAtOnce(
        new RecursiveAction() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void compute() {
            invokeAll(new Random(seed).longs(count).mapToObj(schedules::random).toList());
          }
        });
  }

  private Found runAtOnce(ForkJoinTask<?> first) {
    ForkJoinPool pool = new ForkJoinPool(AT_ONCE);
    try {
      pool.invoke(first);
    } finally {
      pool.shutdown();
    }
    return new Found(played.get(), wrong.stream().limit(MOST_EXAMPLES).toList());
  }

  private ForkJoinTask<?> random(long seed) {
    return ForkJoinTask.adapt(() -> perform(new Random(seed)::nextInt));
  }

  private void perform(IntUnaryOperator chooser) {
    if (wrong.size() < MOST_EXAMPLES) {
      wrong.addAll(play.apply(chooser));
      played.incrementAndGet();
    }
  }

  /** One run, and then those that differ from it in a choice after the given ones. */
  private final class Run extends RecursiveAction {
    private static final long serialVersionUID = 1L;

    private final transient int[] choices;

    Run(int[] choices) {
      this.choices = choices;
    }

    @Override
    protected void compute() {
      Recorder recorder = new Recorder(choices);
      perform(recorder);
      invokeAll(recorder.others().map(Run::new).toList());
    }
  }
}
