package io.github.cacheaside.benchmarks.experiments.tutorial;

import io.github.cacheaside.benchmarks.load.Oracle;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.load.ZipfKeys;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;

/**
 * Callers that each read and now and then write, one after the other; every read is judged by an
 * oracle. Seed and round decide who wants which key when, so that all subjects are asked for the
 * same.
 */
final class MixedLoad {
  private static final int WRITE_PERCENT = 5;
  private static final double EXPONENT = 0.99;

  private final int callers;
  private final ZipfKeys zipf;
  private final long seed;

  MixedLoad(int callers, int keys, long seed) {
    this.callers = callers;
    this.zipf = new ZipfKeys(keys, EXPONENT);
    this.seed = seed;
  }

  /** What one round of one subject gave. */
  static final class Round {
    private double readsPerSecond;
    private long writes;
    private long[] nanos = new long[0];

    private void add(Part part) {
      readsPerSecond += part.reads / part.seconds;
      writes += part.writes;
      int sum = nanos.length;
      nanos = Arrays.copyOf(nanos, sum + part.reads);
      System.arraycopy(part.nanos, 0, nanos, sum, part.reads);
    }

    /**
     * The sum over the callers: each one's reads by the time it took for all it did, the call that
     * it was in when the round ended included.
     */
    double readsPerSecond() {
      return readsPerSecond;
    }

    long writes() {
      return writes;
    }

    /** How long each read took. */
    LongStream nanos() {
      return LongStream.of(nanos);
    }
  }

  /** What one caller has done. */
  private static final class Part {
    private long[] nanos = new long[1 << 10];
    private int reads;
    private long writes;
    private double seconds;

    void read(long took) {
      if (reads == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * reads);
      }
      nanos[reads++] = took;
    }
  }

  Round run(Subject subject, SharedMemory shared, int round, Duration time) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CyclicBarrier start = new CyclicBarrier(callers + 1);
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try {
      List<Future<Part>> parts = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + round * 1_009L + caller);
        Oracle oracle = new Oracle(shared, caller);
        Callable<Part> task =
            () -> {
              start.await();
              return call(subject, oracle, random, over);
            };
        parts.add(pool.submit(task));
      }
      start.await();
      Stalls.sleepMillis(time.toMillis());
      over.set(true);
      return sum(parts);
    } finally {
      pool.shutdownNow();
    }
  }

  private Part call(Subject subject, Oracle oracle, SplittableRandom random, AtomicBoolean over) {
    Part part = new Part();
    long began = System.nanoTime();
    while (!over.get()) {
      boolean write = random.nextInt(100) < WRITE_PERCENT;
      int key = zipf.next(random);
      try {
        if (write) {
          oracle.acked(key, subject.write(key));
          part.writes++;
        } else {
          Oracle.Bound bound = oracle.before(key);
          long asked = System.nanoTime();
          long version = subject.get(key);
          part.read(System.nanoTime() - asked);
          oracle.read(bound, version);
        }
      } catch (Exception e) {
        oracle.failed(write);
      }
    }
    part.seconds = (System.nanoTime() - began) / 1e9;
    return part;
  }

  private static Round sum(List<Future<Part>> parts) throws Exception {
    Round round = new Round();
    for (Future<Part> part : parts) {
      round.add(part.get());
    }
    return round;
  }
}
