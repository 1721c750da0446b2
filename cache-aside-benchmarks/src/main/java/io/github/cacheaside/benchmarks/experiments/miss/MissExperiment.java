package io.github.cacheaside.benchmarks.experiments.miss;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Measured;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.LoadingDatabase;
import io.github.cacheaside.benchmarks.subjects.DatabaseSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.TwoGetsSubject;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What a miss costs beyond the load itself. The unit is a round trip to Redis, taken in the same
 * rounds from a bare client that does the same loads with two {@code GET}s before each.
 */
public final class MissExperiment implements Experiment {
  /** The load, and nothing else. */
  public static final String LOADER = "loader";

  /** The load, and two {@code GET}s before it. */
  public static final String GETS = "loader-and-2-gets";

  private static final int TRIPS_OF_GETS = 2;

  private static final long MOST_TRIPS = 2;

  private static final int BATCH = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final int WARM_UP_THREADS = 4;
  private static final List<Integer> THREADS = List.of(1, 16);

  private enum Load {
    INSTANT("an instant load", 0),
    MILLISECOND("a load of 1 ms", 1_000);

    private final String label;
    private final long micros;

    Load(String label, long micros) {
      this.label = label;
      this.micros = micros;
    }
  }

  @Override
  public String name() {
    return "miss";
  }

  @Override
  public String about() {
    return "what a miss costs beyond the load, in round trips to Redis, beside peers";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(List.of(LOADER, GETS, Subjects.LEASE, Subjects.NAIVE));
    subjects.addAll(List.of("jetcache", Subjects.REDISSON, "spring"));
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 3;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("beyond the load: median, 99 %", "{p50_us}, {p99_us} µs"),
        new Column("the median in round trips", "{overhead_trips}"),
        new Column("misses a second", "{ops_per_s}"),
        new Column("slowest to fastest round", "{slowest} – {fastest}"),
        new Column("round trips waited for, all", "{trips_waited}, {trips_all}"),
        new Column("commands that Redis ran", "{commands}"),
        new Column("loads of 100 misses: bulk, single", "{bulk_loads}, {single_loads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    try (RedisServer redis = TestServers.newRedis()) {
      for (Load load : Load.values()) {
        run(load, redis, plan, results);
      }
    }
    for (String subject : plan.subjects()) {
      if (!subject.equals(LOADER) && !subject.equals(GETS)) {
        plan.progress().accept("counting what a miss of " + subject + " sends");
        results.accept(judgeTrips(MissCounts.of(name(), subject)));
      }
    }
    if (plan.subjects().contains(Subjects.LEASE)) {
      results.accept(judgeBulk(MissCounts.bulk(name(), BATCH), BATCH));
    }
  }

  private void run(Load load, RedisServer redis, Plan plan, Consumer<Result> results)
      throws Exception {
    AtomicLong next = new AtomicLong(); // no key is ever asked for twice, by whomever
    LoadingDatabase database = new LoadingDatabase(load.micros);
    Map<String, Subject> subjects = new LinkedHashMap<>();
    Map<String, TimedMiss> misses = new LinkedHashMap<>();
    try {
      for (String name : plan.subjects()) {
        Subject subject = open(name, environment(redis.uri(), database));
        subjects.put(name, subject);
        TimedMiss miss = new TimedMiss(subject, database, next);
        misses.put(name, miss);
        plan.progress().accept(load.label + ": warming up " + name);
        Hammer.Speed unused = miss.beyondLoads(Hammer.measure(WARM_UP_THREADS, WARM_UP, miss));
        redis.flushAll();
      }
      for (int threads : THREADS) {
        plan.progress().accept(load.label + ": " + threads + " threads");
        Duration time = Duration.ofMillis(1_000L * plan.seconds() / Rounds.ROUNDS);
        report(load, threads, measure(misses, threads, time, redis), results);
      }
    } finally {
      subjects.values().forEach(Subject::close);
    }
  }

  private static Rounds measure(
      Map<String, TimedMiss> misses, int threads, Duration time, RedisServer redis)
      throws Exception {
    Rounds rounds = new Rounds();
    for (int round = 0; round < Rounds.ROUNDS; round++) {
      for (Map.Entry<String, TimedMiss> miss : misses.entrySet()) {
        Hammer.Speed measured = Hammer.measure(threads, time, miss.getValue());
        rounds.add(miss.getKey(), miss.getValue().beyondLoads(measured));
        redis.flushAll(); // so that the next one does not suffer from so many keys
      }
    }
    return rounds;
  }

  public static Subject.Environment environment(String redis, Database database) {
    return new Subject.Environment(
        redis,
        database,
        () -> Duration.ofMinutes(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        Writes.prompt(database, what -> {}));
  }

  private static Subject open(String name, Subject.Environment environment) {
    return switch (name) {
      case LOADER -> new DatabaseSubject(environment);
      case GETS -> new TwoGetsSubject(environment);
      default -> Subjects.open(name, environment);
    };
  }

  private void report(Load load, int threads, Rounds rounds, Consumer<Result> results) {
    for (String subject : subjects()) {
      if (rounds.has(subject)) {
        Result result =
            new Result(name(), subject)
                .at(load.label + " and " + threads + " threads")
                .with("threads", threads)
                .with("load_us", load.micros);
        results.accept(judge(rounds.report(result, subject), threads, rounds));
      }
    }
  }

  /** Adds what a miss takes beyond the load, and what is promised of it with one caller. */
  public static Result judge(Result result, int threads, Rounds rounds) {
    String subject = result.subject();
    if (subject.equals(LOADER) || subject.equals(GETS)) {
      result.with(Measured.UNIT, true);
    }
    if (!rounds.has(LOADER) || !rounds.has(GETS) || subject.equals(LOADER)) {
      return result;
    }
    double trips = TRIPS_OF_GETS * rounds.multiple(subject, LOADER, GETS);
    result
        .with("overhead_us", rounds.more(subject, LOADER))
        .with("overhead_trips", trips)
        .with("trip_us", rounds.more(GETS, LOADER) / TRIPS_OF_GETS);
    if (subject.equals(Subjects.LEASE) && threads == 1) {
      result.must(trips <= MOST_TRIPS, "a miss costs at most 2 round trips beyond the load");
    }
    return result;
  }

  /** Who misses waits for Redis twice at most. */
  public static Result judgeTrips(Result result) {
    return result.subject().equals(Subjects.LEASE)
        ? result.must(
            Long.parseLong(result.figures().getOrDefault("trips_waited", "")) <= MOST_TRIPS,
            "a miss waits for at most 2 round trips beyond the load")
        : result;
  }

  /** Many misses at once are one load. */
  public static Result judgeBulk(Result result, int keys) {
    Map<String, String> figures = result.figures();
    return result.must(
        "1".equals(figures.get("bulk_loads"))
            && "0".equals(figures.get("single_loads"))
            && Integer.toString(keys).equals(figures.get("keys_loaded")),
        keys + " misses are one bulk load");
  }
}
