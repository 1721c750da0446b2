package io.github.cacheaside.benchmarks.experiments.expiry;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LoggedLoads;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What the end of a life costs: many callers of one key that lives for a second and takes 50 ms to
 * load, in some caches with their own connections. How many loads is each expiry, and what do those
 * wait that read about then?
 */
public final class ExpiryExperiment implements Experiment {
  static final Duration TTL = Duration.ofSeconds(1);
  private static final int CACHES = 3;
  private static final int CALLERS = 24;
  private static final long THINK_MICROS = 10_000;
  private static final long WARM_UP_NANOS = Duration.ofSeconds(3).toNanos();
  private static final double MOST_RATIO = 2;
  private static final List<String> EARLY = List.of(ExpirySubjects.EAGER, ExpirySubjects.XFETCH);

  @Override
  public String name() {
    return "expiry";
  }

  @Override
  public String about() {
    return CALLERS
        + " callers of one key that expires every second: loads, and what reads wait then";
  }

  @Override
  public List<String> subjects() {
    return ExpirySubjects.names();
  }

  @Override
  public int defaultSeconds() {
    return 20;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("expiries", "{expiries}"),
        new Column("loads an expiry", "{loads_per_expiry}"),
        new Column("reads: median, 99 %", "{plain_p50_ms}, {plain_p99_ms} ms"),
        new Column("reads at expiry: median, 99 %", "{expiry_p50_ms}, {expiry_p99_ms} ms"),
        new Column("that 99 %, times the other", "{p99_ratio}"),
        new Column("longest read", "{longest_ms} ms"),
        new Column("stale answers, of reads", "{stale%reads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      try (RedisServer redis = TestServers.newRedis();
          Run run = new Run(redis.uri(), subject)) {
        ExpiryReads unused = run.read(WARM_UP_NANOS);
        ExpiryReads reads = run.read(Duration.ofSeconds(plan.seconds()).toNanos());
        results.accept(judged(reads.describe(new Result(name(), subject)), plan));
      }
    }
  }

  private static Result judged(Result result, Plan plan) {
    String subject = result.subject();
    boolean one = figure(result, "loads_per_expiry") == 1;
    if (subject.startsWith("cache-aside")) {
      result.must(one, "one load an expiry");
    }
    if (EARLY.contains(subject) && plan.waitBound()) {
      boolean cheap = figure(result, "p99_ratio") <= MOST_RATIO;
      result.must(cheap, "99 % of the reads at expiry take at most twice what others do");
    }
    if (subject.equals(ExpirySubjects.REVALIDATE) && plan.waitBound()) {
      boolean nobody = figure(result, "longest_ms") < LoggedLoads.LOAD_MILLIS;
      result.must(nobody, "no read takes as long as a load");
    }
    if (subject.equals(ExpirySubjects.NO_LEASE) || subject.equals(Subjects.NAIVE)) {
      result.mustFail(!one);
    }
    return result;
  }

  private static double figure(Result result, String key) {
    return Double.parseDouble(result.figures().getOrDefault(key, "0"));
  }

  /** One subject: its caches, and the callers. */
  private static final class Run implements AutoCloseable {
    private final LoggedLoads loads = new LoggedLoads();
    private final List<ExpirySubjects.Reader> caches = new ArrayList<>();
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

    Run(String redis, String subject) {
      for (int i = 0; i < CACHES; i++) {
        caches.add(ExpirySubjects.open(subject, redis, loads));
      }
    }

    ExpiryReads read(long nanos) throws Exception {
      loads.clear();
      long end = System.nanoTime() + nanos;
      List<Future<List<ExpiryReads.Read>>> pending = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        ExpirySubjects.Reader cache = caches.get(i % CACHES);
        pending.add(callers.submit(() -> loop(cache, end)));
      }
      List<ExpiryReads.Read> all = new ArrayList<>();
      for (Future<List<ExpiryReads.Read>> caller : pending) {
        all.addAll(caller.get());
      }
      return new ExpiryReads(all, loads.loads(), end);
    }

    private static List<ExpiryReads.Read> loop(ExpirySubjects.Reader cache, long end)
        throws Exception {
      List<ExpiryReads.Read> reads = new ArrayList<>();
      while (System.nanoTime() - end < 0) {
        Stalls.sleepMicros(ThreadLocalRandom.current().nextLong(THINK_MICROS));
        long began = System.nanoTime();
        boolean stale = cache.read();
        reads.add(new ExpiryReads.Read(began, System.nanoTime(), stale));
      }
      return reads;
    }

    @Override
    public void close() {
      callers.shutdownNow();
      caches.forEach(ExpirySubjects.Reader::close);
    }
  }
}
