package io.github.cacheaside.benchmarks.load;

import java.util.Arrays;

/** Latencies of many calls, in microseconds. */
public final class Latencies {
  private long[] sorted = new long[0];

  /** Adds what a worker answered. */
  public void add(String answer) {
    String numbers = answer.substring(answer.indexOf(' ') + 1);
    if (numbers.isBlank()) {
      return;
    }
    long[] more = Arrays.stream(numbers.split(",")).mapToLong(Long::parseLong).toArray();
    long[] all = Arrays.copyOf(sorted, sorted.length + more.length);
    System.arraycopy(more, 0, all, sorted.length, more.length);
    Arrays.sort(all);
    sorted = all;
  }

  public int size() {
    return sorted.length;
  }

  /** The smallest latency that this share of the calls did not exceed, in ms; 0 without calls. */
  public double millis(double share) {
    if (sorted.length == 0) {
      return 0;
    }
    int at = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, at)] / 1_000.0;
  }
}
