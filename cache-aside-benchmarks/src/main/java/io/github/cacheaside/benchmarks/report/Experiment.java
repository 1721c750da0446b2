package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.function.Consumer;

/** Something that can be run to see whether a promise holds. */
public interface Experiment {

  /**
   * What was asked for.
   *
   * @param seconds how long the library itself is under test
   * @param seed of the schedule of faults and of the choice of keys
   * @param subjects those to run
   * @param waitBound whether the bound on the latency of waiters is judged or only reported
   * @param callers how many call at once, one after the other; none if the experiment chooses
   * @param busy how many processes that burn CPU run beside it, where the experiment can do that
   * @param progress told what is going on, for people
   */
  record Plan(
      int seconds,
      long seed,
      List<String> subjects,
      boolean waitBound,
      List<Integer> callers,
      int busy,
      Consumer<String> progress) {}

  String name();

  /** What it shows, in one line. */
  String about();

  /** The subjects it can take, in their order. */
  List<String> subjects();

  int defaultSeconds();

  /** The figures that documents show, in the order that a reader wants. */
  List<Column> columns();

  /** Hands each result over as soon as it is there. */
  void run(Plan plan, Consumer<Result> results) throws Exception;
}
