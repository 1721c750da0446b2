package io.github.cacheaside.benchmarks.experiments.miss;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.servers.LoadingDatabase;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads keys that nobody has read before, and times what each read takes beyond its own load: a
 * load that waits never takes exactly as long as it should.
 */
public final class TimedMiss implements Hammer.Call {
  private static final int SAMPLES = 1 << 16;

  private final Subject subject;
  private final LoadingDatabase database;
  private final AtomicLong next;
  private final AtomicLong calls = new AtomicLong();
  private final long[] nanos = new long[SAMPLES];

  /**
   * Makes a call.
   *
   * @param next the next key that nobody has read
   */
  TimedMiss(Subject subject, LoadingDatabase database, AtomicLong next) {
    this.subject = subject;
    this.database = database;
    this.next = next;
  }

  @Override
  public void run(SplittableRandom random) throws Exception {
    long key = next.getAndIncrement();
    long began = System.nanoTime();
    long version = subject.get(key);
    long took = System.nanoTime() - began;
    if (version != 1) {
      throw new IllegalStateException("a wrong value was read");
    }
    nanos[(int) (calls.getAndIncrement() & (SAMPLES - 1))] = took - database.took(key);
  }

  /** What was measured, with the latencies beyond the loads since this was asked last. */
  Hammer.Speed beyondLoads(Hammer.Speed measured) {
    int samples = (int) Math.min(calls.getAndSet(0), SAMPLES);
    long[] sorted = Arrays.copyOf(nanos, samples);
    Arrays.sort(sorted);
    return new Hammer.Speed(measured.perSecond(), micros(sorted, 0.5), micros(sorted, 0.99));
  }

  private static double micros(long[] sorted, double share) {
    int at = (int) Math.min(sorted.length - 1L, (long) (share * sorted.length));
    return sorted.length == 0 ? 0 : sorted[at] / 1e3;
  }
}
