package io.github.cacheaside.benchmarks;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * How fast cached values are read, all subjects in one run: they take turns, some rounds, and of
 * each the round with the median throughput counts. The first subject is the floor that the others
 * are compared with.
 */
final class SpeedExperiment implements Experiment {
  private static final int ROUNDS = 5;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final int WARM_UP_THREADS = 8;
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

  private final String name;
  private final String about;
  private final List<String> subjects;
  private final List<Integer> threads;
  private final boolean bulk;
  private final List<Bound> bounds;

  private SpeedExperiment(
      String name,
      String about,
      List<String> subjects,
      List<Integer> threads,
      boolean bulk,
      List<Bound> bounds) {
    this.name = name;
    this.about = about;
    this.subjects = subjects;
    this.threads = threads;
    this.bulk = bulk;
    this.bounds = bounds;
  }

  static SpeedExperiment hits() {
    String ours = Readers.CACHE_ASIDE;
    return new SpeedExperiment(
        "hits",
        "hits in Redis, from 1 to 256 threads, beside a bare client and peers",
        List.of(
            Readers.LETTUCE,
            ours,
            Readers.JETCACHE,
            Readers.REDISSON,
            Readers.REDISSON_MAP,
            Readers.SPRING),
        List.of(1, 4, 16, 64, 256),
        false,
        List.of(
            new Bound(ours, 1, Readers.LETTUCE, 0.95),
            new Bound(ours, 16, Readers.LETTUCE, 1.3),
            new Bound(ours, 64, Readers.LETTUCE, 2.0),
            new Bound(ours, 256, Readers.LETTUCE, 2.5)));
  }

  static SpeedExperiment near() {
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
        false,
        bounds);
  }

  static SpeedExperiment bulk() {
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
        "bulk", "hits of 100 keys at once", subjects, List.of(1, 4, 16), true, bounds);
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
        new Column(bulk ? "batches a second" : "hits a second", "{ops_per_s}"),
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
        for (int count : threads) {
          plan.progress().accept(count + " threads");
          report(count, measure(readers, count, plan), results);
        }
      } finally {
        readers.values().forEach(Reader::close);
      }
    }
  }

  private Hammer.Call call(Reader reader) {
    return bulk
        ? random -> {
          int rows = 0;
          for (Row row : reader.readAll(someKeys(random))) {
            rows += row.version() == 1 ? 1 : 0;
          }
          require(rows == BATCH);
        }
        : random -> {
          long key = random.nextInt(Reader.KEYS);
          require(reader.read(key).key() == key);
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

  private Map<String, List<Hammer.Speed>> measure(Map<String, Reader> readers, int count, Plan plan)
      throws Exception {
    Duration time = Duration.ofMillis(1_000L * plan.seconds() / ROUNDS);
    Map<String, List<Hammer.Speed>> rounds = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, Reader> reader : readers.entrySet()) {
        rounds
            .computeIfAbsent(reader.getKey(), any -> new ArrayList<>())
            .add(Hammer.measure(count, time, call(reader.getValue())));
      }
    }
    rounds.values().forEach(each -> each.sort(Comparator.comparing(Hammer.Speed::perSecond)));
    return rounds;
  }

  private void report(int count, Map<String, List<Hammer.Speed>> rounds, Consumer<Result> results) {
    for (Map.Entry<String, List<Hammer.Speed>> each : rounds.entrySet()) {
      Hammer.Speed median = median(each.getValue());
      Result result =
          new Result(name, each.getKey())
              .at(count + " threads")
              .with("threads", count)
              .with("ops_per_s", Math.round(median.perSecond()))
              .with("slowest", Math.round(each.getValue().get(0).perSecond()))
              .with("fastest", Math.round(each.getValue().get(ROUNDS - 1).perSecond()))
              .with("p50_us", median.p50Micros())
              .with("p99_us", median.p99Micros());
      List<Hammer.Speed> floor = rounds.get(subjects.get(0));
      if (floor != null) {
        result.with("ratio_to_" + subjects.get(0), median.perSecond() / median(floor).perSecond());
      }
      judge(result, each.getKey(), count, rounds);
      results.accept(result);
    }
  }

  private static Hammer.Speed median(List<Hammer.Speed> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  private void judge(
      Result result, String subject, int count, Map<String, List<Hammer.Speed>> rounds) {
    for (Bound bound : bounds) {
      List<Hammer.Speed> other = rounds.get(bound.toWhom());
      if (bound.subject().equals(subject) && bound.threads() == count && other != null) {
        double ratio =
            median(rounds.getOrDefault(subject, other)).perSecond() / median(other).perSecond();
        result.must(
            ratio >= bound.atLeast(),
            "at %d threads at least %s times as fast as %s"
                .formatted(count, bound.atLeast(), bound.toWhom()));
      }
    }
  }
}
