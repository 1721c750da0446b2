package io.github.cacheaside.benchmarks.experiments.speed;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * How fast cached values are read, all subjects in one run: they take turns, some rounds, and are
 * compared within each. The first subject is the floor that the others are compared with.
 */
public final class SpeedExperiment implements Experiment {
  private static final int ROUNDS = 9;
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final int WARM_UP_THREADS = 8;

  /** Latencies of two rounds of the same subject differ by that much. */
  private static final double NOT_WORSE = 1.1;

  private static final int BATCH = 100;

  /**
   * What the library promises at a number of threads, as ratios within one run.
   *
   * @param subject whom
   * @param threads where
   * @param toWhom the other subject
   * @param atLeast the ratio of the two throughputs
   */
  private record Bound(String subject, int threads, String toWhom, double atLeast) {}

  static final List<String> PEERS =
      List.of(Readers.JETCACHE, Readers.REDISSON, Readers.REDISSON_MAP, Readers.SPRING);

  private final String name;
  private final String about;
  private final List<String> subjects;
  private final List<Integer> threads;
  private final Kind kind;
  private final List<Bound> bounds;

  private enum Kind {
    SINGLE("hits a second", "threads"),
    VIRTUAL("hits a second", "virtual threads"),
    ASYNC("hits a second", "hits under way"),
    BULK("batches a second", "threads");

    private final String unit;
    private final String threads;

    Kind(String unit, String threads) {
      this.unit = unit;
      this.threads = threads;
    }
  }

  private SpeedExperiment(
      String name,
      String about,
      List<String> subjects,
      List<Integer> threads,
      Kind kind,
      List<Bound> bounds) {
    this.name = name;
    this.about = about;
    this.subjects = subjects;
    this.threads = threads;
    this.kind = kind;
    this.bounds = bounds;
  }

  public static SpeedExperiment hits() {
    List<Bound> bounds = new ArrayList<>();
    Map<Integer, Double> atLeast = Map.of(1, 0.95, 4, 0.95, 16, 1.3, 64, 2.0, 256, 2.5);
    for (int threads : List.of(1, 4, 16, 64, 256)) {
      double ratio = Objects.requireNonNull(atLeast.get(threads));
      bounds.add(new Bound(Readers.CACHE_ASIDE, threads, Readers.LETTUCE, ratio));
      for (String peer : PEERS) {
        bounds.add(new Bound(Readers.CACHE_ASIDE, threads, peer, 1));
      }
    }
    return new SpeedExperiment(
        "hits",
        "hits in Redis, from 1 to 256 threads, beside a bare client and peers",
        ofRedis(),
        List.of(1, 4, 16, 64, 256),
        Kind.SINGLE,
        bounds);
  }

  /** For a JDK with virtual threads. */
  public static SpeedExperiment virtual() {
    List<Bound> bounds = new ArrayList<>();
    bounds.add(new Bound(Readers.CACHE_ASIDE, 256, Readers.LETTUCE, 1));
    PEERS.forEach(peer -> bounds.add(new Bound(Readers.CACHE_ASIDE, 256, peer, 1)));
    return new SpeedExperiment(
        "virtual",
        "the same with 256 virtual threads; needs JDK 21",
        ofRedis(),
        List.of(256),
        Kind.VIRTUAL,
        bounds);
  }

  public static SpeedExperiment async() {
    List<String> peers = List.of(Readers.JETCACHE, Readers.REDISSON, Readers.REDISSON_MAP);
    List<Bound> bounds = new ArrayList<>();
    Map<Integer, Double> atLeast = Map.of(16, 1.0, 64, 2.0, 256, 2.5);
    atLeast.forEach(
        (underWay, ratio) -> {
          bounds.add(new Bound(Readers.CACHE_ASIDE, underWay, Readers.LETTUCE, ratio));
          peers.forEach(peer -> bounds.add(new Bound(Readers.CACHE_ASIDE, underWay, peer, 1)));
        });
    List<String> subjects = new ArrayList<>(List.of(Readers.LETTUCE, Readers.CACHE_ASIDE));
    subjects.addAll(peers);
    return new SpeedExperiment(
        "async",
        "hits that no thread waits for, from 1 to 256 under way",
        subjects,
        List.of(1, 4, 16, 64, 256),
        Kind.ASYNC,
        bounds);
  }

  static List<String> ofRedis() {
    List<String> subjects = new ArrayList<>(List.of(Readers.LETTUCE, Readers.CACHE_ASIDE));
    subjects.addAll(PEERS);
    return subjects;
  }

  public static SpeedExperiment near() {
    String ours = Readers.NEAR;
    List<Bound> bounds = new ArrayList<>();
    for (int threads : List.of(1, 2)) {
      bounds.add(new Bound(ours, threads, Readers.CAFFEINE, 0.75));
      bounds.add(new Bound(ours, threads, Readers.JETCACHE_NEAR, 4));
      bounds.add(new Bound(ours, threads, Readers.REDISSON_NEAR, 4));
    }
    return new SpeedExperiment(
        "near",
        "hits in the process, beside a bare cache in the process and the near caches of peers",
        List.of(Readers.CAFFEINE, ours, Readers.JETCACHE_NEAR, Readers.REDISSON_NEAR),
        List.of(1, 2, 16),
        Kind.SINGLE,
        bounds);
  }

  public static SpeedExperiment bulk() {
    String ours = Readers.CACHE_ASIDE;
    List<String> peers = List.of(Readers.JETCACHE, Readers.REDISSON, Readers.REDISSON_MAP);
    List<Bound> bounds = new ArrayList<>();
    for (int threads : List.of(1, 4)) {
      bounds.add(new Bound(ours, threads, Readers.LETTUCE, 0.95));
      peers.forEach(peer -> bounds.add(new Bound(ours, threads, peer, 1)));
    }
    List<String> subjects = new ArrayList<>(List.of(Readers.LETTUCE, ours));
    subjects.addAll(peers);
    return new SpeedExperiment(
        "bulk", "hits of 100 keys at once", subjects, List.of(1, 4, 16), Kind.BULK, bounds);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public List<String> subjects() {
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return ROUNDS;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column(kind.unit, "{ops_per_s}"),
        new Column("of " + subjects.get(0), "{ratio_to_" + subjects.get(0) + "}"),
        new Column("slowest to fastest round", "{slowest} – {fastest}"),
        new Column("median, 99 %", "{p50_us}, {p99_us} µs"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    Map<String, Reader> readers = new LinkedHashMap<>();
    try (RedisServer redis = TestServers.newRedis()) {
      try {
        for (String subject : plan.subjects()) {
          plan.progress().accept("warming up " + subject);
          readers.put(subject, Readers.open(subject, redis.uri()));
          Hammer.Speed unused =
              Hammer.measure(WARM_UP_THREADS, WARM_UP, call(readers.get(subject)));
        }
        for (int count : plan.callers().isEmpty() ? threads : plan.callers()) {
          plan.progress().accept(count + " " + kind.threads);
          report(plan, count, measure(readers, count, plan), results);
        }
      } finally {
        readers.values().forEach(Reader::close);
      }
    }
  }

  private Hammer.Call call(Reader reader) {
    if (kind == Kind.ASYNC) {
      return asyncCall(reader);
    }
    return kind == Kind.BULK
        ? random -> {
          int rows = 0;
          for (Row row : reader.readAll(someKeys(random))) {
            rows += row.version() == 1 ? 1 : 0;
          }
          require(rows == BATCH);
        }
        : single(reader);
  }

  static Hammer.Call single(Reader reader) {
    return random -> {
      long key = random.nextInt(Reader.KEYS);
      require(reader.read(key).key() == key);
    };
  }

  static Hammer.AsyncCall asyncCall(Reader reader) {
    return random -> {
      long key = random.nextInt(Reader.KEYS);
      return reader.readAsync(key).thenAccept(row -> require(row.key() == key));
    };
  }

  private static List<Long> someKeys(SplittableRandom random) {
    long first = random.nextInt(Reader.KEYS);
    return LongStream.range(first, first + BATCH).map(key -> key % Reader.KEYS).boxed().toList();
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalStateException("a wrong value was read");
    }
  }

  private Rounds measure(Map<String, Reader> readers, int count, Plan plan) throws Exception {
    Duration time = Duration.ofMillis(1_000L * plan.seconds() / ROUNDS);
    Map<String, Hammer.Call> calls = new LinkedHashMap<>();
    readers.forEach((subject, reader) -> calls.put(subject, call(reader)));
    return Rounds.measure(
        calls,
        ROUNDS,
        call ->
            switch (kind) {
              case VIRTUAL -> Hammer.measureVirtual(count, time, call);
              case ASYNC -> Hammer.measureAsync(count, time, (Hammer.AsyncCall) call);
              case SINGLE, BULK -> Hammer.measure(count, time, call);
            });
  }

  private void report(Plan plan, int count, Rounds rounds, Consumer<Result> results) {
    String floor = subjects.get(0);
    for (String subject : plan.subjects()) {
      Result result =
          new Result(name, subject).at(count + " " + kind.threads).with("threads", count);
      rounds.report(result, subject);
      if (rounds.has(floor)) {
        result.with("ratio_to_" + floor, rounds.ratio(subject, floor));
      }
      judge(result, subject, count, rounds);
      results.accept(result);
    }
  }

  private void judge(Result result, String subject, int count, Rounds rounds) {
    Map<String, Boolean> promises = new LinkedHashMap<>(); // who is asked the same, in one
    for (Bound bound : bounds) {
      String other = bound.toWhom();
      if (bound.subject().equals(subject) && bound.threads() == count && rounds.has(other)) {
        String promise =
            PEERS.contains(other) && bound.atLeast() == 1
                ? "ahead of every peer"
                : "at least %s × %s".formatted(bound.atLeast(), other);
        promises.merge(
            promise, rounds.ratio(subject, other) >= bound.atLeast(), Boolean::logicalAnd);
      }
    }
    promises.forEach((promise, kept) -> result.must(kept, promise));
    if (subject.equals(Readers.CACHE_ASIDE) && kind == Kind.SINGLE && rounds.has(Readers.LETTUCE)) {
      result.must(
          rounds.ratioOfP99(subject, Readers.LETTUCE) <= NOT_WORSE,
          "99 % no later than with lettuce");
    }
  }
}
