package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.function.Predicate;

/**
 * A subject that lacks a rule goes wrong now and then, and not always in the few seconds of a short
 * run; on a busy machine one that has all rules may hardly get to a hit in them. So it runs again
 * until it does.
 */
public final class RunUntil {
  /** So many that no luck lasts for them. */
  private static final int MOST_RUNS = 20;

  private RunUntil() {}

  /** Runs until something of that kind is found, and fails if it never is. */
  public static <T> void found(Callable<T> run, Predicate<T> enough) throws Exception {
    T found = run.call();
    for (int runs = 1; !enough.test(found); runs++) {
      assertThat(runs).as("runs without it, the last: %s", found).isLessThan(MOST_RUNS);
      found = run.call();
    }
  }
}
