package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LockstepProxy;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.servers.RedisFaults;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.workers.TestBed;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** G17: nothing survives its tag, loads in flight included; a whole cache goes by one command. */
public final class TagsExperiment implements Experiment {
  private static final int SHARE_OF_OTHERS = 4;
  private static final int SHORTEST_SECONDS = 5;
  private static final int ENTRIES = 100_000;
  private static final int BATCH = 1_000;
  private static final Duration SETTLED = Duration.ofMillis(200);
  private static final TrafficRun.Shape SHAPE =
      new TrafficRun.Shape(24, 40, Duration.ofMillis(500), 0);
  private static final List<TrafficRun.Role> ROLES =
      List.of(TrafficRun.Role.MIXED, TrafficRun.Role.MIXED, TrafficRun.Role.READER);

  @Override
  public String name() {
    return "tags";
  }

  @Override
  public String about() {
    return "nothing survives its tag; clear() of " + ENTRIES + " entries is one command (G17)";
  }

  @Override
  public List<String> subjects() {
    return List.of(Subjects.TAGS_OF_KEY, Subjects.TAGS_OF_VALUE, Subjects.LATE_GENERATIONS);
  }

  @Override
  public int defaultSeconds() {
    return 40;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("s", "{seconds}"),
        new Column("writes", "{writes}"),
        new Column("survivors", "{survivors/reads}"),
        new Column("loads, of reads", "{loads%reads}"),
        new Column("round trips of clear()", "{clear_round_trips} for {cleared} entries"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      boolean ours = !subject.equals(Subjects.LATE_GENERATIONS);
      int seconds =
          ours ? plan.seconds() : Math.max(SHORTEST_SECONDS, plan.seconds() / SHARE_OF_OTHERS);
      plan.progress().accept(subject + " for " + seconds + " s");
      Result result = survivors(subject, seconds, plan, ours);
      if (subject.equals(Subjects.TAGS_OF_KEY)) {
        plan.progress().accept("clearing " + ENTRIES + " entries");
        clear(result);
      }
      results.accept(result);
    }
  }

  private Result survivors(String subject, int seconds, Plan plan, boolean ours) throws Exception {
    try (TestBed testBed = TrafficRun.testBed();
        RedisFaults faults = new RedisFaults(testBed.redis().uri(), plan.seed())) {
      TrafficRun traffic = new TrafficRun(subject, plan, SHAPE, testBed, faults);
      faults.withAllOfRedis().with("kill", 1, () -> traffic.killAmongLast(1));
      traffic.run(ROLES, Duration.ofSeconds(seconds));
      SharedMemory shared = testBed.shared();
      long survivors = shared.total(Count.STALE_AFTER_ACK) + shared.total(Count.PERMANENT_STALE);
      Result result = traffic.report(name()).with("seconds", seconds).with("survivors", survivors);
      return ours
          ? result
              .must(survivors == 0, "nothing survives its tag (G17)")
              .must(shared.total(Count.READ_ERRORS) == 0, "no error reaches a reader")
          : result.mustFail(survivors > 0);
    }
  }

  private static void clear(Result result) throws Exception {
    try (RedisServer redis = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(redis.uri());
        LockstepProxy proxy = new LockstepProxy(redis.host(), redis.port());
        RedisCacheStore slow = RedisCacheStore.connect(proxy.uri())) {
      CacheAside<Long, Row> cache = clearable(store);
      for (int first = 0; first < ENTRIES; first += BATCH) {
        int unusedRows =
            cache.getAll(LongStream.range(first, first + BATCH).boxed().toList()).size();
      }
      Stalls.sleepMillis(SETTLED.toMillis());
      int unusedTrips = proxy.trips();
      clearable(slow).clear();
      Stalls.sleepMillis(SETTLED.toMillis());
      int trips = proxy.trips();
      long loads = cache.stats().loads();
      for (long key = 0; key < ENTRIES; key += BATCH) {
        long unused = cache.get(key).map(Row::version).orElse(0L);
      }
      long survivors = ENTRIES / BATCH - (cache.stats().loads() - loads);
      result
          .with("cleared", ENTRIES)
          .with("clear_round_trips", trips)
          .with("clear_survivors", survivors)
          .must(trips == 1, "clear() is one round trip")
          .must(survivors == 0, "nothing survives clear()");
    }
  }

  private static CacheAside<Long, Row> clearable(RedisCacheStore store) {
    return CacheAside.builder(store, "cleared", Serializer.json(Row.class))
        .storeTimeout(Duration.ofSeconds(10))
        .clearable()
        .build(new MemoryDatabase(ENTRIES)::read);
  }
}
