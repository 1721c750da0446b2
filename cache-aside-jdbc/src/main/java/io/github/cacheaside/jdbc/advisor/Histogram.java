package io.github.cacheaside.jdbc.advisor;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts of durations from 1 µs to an hour, in steps of 6 %; 2 KB. */
final class Histogram {
  private static final int STEPS = 16; // to a doubling
  private static final int OCTAVES = 32;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(STEPS * OCTAVES);

  void add(long nanos) {
    counts.incrementAndGet(index(Math.max(1, nanos / 1_000)));
  }

  private static int index(long micros) {
    int octave = 63 - Long.numberOfLeadingZeros(micros);
    int step =
        octave >= 4
            ? (int) (micros >>> (octave - 4)) & (STEPS - 1)
            : (int) (micros << (4 - octave)) & (STEPS - 1);
    return Math.min(octave * STEPS + step, STEPS * OCTAVES - 1);
  }

  /** The upper end of the step in which a share of all durations ends; 0 if there are none. */
  long quantile(double share) {
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    long wanted = (long) Math.ceil(all * share);
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= wanted && seen > 0) {
        return upperNanos(i);
      }
    }
    return 0;
  }

  private static long upperNanos(int index) {
    double start = Math.scalb(1.0, index / STEPS);
    return (long) (start * (1 + (index % STEPS + 1) / (double) STEPS) * 1_000);
  }
}
