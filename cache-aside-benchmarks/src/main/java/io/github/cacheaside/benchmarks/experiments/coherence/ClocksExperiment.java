package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.RedisFaults;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.workers.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** G9: JVMs whose clocks are an hour wrong, in both directions, change nothing. */
public final class ClocksExperiment implements Experiment {
  private static final TrafficRun.Shape SHAPE =
      new TrafficRun.Shape(24, 40, Duration.ofMillis(700), 0);
  private static final List<TrafficRun.Role> ROLES =
      List.of(
          new TrafficRun.Role(4, 2, 1),
          new TrafficRun.Role(4, 2, -1),
          new TrafficRun.Role(4, 2, 0));

  @Override
  public String name() {
    return "clocks";
  }

  @Override
  public String about() {
    return "clocks of JVMs one hour ahead and one behind change nothing (G9)";
  }

  @Override
  public List<String> subjects() {
    return List.of(Subjects.LEASE, Subjects.FENCED);
  }

  @Override
  public int defaultSeconds() {
    return 30;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("s", "{seconds}"),
        new Column("writes", "{writes}"),
        new Column("stale after the write returned", "{stale_after_ack/reads}"),
        new Column("stale at rest", "{permanent_stale/checked}"),
        new Column("stale after COMMIT", "{stale_after_commit/reads}"),
        new Column("loads, of reads", "{loads%reads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject + " for " + plan.seconds() + " s");
      try (TestBed testBed = TrafficRun.testBed();
          RedisFaults faults = new RedisFaults(testBed.redis().uri(), plan.seed())) {
        TrafficRun traffic = new TrafficRun(subject, plan, SHAPE, testBed, faults);
        faults.withoutLostMarks();
        traffic.run(ROLES, Duration.ofSeconds(plan.seconds()));
        Result result = traffic.report(name()).with("seconds", plan.seconds());
        results.accept(judge(result, testBed.shared()));
      }
    }
  }

  private static Result judge(Result result, SharedMemory shared) {
    if (result.subject().equals(Subjects.FENCED)) {
      result.must(shared.total(Count.STALE_AFTER_COMMIT) == 0, "no stale read after COMMIT (G3)");
    }
    long loads = shared.total(Count.LOADS);
    return result
        .must(shared.total(Count.STALE_AFTER_ACK) == 0, "no stale read after a write returned (G2)")
        .must(shared.total(Count.PERMANENT_STALE) == 0, "nothing stale for ever (G1)")
        .must(shared.total(Count.READ_ERRORS) == 0, "no error reaches a reader")
        .must(
            loads < shared.total(Count.READS) / 2,
            "values are cached: wrong clocks expire nothing");
  }
}
