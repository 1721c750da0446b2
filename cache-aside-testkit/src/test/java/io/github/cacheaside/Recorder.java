package io.github.cacheaside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes the choices it is told, then always the first; and remembers how many there were. */
final class Recorder implements IntUnaryOperator {
  private final int[] told;
  private final List<Integer> counts = new ArrayList<>();

  Recorder(int[] told) {
    this.told = told;
  }

  @Override
  public int applyAsInt(int count) {
    int step = counts.size();
    counts.add(count);
    int choice = step < told.length ? told[step] : 0;
    if (choice >= count) {
      throw new AssertionError("the same choices gave another play at step " + step);
    }
    return choice;
  }

  /** The choices it could have made instead, after those it was told. */
  Stream<int[]> others() {
    return IntStream.range(told.length, counts.size())
        .boxed()
        .flatMap(step -> IntStream.range(1, counts.get(step)).mapToObj(other -> with(step, other)));
  }

  private int[] with(int step, int choice) {
    int[] choices = Arrays.copyOf(told, step + 1);
    choices[step] = choice;
    return choices;
  }
}
