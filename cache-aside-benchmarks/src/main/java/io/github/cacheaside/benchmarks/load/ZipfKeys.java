package io.github.cacheaside.benchmarks.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Chooses keys as people do: the second most popular half as often as the first, the third a third,
 * if the exponent is 1. Thread-safe.
 *
 * <p>Inverts the distribution function by a binary search in a table of it.
 */
public final class ZipfKeys {
  private final double[] upTo;

  /**
   * Makes a choice among keys.
   *
   * @param keys how many, from 1
   * @param exponent 0 makes all keys alike; YCSB takes 0.99
   */
  public ZipfKeys(int keys, double exponent) {
    if (keys < 1) {
      throw new IllegalArgumentException("keys must be at least 1 but was " + keys);
    }
    this.upTo = new double[keys];
    double sum = 0;
    for (int rank = 0; rank < keys; rank++) {
      sum += Math.pow(rank + 1, -exponent);
      upTo[rank] = sum;
    }
    for (int rank = 0; rank < keys; rank++) {
      upTo[rank] /= sum;
    }
  }

  /** The next key; 0 is the most popular. */
  public int next(SplittableRandom random) {
    int found = Arrays.binarySearch(upTo, random.nextDouble());
    return Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
  }
}
