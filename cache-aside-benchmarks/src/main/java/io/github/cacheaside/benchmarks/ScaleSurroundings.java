package io.github.cacheaside.benchmarks;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Hits where things are less well than on an idle machine beside its Redis: with a way on which
 * each half of a round trip takes a quarter of a millisecond, and beside threads that never rest.
 */
final class ScaleSurroundings {
  /** Neither must cost more than it costs a bare client, but for the noise. */
  static final double AS_FAST = 0.95;

  /** With fewer callers the noise is larger than any difference. */
  static final int FEWEST_JUDGED = 16;

  private static final Duration ONE_WAY = Duration.ofNanos(250_000);
  private static final int BUSY_THREADS = 4;
  private static final List<Integer> CALLERS = List.of(1, 4, 16, 64);
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
      try (FarProxy far = new FarProxy(redis.host(), redis.port(), ONE_WAY)) {
        hits("0.5 ms away", far.uri());
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
    List<Reader> readers = new ArrayList<>();
    try {
      Map<String, Hammer.Call> calls = new LinkedHashMap<>();
      for (String subject : subjects) {
        plan.progress().accept(where + ": filling " + subject);
        Reader reader = Readers.open(subject, uri);
        readers.add(reader);
        calls.put(subject, random -> check(reader.read(random.nextInt(Reader.KEYS))));
        Hammer.Speed unused = Hammer.measure(MOST_CALLERS, WARM_UP, calls.get(subject));
      }
      for (int callers : CALLERS) {
        plan.progress().accept(where + ": " + callers + " callers");
        Rounds rounds = Rounds.measure(calls, callers, time);
        for (String subject : subjects) {
          Result result =
              new Result(experiment, subject).at(where + " and " + callers + " callers");
          results.accept(
              judge(rounds.report(result, subject).with("threads", callers), callers, rounds));
        }
      }
    } finally {
      readers.forEach(Reader::close);
    }
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
