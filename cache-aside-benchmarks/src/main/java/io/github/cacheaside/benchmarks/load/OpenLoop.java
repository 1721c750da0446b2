package io.github.cacheaside.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Calls at a fixed rate, as requests come to an application: the next call is due whether or not
 * the one before has ended. A latency counts from the moment at which its call was due, so a stall
 * shows in all calls that were due meanwhile. A closed loop ({@link Hammer}) does not make those
 * calls, and its percentiles leave them out.
 */
public final class OpenLoop {
  /** Calls that are this late are not made; they count with the latency that they have by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long LONGEST = Duration.ofMinutes(2).toNanos();
  private static final int DIGITS = 3;

  private OpenLoop() {}

  /**
   * What was found.
   *
   * @param latencies from the moments at which the calls were due, in nanoseconds
   * @param skipped how many calls were not made, since they were too late
   * @param cpuNanos what this process took of the processors, in all
   */
  public record Found(Histogram latencies, long skipped, long cpuNanos) {
    public double micros(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    /** The processors' time for each call, with what the callers themselves take. */
    public double cpuMicros() {
      return cpuNanos / 1e3 / Math.max(1, latencies.getTotalCount() - skipped);
    }
  }

  /**
   * When the calls of one caller are due.
   *
   * @param first the first, by the clock
   * @param period nanoseconds from one to the next
   * @param count how many there are
   */
  record Schedule(long first, double period, long count) {
    long due(long call) {
      return first + Math.round(call * period);
    }

    /** The share of one caller: all have the same rate, and take turns within a period. */
    static Schedule of(int caller, int callers, double perSecond, Duration time, long begin) {
      double period = callers * 1e9 / perSecond;
      long count = Math.max(1, Math.round(time.toNanos() / period));
      return new Schedule(begin + Math.round(caller * period / callers), period, count);
    }
  }

  /** What one caller has found. */
  static final class Part {
    private final Histogram latencies = new Histogram(LONGEST, DIGITS);
    private long skipped;

    Histogram latencies() {
      return latencies;
    }

    long skipped() {
      return skipped;
    }
  }

  /**
   * Calls for a while.
   *
   * @param perSecond how many calls are due in a second, of all callers together
   */
  public static Found measure(int callers, double perSecond, Duration time, Hammer.Call call)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    CyclicBarrier ready = new CyclicBarrier(callers + 1);
    CyclicBarrier start = new CyclicBarrier(callers + 1);
    long[] begin = new long[1];
    try {
      List<Future<Part>> parts = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        int caller = i;
        Callable<Part> loop =
            () -> {
              Part part = new Part();
              SplittableRandom random = new SplittableRandom(caller);
              ready.await();
              start.await();
              Schedule due = Schedule.of(caller, callers, perSecond, time, begin[0]);
              callAll(Clock.SYSTEM, due, call, random, part);
              return part;
            };
        parts.add(pool.submit(loop));
      }
      ready.await();
      long cpu = ProcessCpu.nanos();
      begin[0] = System.nanoTime() + Duration.ofMillis(20).toNanos();
      start.await();
      return found(parts, cpu);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Found found(List<Future<Part>> parts, long cpuBefore) throws Exception {
    Histogram all = new Histogram(LONGEST, DIGITS);
    long skipped = 0;
    for (Future<Part> part : parts) {
      all.add(part.get().latencies);
      skipped += part.get().skipped;
    }
    return new Found(all, skipped, ProcessCpu.nanos() - cpuBefore);
  }

  static void callAll(
      Clock clock, Schedule schedule, Hammer.Call call, SplittableRandom random, Part part)
      throws Exception {
    for (long i = 0; i < schedule.count(); i++) {
      long due = schedule.due(i);
      clock.sleepUntil(due);
      if (clock.nanos() - due > PATIENCE.toNanos()) {
        part.skipped++;
      } else {
        call.run(random);
      }
      part.latencies.recordValue(Math.min(LONGEST, clock.nanos() - due));
    }
  }
}
