package io.github.cacheaside.benchmarks;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Hits over a way to Redis on which each half of a round trip takes a quarter of a millisecond. */
final class ScaleDistance {
  /** A distant Redis must not cost more than it costs a bare client, but for the noise. */
  static final double AS_FAST = 0.95;

  private static final Duration ONE_WAY = Duration.ofNanos(250_000);
  private static final List<Integer> CALLERS = List.of(1, 4, 16, 64);
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private final String experiment;
  private final Experiment.Plan plan;
  private final Duration time;

  ScaleDistance(String experiment, Experiment.Plan plan, Duration time) {
    this.experiment = experiment;
    this.plan = plan;
    this.time = time;
  }

  void run(List<String> subjects, Consumer<Result> results) throws Exception {
    List<Reader> readers = new ArrayList<>();
    try (RedisServer redis = TestServers.newRedis();
        FarProxy proxy = new FarProxy(redis.host(), redis.port(), ONE_WAY)) {
      Map<String, Hammer.Call> calls = new LinkedHashMap<>();
      for (String subject : subjects) {
        plan.progress().accept("half a millisecond away: filling " + subject);
        Reader reader = Readers.open(subject, proxy.uri());
        readers.add(reader);
        calls.put(subject, random -> check(reader.read(random.nextInt(Reader.KEYS))));
        Hammer.Speed unused = Hammer.measure(64, WARM_UP, calls.get(subject));
      }
      for (int callers : CALLERS) {
        plan.progress().accept("half a millisecond away: " + callers + " callers");
        Rounds rounds = Rounds.measure(calls, callers, time);
        for (String subject : subjects) {
          results.accept(result(rounds, subject, callers));
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

  private Result result(Rounds rounds, String subject, int callers) {
    Result result = new Result(experiment, subject).at("0.5 ms and " + callers + " callers");
    Result measured = rounds.report(result, subject).with("threads", callers);
    return rounds.has(Readers.LETTUCE) ? judge(measured, rounds) : measured;
  }

  /** Whether reads wait for anything but the way. */
  static Result judge(Result result, Rounds rounds) {
    double ratio = rounds.ratio(result.subject(), Readers.LETTUCE);
    result.with("ratio_to_lettuce", ratio);
    return result.subject().equals(Readers.CACHE_ASIDE)
        ? result.must(ratio >= AS_FAST, "a distant Redis as fast as with a bare client, within 5 %")
        : result;
  }
}
