package io.github.cacheaside.benchmarks.experiments.soak;

import io.github.cacheaside.benchmarks.experiments.outage.Callers;
import io.github.cacheaside.benchmarks.experiments.outage.CheckAtRest;
import io.github.cacheaside.benchmarks.experiments.outage.OutageSubjects;
import io.github.cacheaside.benchmarks.load.CallTally;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Random faults for long while the oracle looks on. The library is under test with the near cache
 * off and on at the same time, under the same faults; then those that must fail have a share of the
 * time, all together.
 */
public final class SoakExperiment implements Experiment {
  private static final List<String> OURS = List.of(OutageSubjects.OURS, OutageSubjects.NEAR);
  private static final List<String> MUST_FAIL =
      List.of(
          OutageSubjects.NO_TOKEN,
          OutageSubjects.FORGETS,
          OutageSubjects.TRUSTING,
          OutageSubjects.NAIVE);
  private static final int SHARE_OF_OTHERS = 4;
  private static final int SHORTEST_SECONDS = 30;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String about() {
    return "random faults for long: nothing stale, nothing lost, no errors";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(OURS);
    subjects.addAll(MUST_FAIL);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 60;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("s", "{seconds}"),
        new Column("faults", "{faults_done}"),
        new Column("writes", "{writes}"),
        new Column("stale after ack", "{stale/reads}"),
        new Column("near hits", "{near%reads}"),
        new Column("oldest near hit", "{near_oldest_ms} ms"),
        new Column("reads failed", "{read_errors}"),
        new Column("longest read", "{longest_ms} ms"),
        new Column("invalidations that failed", "{told}"),
        new Column("keys of these still old in Redis", "{lost/told_checked}"),
        new Column("stale at rest", "{permanent/checked}"),
        new Column("loads at once, at most", "{most_loads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    run(plan, OURS, plan.seconds(), results);
    run(plan, MUST_FAIL, Math.max(SHORTEST_SECONDS, plan.seconds() / SHARE_OF_OTHERS), results);
  }

  private void run(Plan plan, List<String> all, int seconds, Consumer<Result> results)
      throws Exception {
    List<String> subjects = all.stream().filter(plan.subjects()::contains).toList();
    if (subjects.isEmpty()) {
      return;
    }
    plan.progress().accept(String.join(", ", subjects) + " for " + seconds + " s");
    try (SoakRun soak = new SoakRun(subjects, plan.seed())) {
      soak.run(Duration.ofSeconds(seconds), allCallers -> tell(plan, subjects, allCallers));
      for (int i = 0; i < subjects.size(); i++) {
        Callers callers = soak.allCallers().get(i);
        String trouble = callers.tally().firstTrouble();
        if (trouble != null) {
          plan.progress().accept(subjects.get(i) + ": " + trouble);
        }
        Result result = report(new Result(name(), subjects.get(i)), callers, soak);
        results.accept(judge(result.with("seconds", seconds), callers, soak));
      }
    }
  }

  /** Whoever waits for a quarter of an hour wants to know how it goes. */
  private static void tell(Plan plan, List<String> subjects, List<Callers> allCallers) {
    for (int i = 0; i < subjects.size(); i++) {
      CallTally tally = allCallers.get(i).tally();
      plan.progress()
          .accept(
              "%s: %,d reads, %,d failed, %,d stale, %,d lost, %,d stale at rest"
                  .formatted(
                      subjects.get(i),
                      tally.reads.sum(),
                      tally.readErrors.sum(),
                      tally.stale.sum(),
                      tally.lost.sum(),
                      tally.permanent.sum()));
    }
  }

  static Result report(Result result, Callers callers, SoakRun soak) {
    CallTally tally = callers.tally();
    result
        .with("reads", tally.reads.sum())
        .with("stale", tally.stale.sum())
        .with("oldest_ms", CallTally.millis(tally.oldest))
        .with("near", tally.nearReads.sum())
        .with("near_oldest_ms", CallTally.millis(tally.oldestNear))
        .with("hiccup_ms", soak.hiccups().worstMillis())
        .with("read_errors", tally.readErrors.sum())
        .with("longest_ms", CallTally.millis(tally.longestRead))
        .with("writes", tally.writes.sum())
        .with("write_errors", tally.writeErrors.sum())
        .with("told", tally.told.sum())
        .with("told_checked", tally.toldChecked.sum())
        .with("lost", tally.lost.sum())
        .with("given_up", CheckAtRest.givenUp(callers))
        .with("permanent", tally.permanent.sum())
        .with("checked", tally.checked.sum())
        .with("limit", OutageSubjects.PLACES)
        .with("most_loads", callers.database().mostLoads())
        .with("ledger", callers.ledger().size());
    Map<String, Integer> faults = soak.faults();
    faults.forEach((fault, times) -> result.with("fault_" + fault, times));
    return result.with("faults_done", faults.values().stream().mapToInt(Integer::intValue).sum());
  }

  private static Result judge(Result result, Callers callers, SoakRun soak) {
    CallTally tally = callers.tally();
    long bound = NearSubjects.MAX_LAG.toMillis() + soak.hiccups().worstMillis();
    long nearest = CallTally.millis(tally.oldestNear);
    boolean old = tally.stale.sum() > 0 || tally.permanent.sum() > 0 || nearest > bound;
    if (MUST_FAIL.contains(result.subject())) {
      return result.mustFail(
          switch (result.subject()) {
            case OutageSubjects.TRUSTING -> nearest > bound;
            case OutageSubjects.FORGETS -> tally.permanent.sum() + tally.lost.sum() > 0;
            case OutageSubjects.NO_TOKEN -> old;
            default -> old || tally.readErrors.sum() > 0;
          });
    }
    boolean near = result.subject().equals(OutageSubjects.NEAR);
    return result
        .must(tally.stale.sum() == 0, "no stale read after a write returned")
        .must(tally.permanent.sum() == 0, "nothing stale when all is at rest")
        .must(tally.readErrors.sum() == 0, "no error reaches a reader")
        .must(
            tally.lost.sum() + CheckAtRest.givenUp(callers) == 0, "no failed invalidation is lost")
        .must(tally.told.sum() > 0, "some invalidations fail")
        .must(
            callers.database().mostLoads() <= OutageSubjects.PLACES,
            "no more loads at once than the limiter allows")
        .must(
            near ? nearest <= bound && tally.nearReads.sum() > 0 : tally.nearReads.sum() == 0,
            "no near hit older than nearMaxLag");
  }
}
