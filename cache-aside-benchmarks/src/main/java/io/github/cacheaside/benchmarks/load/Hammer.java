package io.github.cacheaside.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/** Calls something as often as it goes, from many threads. */
public final class Hammer {
  private static final int SAMPLES = 1 << 14;

  private Hammer() {}

  /** What is called; anything it throws ends the measurement. */
  @FunctionalInterface
  public interface Call {
    void run(SplittableRandom random) throws Exception;
  }

  /** A call that only begins something; it ends when what it has returned is complete. */
  public interface AsyncCall extends Call {
    CompletionStage<?> start(SplittableRandom random);

    @Override
    default void run(SplittableRandom random) throws Exception {
      Object unused = start(random).toCompletableFuture().get();
    }
  }

  /** How often a second, and how long the calls took. */
  public record Speed(double perSecond, double p50Micros, double p99Micros) {}

  /** What one thread has done: the latest of its latencies, in nanoseconds. */
  static final class Part {
    private final long[] latencies = new long[SAMPLES];
    private long calls;

    void add(long nanos) {
      latencies[(int) (calls++ & (SAMPLES - 1))] = nanos;
    }

    LongStream latencies() {
      return Arrays.stream(latencies, 0, (int) Math.min(calls, SAMPLES));
    }
  }

  public static Speed measure(int threads, Duration time, Call call) throws Exception {
    return measure(Executors.newFixedThreadPool(threads), threads, time, call);
  }

  /** Like {@link #measure(int, Duration, Call)}, on virtual threads. */
  public static Speed measureVirtual(int threads, Duration time, Call call) throws Exception {
    return measure(virtualThreads(), threads, time, call);
  }

  /** So many calls under way all the time: where one ends, the next begins. */
  public static Speed measureAsync(int underWay, Duration time, AsyncCall call) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Future<Part>> parts = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < underWay; i++) {
      Chain chain = new Chain(over, call, new SplittableRandom(i));
      parts.add(chain.end);
      chain.next();
    }
    Stalls.sleepMillis(time.toMillis());
    over.set(true);
    return speed(parts, began);
  }

  /** Calls that follow one another, each where the one before has ended. */
  private static final class Chain {
    private final Part part = new Part();
    private final CompletableFuture<Part> end = new CompletableFuture<>();
    private final AtomicBoolean over;
    private final AsyncCall call;
    private final SplittableRandom random;

    Chain(AtomicBoolean over, AsyncCall call, SplittableRandom random) {
      this.over = over;
      this.call = call;
      this.random = random;
    }

    void next() {
      if (over.get()) {
        end.complete(part);
        return;
      }
      long began = System.nanoTime();
      CompletionStage<?> unused =
          call.start(random)
              .whenComplete(
                  (answer, failure) -> {
                    part.add(System.nanoTime() - began);
                    if (failure == null) {
                      next();
                    } else {
                      end.completeExceptionally(failure);
                    }
                  });
    }
  }

  /** By its name, since it is of JDK 21. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static Speed measure(ExecutorService pool, int threads, Duration time, Call call)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CyclicBarrier start = new CyclicBarrier(threads + 1);
    try {
      List<Future<Part>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        SplittableRandom random = new SplittableRandom(i);
        Callable<Part> caller =
            () -> {
              start.await();
              return callUntil(Clock.SYSTEM, over::get, call, random);
            };
        parts.add(pool.submit(caller));
      }
      start.await();
      long began = System.nanoTime();
      Stalls.sleepMillis(time.toMillis());
      over.set(true);
      return speed(parts, began);
    } finally {
      pool.shutdownNow();
    }
  }

  static Part callUntil(Clock clock, BooleanSupplier over, Call call, SplittableRandom random)
      throws Exception {
    Part part = new Part();
    while (!over.getAsBoolean()) {
      long began = clock.nanos();
      call.run(random);
      part.add(clock.nanos() - began);
    }
    return part;
  }

  private static Speed speed(List<Future<Part>> parts, long began) throws Exception {
    long calls = 0;
    LongStream latencies = LongStream.empty();
    for (Future<Part> part : parts) {
      calls += part.get().calls;
      latencies = LongStream.concat(latencies, part.get().latencies());
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    long[] sorted = latencies.sorted().toArray();
    return new Speed(calls / seconds, micros(sorted, 0.5), micros(sorted, 0.99));
  }

  private static double micros(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))] / 1e3;
  }
}
