package io.github.cacheaside;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/** Walks the choices of a play, each time from its beginning: all of them, or some at random. */
final class Schedules {
  private static final int MOST_EXAMPLES = 3;
  private static final int MOST = 1_000_000;

  /** How many schedules there were, and the first few that went wrong. */
  record Found(int schedules, List<String> wrong) {}

  private Schedules() {}

  /** Plays every schedule, or stops soon after some have gone wrong. */
  static Found all(Function<IntUnaryOperator, List<String>> play) {
    List<String> wrong = new ArrayList<>();
    Choices choices = new Choices();
    int played = 0;
    do {
      wrong.addAll(play.apply(choices));
      played++;
    } while (wrong.size() < MOST_EXAMPLES && played < MOST && choices.next());
    return new Found(played, wrong);
  }

  /** Plays so many random schedules, or stops soon after some have gone wrong. */
  static Found some(int count, long seed, Function<IntUnaryOperator, List<String>> play) {
    List<String> wrong = new ArrayList<>();
    Random random = new Random(seed);
    int played = 0;
    while (wrong.size() < MOST_EXAMPLES && played < count) {
      wrong.addAll(play.apply(random::nextInt));
      played++;
    }
    return new Found(played, wrong);
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
