package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.benchmarks.load.Count;
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

/** G1, G2, G15, G16: nothing stale after a write has returned, and nothing stale for ever. */
public final class CoherenceExperiment implements Experiment {
  private static final int SHARE_OF_OTHERS = 4;
  private static final int SHORTEST_SECONDS = 5;
  private static final TrafficRun.Shape SHAPE =
      new TrafficRun.Shape(24, 40, Duration.ofMillis(500), 0);

  /** Only a reader is ever killed here: a writer that dies after COMMIT is what fences are for. */
  private static final List<TrafficRun.Role> ROLES =
      List.of(TrafficRun.Role.MIXED, TrafficRun.Role.MIXED, TrafficRun.Role.READER);

  private static final List<String> OURS = List.of(Subjects.LEASE, Subjects.FENCED);
  private static final List<String> MUST_FAIL =
      List.of(Subjects.NAIVE, Subjects.NO_TOKEN, Subjects.EARLY_DROP, Subjects.REGRANT);

  @Override
  public String name() {
    return "coherence";
  }

  @Override
  public String about() {
    return "no stale read after a write returned, none for ever (G1, G2, G15, G16)";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(OURS);
    subjects.addAll(MUST_FAIL);
    subjects.addAll(Subjects.PEERS);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 120;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("s", "{seconds}"),
        new Column("writes", "{writes}"),
        new Column("stale after the write returned", "{stale_after_ack/reads}"),
        new Column("absences stale", "{stale_absent/absent_reads}"),
        new Column("own write not seen", "{stale_own/own_reads}"),
        new Column("stale at rest", "{permanent_stale/checked}"),
        new Column("reads failed", "{read_errors}"),
        new Column("stale after COMMIT", "{stale_after_commit/reads}"),
        new Column("loads, of reads", "{loads%reads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      boolean ours = OURS.contains(subject);
      int seconds =
          subject.equals(Subjects.LEASE)
              ? plan.seconds()
              : Math.max(SHORTEST_SECONDS, plan.seconds() / SHARE_OF_OTHERS);
      plan.progress().accept(subject + " for " + seconds + " s");
      results.accept(judge(measure(subject, seconds, plan), ours));
    }
  }

  private Outcome measure(String subject, int seconds, Plan plan) throws Exception {
    try (TestBed testBed = TrafficRun.testBed();
        RedisFaults faults = new RedisFaults(testBed.redis().uri(), plan.seed())) {
      TrafficRun traffic = new TrafficRun(subject, plan, SHAPE, testBed, faults);
      faults
          .withAllOfRedis()
          .with("stop", 1, () -> traffic.stopAmongFirst(ROLES.size()))
          .with("kill", 1, () -> traffic.killAmongLast(1));
      traffic.run(ROLES, Duration.ofSeconds(seconds));
      Result result = traffic.report(name()).with("seconds", seconds);
      return new Outcome(
          result,
          testBed.shared().total(Count.READS),
          testBed.shared().total(Count.STALE_AFTER_ACK),
          testBed.shared().total(Count.PERMANENT_STALE),
          testBed.shared().total(Count.READ_ERRORS));
    }
  }

  private record Outcome(
      Result result, long reads, long staleAfterAck, long permanent, long errors) {}

  private static Result judge(Outcome found, boolean ours) {
    Result result = found.result();
    result.with("bound", found.staleAfterAck() == 0 ? "3/" + found.reads() : "");
    if (ours) {
      result
          .must(found.staleAfterAck() == 0, "no stale read after a write returned (G2, G15, G16)")
          .must(found.permanent() == 0, "nothing stale after everything came to rest (G1)")
          .must(found.errors() == 0, "no error reaches a reader");
    } else if (MUST_FAIL.contains(result.subject())) {
      result.mustFail(found.staleAfterAck() + found.permanent() > 0);
    }
    return result;
  }
}
