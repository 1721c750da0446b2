package io.github.cacheaside.benchmarks.experiments.speed;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.OpenLoop;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import io.github.cacheaside.benchmarks.workers.BusyJob;
import io.github.cacheaside.benchmarks.workers.WorkerProcess;
import io.github.cacheaside.benchmarks.workers.WorkerSetup;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * How long hits take at fixed rates, and what they cost. All subjects meet the same rates: shares
 * of what the slowest of them can do in a closed loop with as many callers. They take turns, some
 * rounds, and are compared within each.
 */
public final class RateExperiment implements Experiment {
  private static final int ROUNDS = 10;
  private static final int SECONDS = 5;
  private static final List<Integer> PERCENT = List.of(10, 50, 90);
  private static final List<Integer> CALLERS = List.of(1, 4, 8, 16, 32, 64);
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final int WARM_UP_THREADS = 8;
  private static final Duration TRY = Duration.ofMillis(400);
  private static final int TRIES = 3;

  /** How much more than a bare client the library may take. */
  private static final double NOT_WORSE = 1.05;

  /**
   * What is judged.
   *
   * @param key the name under which its ratio to the floor is reported
   * @param text its name for people
   */
  private record Figure(String key, String text, ToDoubleFunction<OpenLoop.Found> of) {
    static final List<Figure> ALL =
        List.of(
            new Figure("p50", "median", found -> found.micros(50)),
            new Figure("p99", "99 %", found -> found.micros(99)),
            new Figure("cpu", "CPU per hit", OpenLoop.Found::cpuMicros));
  }

  @Override
  public String name() {
    return "rate";
  }

  @Override
  public String about() {
    return "hits at fixed rates, latencies from the moment at which a hit was due";
  }

  @Override
  public List<String> subjects() {
    return SpeedExperiment.ofRedis();
  }

  @Override
  public int defaultSeconds() {
    return SECONDS;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("hits a second", "{rate}"),
        new Column("median, 99 %", "{p50_us}, {p99_us} µs"),
        new Column("CPU a hit", "{cpu_us} µs"),
        new Column(
            "median, 99 %, CPU of lettuce's",
            "{p50_to_lettuce}, {p99_to_lettuce}, {cpu_to_lettuce}"),
        new Column("not made, too late", "{skipped/calls}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    Map<String, Reader> readers = new LinkedHashMap<>();
    List<WorkerProcess> busy = new ArrayList<>();
    try (RedisServer redis = TestServers.newRedis()) {
      try {
        for (String subject : plan.subjects()) {
          plan.progress().accept("warming up " + subject);
          Reader reader = Readers.open(subject, redis.uri());
          readers.put(subject, reader);
          Hammer.Speed unused = Hammer.measure(WARM_UP_THREADS, WARM_UP, call(reader));
        }
        for (int i = 0; i < plan.busy(); i++) {
          busy.add(startBusy());
        }
        for (int callers : plan.callers().isEmpty() ? CALLERS : plan.callers()) {
          measure(readers, callers, plan, results);
        }
      } finally {
        busy.forEach(WorkerProcess::close);
        readers.values().forEach(Reader::close);
      }
    }
  }

  private static WorkerProcess startBusy() throws IOException, InterruptedException {
    WorkerProcess process =
        WorkerProcess.start(new WorkerSetup(Map.of("job", BusyJob.class.getName())));
    process.awaitReady();
    return process;
  }

  private static Hammer.Call call(Reader reader) {
    return SpeedExperiment.single(reader);
  }

  private void measure(
      Map<String, Reader> readers, int callers, Plan plan, Consumer<Result> results)
      throws Exception {
    double slowest = slowest(readers, callers);
    Duration time = Duration.ofMillis(1_000L * plan.seconds() / ROUNDS);
    for (int percent : PERCENT) {
      double rate = Math.max(1, slowest * percent / 100);
      plan.progress().accept("%d callers, %d %%, %.0f/s".formatted(callers, percent, rate));
      Turns turns = turns(readers, callers, rate, time);
      String beside = plan.busy() == 0 ? "" : " beside " + plan.busy() + " busy processes";
      String load = percent + " %" + beside + " and " + callers + " callers";
      for (String subject : plan.subjects()) {
        Result result = new Result(name(), subject).at(load).with("callers", callers);
        results.accept(judge(report(result.with("rate", Math.round(rate)), turns), turns));
      }
    }
  }

  private static double slowest(Map<String, Reader> readers, int callers) throws Exception {
    double slowest = Double.MAX_VALUE;
    for (Reader reader : readers.values()) {
      slowest = Math.min(slowest, capacity(reader, callers));
    }
    return slowest;
  }

  /** The best of some tries: in the others the machine had something else to do. */
  private static double capacity(Reader reader, int callers) throws Exception {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      best = Math.max(best, Hammer.measure(callers, TRY, call(reader)).perSecond());
    }
    return best;
  }

  private static Turns turns(Map<String, Reader> readers, int callers, double rate, Duration time)
      throws Exception {
    Turns turns = new Turns();
    List<Map.Entry<String, Reader>> order = new ArrayList<>(readers.entrySet());
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, Reader> each : order) {
        turns.add(each.getKey(), OpenLoop.measure(callers, rate, time, call(each.getValue())));
      }
      Collections.reverse(order); // so that none always comes after the same one
    }
    return turns;
  }

  /** The turns of all subjects under one load. */
  static final class Turns {
    private final Map<String, List<OpenLoop.Found>> found = new LinkedHashMap<>();

    void add(String subject, OpenLoop.Found turn) {
      found.computeIfAbsent(subject, any -> new ArrayList<>()).add(turn);
    }

    private List<OpenLoop.Found> of(String subject) {
      return found.getOrDefault(subject, List.of());
    }

    private boolean has(String subject) {
      return found.containsKey(subject);
    }

    /** The median over the rounds of the ratio of two subjects' figures. */
    private double ratio(String subject, String toWhom, Figure figure) {
      List<OpenLoop.Found> other = of(toWhom);
      double[] ratios = new double[other.size()];
      for (int round = 0; round < ratios.length; round++) {
        ratios[round] =
            figure.of().applyAsDouble(of(subject).get(round))
                / figure.of().applyAsDouble(other.get(round));
      }
      return median(ratios);
    }

    private double cpuMicros(String subject) {
      return median(of(subject).stream().mapToDouble(OpenLoop.Found::cpuMicros).toArray());
    }

    private OpenLoop.Found all(String subject) {
      Histogram latencies = new Histogram(of(subject).get(0).latencies());
      long skipped = 0;
      long cpu = 0;
      for (OpenLoop.Found each : of(subject)) {
        latencies.add(each.latencies());
        skipped += each.skipped();
        cpu += each.cpuNanos();
      }
      return new OpenLoop.Found(latencies, skipped, cpu);
    }

    private static double median(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  private static Result report(Result result, Turns turns) {
    String subject = result.subject();
    OpenLoop.Found all = turns.all(subject);
    result
        .with("calls", all.latencies().getTotalCount())
        .with("skipped", all.skipped())
        .with("p50_us", all.micros(50))
        .with("p99_us", all.micros(99))
        .with("p999_us", all.micros(99.9))
        .with("cpu_us", turns.cpuMicros(subject));
    if (turns.has(Readers.LETTUCE)) {
      for (Figure figure : Figure.ALL) {
        result.with(
            figure.key() + "_to_" + Readers.LETTUCE, turns.ratio(subject, Readers.LETTUCE, figure));
      }
    }
    return result;
  }

  /** The library is no worse than a bare client and better than every peer. */
  static Result judge(Result result, Turns turns) {
    String subject = result.subject();
    if (!subject.equals(Readers.CACHE_ASIDE)) {
      return result;
    }
    for (Figure figure : Figure.ALL) {
      if (turns.has(Readers.LETTUCE)) {
        result.must(
            turns.ratio(subject, Readers.LETTUCE, figure) <= NOT_WORSE,
            figure.text() + " at most " + NOT_WORSE + " × lettuce's");
      }
      List<String> peers = SpeedExperiment.PEERS.stream().filter(turns::has).toList();
      if (!peers.isEmpty()) {
        result.must(
            peers.stream().allMatch(peer -> turns.ratio(subject, peer, figure) <= 1),
            figure.text() + " at most every peer's");
      }
    }
    return result;
  }
}
