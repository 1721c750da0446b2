package io.github.cacheaside.benchmarks.experiments.tutorial;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Oracle;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import io.github.cacheaside.benchmarks.subjects.DatabaseSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Subjects over one table, each with its own rows and its own Redis, so that none disturbs another.
 */
final class TutorialLoad implements AutoCloseable {
  static final int CALLERS = 16;
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final long SETTLED_MILLIS = 500;

  private final TutorialTable table;
  private final SqlDatabase.Address where;
  private final HikariDataSource pool;
  private final MixedLoad load;
  private final Map<String, Place> places = new LinkedHashMap<>();

  TutorialLoad(TutorialTable table, SqlDatabase.Address where, HikariDataSource pool, long seed) {
    this.table = table;
    this.where = where;
    this.pool = pool;
    this.load = new MixedLoad(CALLERS, table.keys(), seed);
  }

  /** A subject and what is known of it. */
  private static final class Place {
    private final Subject subject;
    private final TutorialTable.Rows rows;
    private final RedisServer redis;
    private final List<MixedLoad.Round> rounds = new ArrayList<>();
    private SharedMemory shared;
    private long queries;

    Place(Subject subject, TutorialTable.Rows rows, RedisServer redis, SharedMemory shared) {
      this.subject = subject;
      this.rows = rows;
      this.redis = redis;
      this.shared = shared;
    }
  }

  /** Opens a subject and has it cache all its rows; while that is quick. */
  void open(String name) throws Exception {
    TutorialTable.Rows rows = table.rows(pool, places.size());
    RedisServer redis = TestServers.newRedis();
    SharedMemory shared = SharedMemory.create(table.keys());
    Writes writes = Writes.prompt(rows, what -> {});
    Subject.Environment environment =
        new Subject.Environment(
            redis.uri(), rows, () -> TTL, Duration.ofSeconds(5), Duration.ofSeconds(2), writes);
    Place place = new Place(subject(name, environment, rows), rows, redis, shared);
    places.put(name, place);
    if (!name.equals(TutorialVerdict.DATABASE)) {
      readAll(place.subject);
    }
    MixedLoad.Round unused = load.run(place.subject, shared, -1, WARM_UP);
  }

  private Subject subject(String name, Subject.Environment environment, TutorialTable.Rows rows) {
    return switch (name) {
      case TutorialVerdict.DATABASE -> new DatabaseSubject(environment);
      case TutorialVerdict.AWS -> new AwsSubject(environment, rows, where, CALLERS);
      default -> Subjects.open(name, environment);
    };
  }

  private void readAll(Subject subject) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<Long>> reads = new ArrayList<>();
      for (long key = 0; key < table.keys(); key++) {
        long wanted = key;
        reads.add(threads.submit(() -> subject.get(wanted)));
      }
      for (Future<Long> read : reads) {
        long unused = read.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Forgets what happened during the warm-up; those who are stale from then on are found out. */
  void begin() throws IOException {
    for (Place place : places.values()) {
      SharedMemory fresh = SharedMemory.create(table.keys());
      for (int key = 0; key < table.keys(); key++) {
        fresh.publishAcked(key, place.shared.acked(key));
        fresh.publishCommitted(key, place.shared.committed(key));
      }
      place.shared.close();
      place.shared = fresh;
    }
  }

  /** Lets one subject after the other have its turn. */
  void round(int round, Duration time) throws Exception {
    for (Place place : places.values()) {
      long before = TutorialTable.selects(pool);
      MixedLoad.Round found = load.run(place.subject, place.shared, round, time);
      place.rounds.add(found);
      place.queries += TutorialTable.selects(pool) - before - found.writes();
    }
  }

  /** Once all is quiet and reads are quick again, reads all that was ever written once more. */
  void atRest() throws Exception {
    Stalls.sleepMillis(SETTLED_MILLIS);
    for (Place place : places.values()) {
      Oracle oracle = new Oracle(place.shared, CALLERS);
      for (int key = 0; key < table.keys(); key++) {
        if (place.shared.acked(key) > 0) {
          oracle.committed(key, place.rows.version(key));
          oracle.atRest(key, place.subject.get(key));
        }
      }
    }
  }

  /** The figures of each subject. */
  Map<String, TutorialVerdict.Found> found() {
    Map<String, TutorialVerdict.Found> found = new LinkedHashMap<>();
    places.forEach(
        (name, place) ->
            found.put(
                name,
                new TutorialVerdict.Found(
                    perSecond(place)[place.rounds.size() / 2],
                    place.shared.total(Count.READS),
                    place.shared.total(Count.STALE_AFTER_ACK),
                    place.shared.total(Count.PERMANENT_STALE),
                    place.shared.total(Count.READ_ERRORS))));
    return found;
  }

  private static double[] perSecond(Place place) {
    return place.rounds.stream().mapToDouble(MixedLoad.Round::readsPerSecond).sorted().toArray();
  }

  Result report(String experiment, String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("was not opened: " + name);
    }
    double[] perSecond = perSecond(place);
    long[] nanos = place.rounds.stream().flatMapToLong(MixedLoad.Round::nanos).toArray();
    Arrays.sort(nanos);
    long writes = place.rounds.stream().mapToLong(MixedLoad.Round::writes).sum();
    return new Result(experiment, name)
        .at(table.table())
        .with("threads", CALLERS)
        .with("ops_per_s", rounded(perSecond[perSecond.length / 2]))
        .with("slowest", rounded(perSecond[0]))
        .with("fastest", rounded(perSecond[perSecond.length - 1]))
        .with("p50_us", micros(nanos, 0.5))
        .with("p99_us", micros(nanos, 0.99))
        .with("p999_us", micros(nanos, 0.999))
        .with("reads", nanos.length)
        .with("writes", writes)
        .with("queries", place.queries)
        .with("queries_per_read", place.queries / (double) Math.max(1, nanos.length))
        .with("hits", Math.max(0, nanos.length - place.queries))
        .with("stale_after_ack", place.shared.total(Count.STALE_AFTER_ACK))
        .with("permanent_stale", place.shared.total(Count.PERMANENT_STALE))
        .with("checked", place.shared.total(Count.CHECKED))
        .with("read_errors", place.shared.total(Count.READ_ERRORS))
        .with("write_errors", place.shared.total(Count.WRITE_ERRORS));
  }

  /** Of small figures the tenths matter. */
  private static String rounded(double figure) {
    return String.format(Locale.ROOT, figure < 100 ? "%.1f" : "%.0f", figure);
  }

  private static String micros(long[] sorted, double share) {
    int at = (int) Math.min(sorted.length - 1L, (long) (share * sorted.length));
    return sorted.length == 0 ? "0" : rounded(sorted[at] / 1e3);
  }

  @Override
  public void close() throws IOException {
    for (Place place : places.values()) {
      place.subject.close();
      place.shared.close();
      place.redis.close();
    }
  }
}
