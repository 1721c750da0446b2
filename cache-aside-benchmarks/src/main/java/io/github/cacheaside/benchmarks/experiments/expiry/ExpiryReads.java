package io.github.cacheaside.benchmarks.experiments.expiry;

import io.github.cacheaside.benchmarks.load.Latencies;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LoggedLoads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The reads of a run, those at an expiry and the others. All moments are in nanoseconds. */
final class ExpiryReads {
  /** Loads that begin within that time of the first belong to the same expiry. */
  private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(2 * LoggedLoads.LOAD_MILLIS);

  private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(25);

  /**
   * One read.
   *
   * @param stale whether it was told that its answer is stale
   */
  record Read(long began, long ended, boolean stale) {
    long micros() {
      return (ended - began) / 1_000;
    }
  }

  /** The loads of one expiry: how many, from when until when. */
  record Expiry(int loads, long began, long ended) {}

  private final List<Read> reads;
  private final List<Expiry> expiries;

  /**
   * Sorts the reads.
   *
   * @param end loads that end after that may be incomplete in number, so they don't count
   */
  ExpiryReads(List<Read> reads, List<LoggedLoads.Load> loads, long end) {
    this.reads = reads;
    this.expiries = expiries(loads, end);
  }

  static List<Expiry> expiries(List<LoggedLoads.Load> loads, long end) {
    List<Expiry> expiries = new ArrayList<>();
    List<LoggedLoads.Load> sorted = new ArrayList<>(loads);
    sorted.sort(Comparator.comparingLong(LoggedLoads.Load::began));
    for (LoggedLoads.Load load : sorted) {
      Expiry last = expiries.isEmpty() ? null : expiries.get(expiries.size() - 1);
      if (last != null && load.began() - last.began() < TOGETHER) {
        long ended = Math.max(last.ended(), load.ended());
        expiries.set(expiries.size() - 1, new Expiry(last.loads() + 1, last.began(), ended));
      } else {
        expiries.add(new Expiry(1, load.began(), load.ended()));
      }
    }
    expiries.removeIf(expiry -> expiry.began() + TOGETHER - end > 0);
    return expiries;
  }

  private boolean atExpiry(Read read) {
    return expiries.stream()
        .anyMatch(
            expiry ->
                read.ended() - (expiry.began() - MARGIN) >= 0
                    && read.began() - (expiry.ended() + MARGIN) <= 0);
  }

  Result describe(Result result) {
    List<Long> plain = new ArrayList<>();
    List<Long> expiring = new ArrayList<>();
    for (Read read : reads) {
      (atExpiry(read) ? expiring : plain).add(read.micros());
    }
    long loads = expiries.stream().mapToLong(Expiry::loads).sum();
    double plain99 = millis(plain, 0.99);
    double expiry99 = millis(expiring, 0.99);
    double longest = Math.max(millis(plain, 1), millis(expiring, 1));
    return result
        .with("expiries", expiries.size())
        .with("loads", loads)
        .with("loads_per_expiry", loads / (double) Math.max(1, expiries.size()))
        .with("reads", reads.size())
        .with("reads_at_expiry", expiring.size())
        .with("plain_p50_ms", millis(plain, 0.5))
        .with("plain_p99_ms", plain99)
        .with("expiry_p50_ms", millis(expiring, 0.5))
        .with("expiry_p99_ms", expiry99)
        .with("p99_ratio", plain99 == 0 ? 0 : expiry99 / plain99)
        .with("longest_ms", longest)
        .with("stale", reads.stream().filter(Read::stale).count());
  }

  private static double millis(List<Long> micros, double share) {
    Latencies latencies = new Latencies();
    StringBuilder answer = new StringBuilder(" ");
    micros.forEach(one -> answer.append(answer.length() > 1 ? "," : "").append(one));
    latencies.add(answer.toString());
    return latencies.millis(share);
  }
}
