package io.github.cacheaside.benchmarks.experiments.outage;

import io.github.cacheaside.benchmarks.load.Latencies;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a reader pays when Redis freezes: its connections stand and nothing answers. One reader
 * reads one cached key, again and again: while Redis is well, while it is frozen, and until the
 * cache answers again. Its loader takes 2 ms, and what is counted is what comes on top.
 */
public final class FrozenExperiment implements Experiment {
  private static final int KEYS = 1_000;
  private static final long LOAD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Of a subject that waits with each read, one more read is enough. */
  private static final int FEWEST_READS = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "frozen";
  }

  @Override
  public String about() {
    return "a read while Redis is stopped: the first one, those after it, and the recovery";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects =
        new ArrayList<>(List.of(Subjects.LEASE, Subjects.NO_BREAKER, Subjects.NAIVE));
    subjects.addAll(Subjects.PEERS);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 10;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("first read", "{first_ms} ms"),
        new Column("reads after it", "{reads}"),
        new Column("on top of the load: median", "{above_p50_ms} ms"),
        new Column("99 %", "{above_p99_ms} ms"),
        new Column("reads that threw", "{threw}"),
        new Column("a hit again after", "{recovery_ms} ms"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      SlowDatabase database = new SlowDatabase();
      try (RedisServer redis = TestServers.newRedis();
          Subject cache = Subjects.open(subject, environment(redis, database))) {
        results.accept(new Run(redis, cache, database, plan.seconds()).measure(name(), subject));
      }
    }
  }

  private static Subject.Environment environment(RedisServer redis, Database database) {
    return new Subject.Environment(
        redis.uri(),
        database,
        () -> Duration.ofMinutes(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        new Writes(database, 0, what -> {}));
  }

  /** Takes its time, and says how often it was asked. */
  private static final class SlowDatabase implements Database {
    private final MemoryDatabase rows = new MemoryDatabase(KEYS);
    private final AtomicLong reads = new AtomicLong();

    @Override
    public @Nullable Row read(long key) {
      reads.incrementAndGet();
      long end = System.nanoTime() + LOAD_NANOS;
      while (System.nanoTime() - end < 0) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      return rows.read(key);
    }

    @Override
    public long write(long key, BeforeCommit beforeCommit) {
      return rows.write(key, beforeCommit);
    }

    @Override
    public void close() {}
  }

  /** One subject, one freeze. */
  private static final class Run {
    private final RedisServer redis;
    private final Subject cache;
    private final SlowDatabase database;
    private final long nanos;
    private int threw;

    Run(RedisServer redis, Subject cache, SlowDatabase database, int seconds) {
      this.redis = redis;
      this.cache = cache;
      this.database = database;
      this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    Result measure(String experiment, String subject) throws Exception {
      for (int i = 0; i < 20_000; i++) {
        long unused = cache.get(i % KEYS); // misses, then hits: all that runs is compiled
      }
      double bare = latencies(KEYS, 0, () -> database.read(1)).millis(0.5);
      redis.pause();
      double first = millis(() -> cache.get(1));
      Latencies later = latencies(FEWEST_READS, nanos, () -> cache.get(1));
      redis.resume();
      double recovery = untilHit();
      return judged(new Result(experiment, subject), later, bare, first, recovery);
    }

    private Result judged(
        Result result, Latencies later, double bare, double first, double recovery) {
      double p99 = later.millis(0.99) - bare;
      result
          .with("first_ms", round(first))
          .with("reads", later.size())
          .with("load_ms", bare)
          .with("above_p50_ms", later.millis(0.5) - bare)
          .with("above_p99_ms", p99)
          .with("threw", threw)
          .with("recovery_ms", recovery < 0 ? "-" : round(recovery));
      switch (result.subject()) {
        case Subjects.LEASE ->
            result
                .must(first <= 150, "the first read takes at most 150 ms")
                .must(p99 <= 2, "later ones at most 2 ms more than the load")
                .must(threw == 0, "no read fails")
                .must(recovery >= 0 && recovery <= 2_000, "hits within 2 s");
        case Subjects.NO_BREAKER, Subjects.NAIVE -> result.mustFail(p99 > 2);
        default -> {}
      }
      return result;
    }

    private static String round(double millis) {
      return String.format(Locale.ROOT, "%.0f", millis);
    }

    /** How long it takes until a read needs no load; negative if that did not happen. */
    private double untilHit() {
      long began = System.nanoTime();
      while (System.nanoTime() - began < PATIENCE.toNanos()) {
        long loads = database.reads.get();
        int failed = threw;
        millis(() -> cache.get(1));
        if (database.reads.get() == loads && threw == failed) {
          return (System.nanoTime() - began) / 1e6;
        }
      }
      return -1;
    }

    /** Of at least so many calls, and of all that begin within that time. */
    private Latencies latencies(int fewest, long nanos, Callable<?> call) {
      List<String> micros = new ArrayList<>();
      long began = System.nanoTime();
      while (micros.size() < fewest || System.nanoTime() - began < nanos) {
        micros.add(Long.toString(Math.round(1_000 * millis(call))));
      }
      Latencies latencies = new Latencies();
      latencies.add(" " + String.join(",", micros));
      return latencies;
    }

    private double millis(Callable<?> call) {
      long began = System.nanoTime();
      try {
        Object unused = call.call();
      } catch (Exception e) {
        threw++;
      }
      return (System.nanoTime() - began) / 1e6;
    }
  }
}
