package io.github.cacheaside.benchmarks.experiments.roundtrips;

import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LockstepProxy;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** G8: how often a call goes to Redis and back; and a cluster whose slots migrate. */
public final class RoundtripsExperiment implements Experiment {
  private static final int KEYS = 1_000;

  @Override
  public String name() {
    return "roundtrips";
  }

  @Override
  public String about() {
    return "round trips of hit, miss, batch and write; a cluster while its slots migrate (G8)";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(List.of(Subjects.LEASE, Subjects.NAIVE));
    subjects.addAll(Subjects.PEERS);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 20;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("hit", "{hit}"),
        new Column("miss", "{miss}"),
        new Column("invalidation", "{write}"),
        new Column("fenced write", "{fenced_write}"),
        new Column("100 hits", "{batch_hits}"),
        new Column("100 misses", "{batch_misses}"),
        new Column("reads in a fenced write", "{trips_in_write} for {reads_in_write}"),
        new Column("their loads", "{loads_in_write} for {reads_in_write}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      Result result = new Result(name(), subject);
      try (RedisServer redis = TestServers.newRedis();
          LockstepProxy proxy = new LockstepProxy(redis.host(), redis.port())) {
        single(subject, proxy, result);
        if (subject.equals(Subjects.LEASE)) {
          new ManyKeys(redis, proxy).run(result);
        }
      }
      if (subject.equals(Subjects.LEASE)) {
        plan.progress().accept("a cluster of 3 whose slots migrate");
        new Resharding(plan.seconds()).run(result);
      }
      results.accept(result);
    }
  }

  private static void single(String name, LockstepProxy proxy, Result result) throws Exception {
    MemoryDatabase database = new MemoryDatabase(KEYS);
    Subject.Environment environment =
        new Subject.Environment(
            proxy.uri(),
            database,
            () -> Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            new Writes(database, 0, what -> {}));
    try (Subject subject = Subjects.open(name, environment)) {
      long unused = subject.get(0); // scripts are known and connections open
      int miss = proxy.tripsOf(() -> subject.get(1));
      int hit = proxy.tripsOf(() -> subject.get(1));
      int write = proxy.tripsOf(() -> subject.write(1));
      result.with("hit", hit).with("miss", miss).with("write", write);
      if (name.equals(Subjects.LEASE)) {
        result
            .must(hit == 1, "a hit is one round trip")
            .must(miss <= 3, "a miss is at most three")
            .must(write == 1, "an invalidation is one");
      }
    }
  }
}
