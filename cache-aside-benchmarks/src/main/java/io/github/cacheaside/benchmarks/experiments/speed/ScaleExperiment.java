package io.github.cacheaside.benchmarks.experiments.speed;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.readers.Reader;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Whether hits stay as fast with more of everything around them; and what an entry costs. */
public final class ScaleExperiment implements Experiment {
  static final double FLAT = 0.85;

  private static final List<Integer> KEYS = List.of(1_000, 10_000, 100_000, 1_000_000);
  private static final List<Integer> CALLERS = List.of(1, 2, 4, 8, 16, 32, 64);
  private static final int NODES = 3;
  private static final int ROUNDS_OF_KEYS = 9;
  private static final int USUAL_KEYS = 10_000;
  private static final int USUAL_CALLERS = 16;
  private static final int TEXT = 20;
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  private static final List<String> OVER_REDIS = List.of(Readers.LETTUCE, Readers.CACHE_ASIDE);

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String about() {
    return "hits with more keys, callers and nodes, far away, on a busy machine; memory an entry";
  }

  @Override
  public List<String> subjects() {
    return List.of(Readers.LETTUCE, Readers.CACHE_ASIDE, Readers.CAFFEINE, Readers.NEAR);
  }

  @Override
  public int defaultSeconds() {
    return 2;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("hits a second", "{ops_per_s}"),
        new Column("of its first row", "{ratio_to_first}"),
        new Column("of lettuce in the same row", "{ratio_to_lettuce}"),
        new Column("slowest to fastest round", "{slowest} – {fastest}"),
        new Column("median, 99 %", "{p50_us}, {p99_us} µs"),
        new Column("bytes an entry, without key and value", "{bytes_per_entry}"),
        new Column("of these, header", "{header_bytes}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    keys(plan, results);
    callers(plan, results);
    nodes(plan, results);
    new ScaleSurroundings(name(), plan, overRedis(plan), time(plan), results).run();
    ScaleMemory memory = new ScaleMemory(name(), plan);
    memory.run(results);
  }

  /** Each subject has a Redis for each number of keys, and they take turns within each round. */
  private void keys(Plan plan, Consumer<Result> results) throws Exception {
    List<RedisServer> servers = new ArrayList<>();
    try (Fleet fleet = new Fleet()) {
      for (String subject : plan.subjects()) {
        for (int keys : KEYS) {
          RedisServer server = TestServers.newRedis();
          servers.add(server);
          plan.progress().accept(load(keys) + ": filling " + subject);
          fleet.open(subject, load(keys), server.uri(), keys);
        }
      }
      plan.progress().accept("1 k to 1 M keys");
      Duration time = time(plan);
      reportKeys(
          Rounds.measure(
              fleet.calls, ROUNDS_OF_KEYS, call -> Hammer.measure(USUAL_CALLERS, time, call)),
          plan,
          results);
    } finally {
      servers.forEach(RedisServer::close);
    }
  }

  private void reportKeys(Rounds rounds, Plan plan, Consumer<Result> results) {
    String first = load(KEYS.get(0));
    for (int keys : KEYS) {
      for (String subject : plan.subjects()) {
        Result result = result(rounds, subject, load(keys), first);
        result.with("keys", keys).with("threads", USUAL_CALLERS);
        results.accept(
            subject.equals(Readers.CACHE_ASIDE) && !load(keys).equals(first)
                ? judge(result, rounds, load(keys), first)
                : result);
      }
    }
  }

  private static String load(int keys) {
    return keys < 1_000_000 ? keys / 1_000 + " k keys" : keys / 1_000_000 + " M keys";
  }

  /** How a subject does at one load: a row of its own, its rounds beside those of others. */
  private Result result(Rounds rounds, String subject, String load, String first) {
    Result result = rounds.report(new Result(name(), subject).at(load), of(subject, load));
    result.with("ratio_to_first", rounds.ratio(of(subject, load), of(subject, first)));
    if (rounds.has(of(Readers.LETTUCE, load)) && OVER_REDIS.contains(subject)) {
      result.with("ratio_to_lettuce", rounds.ratio(of(subject, load), of(Readers.LETTUCE, load)));
    }
    return result;
  }

  /** More keys may cost at most 15 % of the throughput. */
  static Result judge(Result result, Rounds rounds, String load, String first) {
    double ratio = rounds.ratio(of(result.subject(), load), of(result.subject(), first));
    return result.must(ratio >= FLAT, "as fast as with the fewest keys, within 15 %");
  }

  static String of(String subject, String load) {
    return subject + " at " + load;
  }

  private void callers(Plan plan, Consumer<Result> results) throws Exception {
    List<String> subjects = overRedis(plan);
    try (RedisServer redis = TestServers.newRedis();
        Fleet fleet = new Fleet()) {
      for (String subject : subjects) {
        fleet.open(subject, "", redis.uri(), USUAL_KEYS);
      }
      Rounds rounds = new Rounds();
      for (int round = 0; round < Rounds.ROUNDS; round++) {
        plan.progress().accept("1 to 64 callers: round " + (round + 1));
        for (int callers : CALLERS) {
          for (String subject : subjects) {
            Hammer.Call call = fleet.call(subject, "");
            rounds.add(
                of(subject, callers + " callers"), Hammer.measure(callers, time(plan), call));
          }
        }
      }
      for (int callers : CALLERS) {
        for (String subject : subjects) {
          Result result = result(rounds, subject, callers + " callers", "1 callers");
          results.accept(result.with("threads", callers));
        }
      }
    }
  }

  private void nodes(Plan plan, Consumer<Result> results) throws Exception {
    List<String> subjects = overRedis(plan);
    List<RedisCluster> clusters = new ArrayList<>();
    try (Fleet fleet = new Fleet()) {
      for (int nodes = 1; nodes <= NODES; nodes++) {
        RedisCluster cluster = TestServers.newRedisCluster(nodes);
        clusters.add(cluster);
        for (String subject : subjects) {
          plan.progress().accept(nodes + " cluster nodes: filling " + subject);
          fleet.open(subject, nodes + " nodes", uri(cluster), USUAL_KEYS);
        }
      }
      Rounds rounds = Rounds.measure(fleet.calls, USUAL_CALLERS, time(plan));
      for (int nodes = 1; nodes <= NODES; nodes++) {
        for (String subject : subjects) {
          Result result = result(rounds, subject, nodes + " nodes", "1 nodes");
          results.accept(result.with("nodes", nodes).with("threads", USUAL_CALLERS));
        }
      }
    } finally {
      clusters.forEach(RedisCluster::close);
    }
  }

  private static List<String> overRedis(Plan plan) {
    return OVER_REDIS.stream().filter(plan.subjects()::contains).toList();
  }

  private static String uri(RedisCluster cluster) {
    return cluster.nodes().stream()
        .map(node -> node.host() + ":" + node.port())
        .collect(Collectors.joining(",", Reader.CLUSTER, ""));
  }

  private static Duration time(Plan plan) {
    return Duration.ofMillis(1_000L * plan.seconds() / Rounds.ROUNDS);
  }

  /** Readers that are open together. */
  private static final class Fleet implements AutoCloseable {
    private final List<Reader> readers = new ArrayList<>();
    private final Map<String, Hammer.Call> calls = new LinkedHashMap<>();

    void open(String subject, String load, String uri, int keys) throws Exception {
      Reader reader = Readers.open(subject, uri, new Reader.Data(keys, TEXT));
      readers.add(reader);
      Hammer.Call call =
          random -> {
            long key = random.nextInt(keys);
            if (reader.read(key).key() != key) {
              throw new IllegalStateException("a wrong value was read");
            }
          };
      calls.put(of(subject, load), call);
      Hammer.Speed unused = Hammer.measure(USUAL_CALLERS, WARM_UP, call);
    }

    Hammer.Call call(String subject, String load) {
      Hammer.Call call = calls.get(of(subject, load));
      if (call == null) {
        throw new IllegalArgumentException("was not opened: " + subject);
      }
      return call;
    }

    @Override
    public void close() {
      readers.forEach(Reader::close);
    }
  }
}
