package io.github.cacheaside.benchmarks.experiments.speed;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Hits where things are less well than on an idle machine beside its Redis: with a way on which
 * each half of a round trip takes a quarter of a millisecond, and beside threads that never rest.
 */
final class ScaleSurroundings {
  /** Neither must cost more than it costs a bare client, but for the noise. */
  static final double AS_FAST = 0.95;

  /** Nor if no thread waits for the reads; but those change their thread. */
  static final double AS_FAST_ASYNC = 0.9;

  /** With fewer callers the noise is larger than any difference. */
  static final int FEWEST_JUDGED = 16;

  private static final Duration ONE_WAY = Duration.ofNanos(250_000);
  private static final int BUSY_THREADS = 4;
  private static final List<Integer> CALLERS = List.of(1, 4, 16, 64);
  private static final List<Integer> UNDER_WAY = List.of(1, 4, 16, 64, 256);
  private static final int MOST_CALLERS = 64;
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private final String experiment;
  private final Experiment.Plan plan;
  private final List<String> subjects;
  private final Duration time;
  private final Consumer<Result> results;

  ScaleSurroundings(
      String experiment,
      Experiment.Plan plan,
      List<String> subjects,
      Duration time,
      Consumer<Result> results) {
    this.experiment = experiment;
    this.plan = plan;
    this.subjects = subjects;
    this.time = time;
    this.results = results;
  }

  void run() throws Exception {
    try (RedisServer redis = TestServers.newRedis()) {
      try (TcpProxy far = TcpProxy.to(redis.host(), redis.port())) {
        far.delay(() -> ONE_WAY);
        hits("0.5 ms away", far.uri());
        asynchronous("0.5 ms away", far.uri());
      }
      CountDownLatch over = new CountDownLatch(1);
      for (int i = 0; i < BUSY_THREADS; i++) {
        neverRest(over);
      }
      try {
        hits("beside " + BUSY_THREADS + " busy threads", redis.uri());
      } finally {
        over.countDown();
      }
    }
  }

  private static void neverRest(CountDownLatch over) {
    Thread busy =
        new Thread(
            () -> {
              double x = 1;
              while (over.getCount() > 0 && x > 0) {
                x = Math.sin(x) + 2;
              }
            });
    busy.setDaemon(true);
    busy.start();
  }

  private void hits(String where, String uri) throws Exception {
    measure(
        uri,
        reader -> random -> check(reader.read(random.nextInt(Reader.KEYS))),
        Hammer::measure,
        CALLERS,
        where + " and %d callers",
        (result, callers, rounds) -> judge(result.with("threads", callers), callers, rounds));
  }

  private void asynchronous(String where, String uri) throws Exception {
    measure(
        uri,
        SpeedExperiment::asyncCall,
        (underWay, time, call) -> Hammer.measureAsync(underWay, time, (Hammer.AsyncCall) call),
        UNDER_WAY,
        where + " and %d asynchronous reads",
        (result, underWay, rounds) -> judgeAsync(result, rounds));
  }

  /** One measurement with so many reads at once. */
  private interface Turn {
    Hammer.Speed of(int count, Duration time, Hammer.Call call) throws Exception;
  }

  /** What the measurements of a row say of a subject. */
  private interface Judge {
    Result of(Result result, int count, Rounds rounds);
  }

  private void measure(
      String uri,
      Function<Reader, Hammer.Call> call,
      Turn turn,
      List<Integer> counts,
      String load,
      Judge judge)
      throws Exception {
    List<Reader> readers = new ArrayList<>();
    try {
      Map<String, Hammer.Call> calls = new LinkedHashMap<>();
      for (String subject : subjects) {
        plan.progress().accept("filling " + subject);
        Reader reader = Readers.open(subject, uri);
        readers.add(reader);
        calls.put(subject, call.apply(reader));
        Hammer.Speed unused = turn.of(MOST_CALLERS, WARM_UP, calls.get(subject));
      }
      for (int count : counts) {
        String at = load.formatted(count);
        plan.progress().accept(at);
        Rounds rounds = Rounds.measure(calls, Rounds.ROUNDS, each -> turn.of(count, time, each));
        for (String subject : subjects) {
          Result result = rounds.report(new Result(experiment, subject).at(at), subject);
          results.accept(judge.of(result, count, rounds));
        }
      }
    } finally {
      readers.forEach(Reader::close);
    }
  }

  /** A hit changes its thread, and nothing else may cost it time. */
  static Result judgeAsync(Result result, Rounds rounds) {
    if (!rounds.has(Readers.LETTUCE)) {
      return result;
    }
    double ratio = rounds.ratio(result.subject(), Readers.LETTUCE);
    result.with("ratio_to_lettuce", ratio);
    return result.subject().equals(Readers.CACHE_ASIDE)
        ? result.must(ratio >= AS_FAST_ASYNC, "as fast as a bare client, within 10 %")
        : result;
  }

  private static void check(Row row) {
    if (row.version() != 1) {
      throw new IllegalStateException("a wrong value was read");
    }
  }

  /** Whether there is anything that reads pay and a bare client does not. */
  static Result judge(Result result, int callers, Rounds rounds) {
    if (!rounds.has(Readers.LETTUCE)) {
      return result;
    }
    double ratio = rounds.ratio(result.subject(), Readers.LETTUCE);
    result.with("ratio_to_lettuce", ratio);
    return result.subject().equals(Readers.CACHE_ASIDE) && callers >= FEWEST_JUDGED
        ? result.must(ratio >= AS_FAST, "as fast as a bare client, within 5 %")
        : result;
  }
}
