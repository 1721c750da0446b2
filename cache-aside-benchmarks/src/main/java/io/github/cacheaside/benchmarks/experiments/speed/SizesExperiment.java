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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How fast hits of small and of large values are. */
public final class SizesExperiment implements Experiment {
  private static final int KEYS = 32;
  private static final Duration WARM_UP = Duration.ofMillis(500);
  private static final int WARM_UP_THREADS = 8;
  private static final List<Integer> THREADS = List.of(1, 16);

  /** What JSON needs besides the text. */
  private static final int AROUND_TEXT = 33;

  private enum Size {
    B100("100 B", 100),
    KB1("1 kB", 1_000),
    KB10("10 kB", 10_000),
    KB100("100 kB", 100_000),
    MB1("1 MB", 1_000_000);

    private final String label;
    private final int bytes;

    Size(String label, int bytes) {
      this.label = label;
      this.bytes = bytes;
    }
  }

  @Override
  public String name() {
    return "sizes";
  }

  @Override
  public String about() {
    return "hits in Redis of values of 100 bytes to 1 MB, beside a bare client and peers";
  }

  @Override
  public List<String> subjects() {
    return List.of(
        Readers.LETTUCE, Readers.CACHE_ASIDE, Readers.JETCACHE, Readers.REDISSON, Readers.SPRING);
  }

  @Override
  public int defaultSeconds() {
    return 2;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("hits a second", "{ops_per_s}"),
        new Column("of lettuce", "{ratio_to_lettuce}"),
        new Column("MB a second", "{mb_per_s}"),
        new Column("slowest to fastest round", "{slowest} – {fastest}"),
        new Column("median, 99 %", "{p50_us}, {p99_us} µs"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (Size size : Size.values()) {
      try (RedisServer redis = TestServers.newRedis()) {
        run(size, redis, plan, results);
      }
    }
  }

  private void run(Size size, RedisServer redis, Plan plan, Consumer<Result> results)
      throws Exception {
    Reader.Data data = new Reader.Data(KEYS, size.bytes - AROUND_TEXT);
    Map<String, Reader> readers = new LinkedHashMap<>();
    Map<String, Hammer.Call> calls = new LinkedHashMap<>();
    try {
      for (String subject : plan.subjects()) {
        plan.progress().accept(size.label + ": warming up " + subject);
        Reader reader = Readers.open(subject, redis.uri(), data);
        readers.put(subject, reader);
        calls.put(subject, call(reader, data));
        Hammer.Speed unused = Hammer.measure(WARM_UP_THREADS, WARM_UP, call(reader, data));
      }
      for (int threads : THREADS) {
        plan.progress().accept(size.label + ": " + threads + " threads");
        Duration time = Duration.ofMillis(1_000L * plan.seconds() / Rounds.ROUNDS);
        report(size, threads, Rounds.measure(calls, threads, time), results);
      }
    } finally {
      readers.values().forEach(Reader::close);
    }
  }

  private static Hammer.Call call(Reader reader, Reader.Data data) {
    return random -> {
      long key = random.nextInt(data.keys());
      Row row = reader.read(key);
      if (row.key() != key || row.text().length() != data.text()) {
        throw new IllegalStateException("a wrong value was read");
      }
    };
  }

  private void report(Size size, int threads, Rounds rounds, Consumer<Result> results) {
    for (String subject : subjects()) {
      if (rounds.has(subject)) {
        Result result =
            new Result(name(), subject)
                .at(size.label + " and " + threads + " threads")
                .with("bytes", size.bytes)
                .with("threads", threads);
        rounds.report(result, subject);
        result.with("mb_per_s", rounds.median(subject).perSecond() * size.bytes / 1e6);
        if (rounds.has(Readers.LETTUCE)) {
          result.with("ratio_to_lettuce", rounds.ratio(subject, Readers.LETTUCE));
        }
        results.accept(result);
      }
    }
  }
}
