package io.github.cacheaside;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/** Walks the choices of a play, each time from its beginning, until one goes wrong. */
final class Schedules {
  private static final int MOST = 200_000;

  /**
   * What was found.
   *
   * @param schedules how many were played
   * @param wrong what went wrong in the last one; empty if nothing has
   */
  record Found(int schedules, List<String> wrong) {}

  private Schedules() {}

  /** Plays every schedule. */
  static Found all(Function<IntUnaryOperator, List<String>> play) {
    Choices choices = new Choices();
    List<String> wrong = List.of();
    int played = 0;
    do {
      if (played == MOST) {
        throw new AssertionError("more than " + MOST + " schedules");
      }
      wrong = play.apply(choices);
      played++;
    } while (wrong.isEmpty() && choices.next());
    return new Found(played, wrong);
  }

  /** Plays so many schedules at random, with the seeds from 0. */
  static Found some(int count, Function<IntUnaryOperator, List<String>> play) {
    List<String> wrong = List.of();
    int played = 0;
    while (wrong.isEmpty() && played < count) {
      wrong = play.apply(random(played));
      played++;
    }
    return new Found(played, wrong);
  }

  /** The choices of one schedule at random. */
  static IntUnaryOperator random(long seed) {
    return new SplittableRandom(seed)::nextInt;
  }

  /** Counts through all choices, the last one first, as an odometer does. */
  private static final class Choices implements IntUnaryOperator {
    private final List<Integer> chosen = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private int step;

    @Override
    public int applyAsInt(int count) {
      if (step == chosen.size()) {
        chosen.add(0);
        counts.add(count);
      }
      if (counts.get(step) != count) {
        throw new AssertionError("the same choices gave another play at step " + step);
      }
      return chosen.get(step++);
    }

    /** Goes to the next schedule; false if there is none. */
    boolean next() {
      step = 0;
      int last = chosen.size() - 1;
      while (last >= 0 && chosen.get(last) + 1 == counts.get(last)) {
        chosen.remove(last);
        counts.remove(last);
        last--;
      }
      if (last >= 0) {
        chosen.set(last, chosen.get(last) + 1);
      }
      return last >= 0;
    }
  }
}
