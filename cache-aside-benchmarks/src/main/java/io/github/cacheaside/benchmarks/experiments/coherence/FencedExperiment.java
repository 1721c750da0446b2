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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** G3, G4: with fenced writes nothing is stale after COMMIT, whoever dies, or it is counted. */
public final class FencedExperiment implements Experiment {
  private static final int SHARE_OF_OTHERS = 4;
  private static final int SHORTEST_SECONDS = 5;
  private static final int KILLS = 50;
  private static final int SECONDS_FOR_ALL_KILLS = 120;
  private static final List<String> MUST_FAIL =
      List.of(
          Subjects.LEASE,
          Subjects.DEL_RELEASE,
          Subjects.FENCED_NO_TOKEN,
          Subjects.LATE_INTENT,
          Subjects.NAIVE);

  private static final TrafficRun.Shape SHAPE =
      new TrafficRun.Shape(24, 24, Duration.ofMillis(700), 5);

  private static final List<TrafficRun.Role> ROLES =
      List.of(
          new TrafficRun.Role(4, 1, 0),
          new TrafficRun.Role(4, 1, 0),
          TrafficRun.Role.WRITER,
          TrafficRun.Role.WRITER);

  @Override
  public String name() {
    return "fenced";
  }

  @Override
  public String about() {
    return "no stale read after COMMIT, crashes of writers included; lost fences counted (G3, G4)";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(List.of(Subjects.FENCED));
    subjects.addAll(MUST_FAIL);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return SECONDS_FOR_ALL_KILLS;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("s", "{seconds}"),
        new Column("writes", "{writes}"),
        new Column("writers killed", "{kills}"),
        new Column("stale after COMMIT", "{stale_after_commit/reads}"),
        new Column("stale at rest", "{permanent_stale/checked}"),
        new Column("stopped writers counted", "{stopped_counted} of {stopped_writers}"),
        new Column("loads, of reads", "{loads%reads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      boolean ours = subject.equals(Subjects.FENCED);
      int seconds =
          ours ? plan.seconds() : Math.max(SHORTEST_SECONDS, plan.seconds() / SHARE_OF_OTHERS);
      plan.progress().accept(subject + " for " + seconds + " s");
      results.accept(measure(subject, seconds, plan));
    }
  }

  private Result measure(String subject, int seconds, Plan plan) throws Exception {
    try (TestBed testBed = TrafficRun.testBed();
        RedisFaults faults = new RedisFaults(testBed.redis().uri(), plan.seed())) {
      TrafficRun traffic = new TrafficRun(subject, plan, SHAPE, testBed, faults);
      faults.withoutLostMarks().with("kill", 8, () -> traffic.killAmongLast(2));
      traffic.run(ROLES, Duration.ofSeconds(seconds));
      Result result = traffic.report(name()).with("seconds", seconds);
      SharedMemory shared = testBed.shared();
      long stale = shared.total(Count.STALE_AFTER_COMMIT);
      result.with("bound", stale == 0 ? "3/" + shared.total(Count.READS) : "");
      if (!subject.equals(Subjects.FENCED)) {
        return result.mustFail(stale + shared.total(Count.PERMANENT_STALE) > 0);
      }
      StoppedWriters stopped = new StoppedWriters(testBed, plan).run();
      return result
          .with("stopped_writers", stopped.stops())
          .with("stopped_counted", stopped.counted())
          .with("stopped_stale", stopped.stale())
          .must(stale == 0, "no stale read after COMMIT (G3)")
          .must(
              shared.total(Count.PERMANENT_STALE) == 0,
              "nothing stale after everything came to rest (G1)")
          .must(shared.total(Count.READ_ERRORS) == 0, "no error reaches a reader")
          .must(
              stopped.counted() == stopped.stops(),
              "every stopped writer counts as fence lost (G4)")
          .must(stopped.stale() == 0, "what was cached while a writer was stopped is gone (G4)")
          .must(
              traffic.kills()
                  >= KILLS * Math.min(seconds, SECONDS_FOR_ALL_KILLS) / SECONDS_FOR_ALL_KILLS,
              "at least " + KILLS + " writers killed in " + SECONDS_FOR_ALL_KILLS + " s");
    }
  }
}
