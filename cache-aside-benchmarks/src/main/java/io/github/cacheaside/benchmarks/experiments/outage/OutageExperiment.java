package io.github.cacheaside.benchmarks.experiments.outage;

import io.github.cacheaside.benchmarks.load.CallTally;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** G12: Redis is away for long, and its callers go on. The three outages run side by side. */
public final class OutageExperiment implements Experiment {

  /** How long after the return of older data an old value may be read: that of G11. */
  private static final long LONGEST_WINDOW_MILLIS = 2_000;

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public String about() {
    return "Redis is stopped or killed for long under load (G12)";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects =
        new ArrayList<>(
            List.of(
                OutageSubjects.OURS,
                OutageSubjects.NO_LIMITER,
                OutageSubjects.FORGETS,
                OutageSubjects.NAIVE));
    subjects.addAll(Subjects.PEERS);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 30;
  }

  @Override
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("reads failed", "{read_errors} of {calls}"));
    for (OutageFault fault : OutageFault.values()) {
      columns.add(
          new Column("longest read: " + fault.heading(), "{%s} ms".formatted(fault.figure("ms"))));
    }
    columns.add(new Column("loads at once, at most", "{most_loads}"));
    columns.add(new Column("invalidations that failed", "{told}"));
    columns.add(new Column("keys of these still old in Redis", "{lost/told_checked}"));
    columns.add(new Column("stale at rest", "{permanent/checked}"));
    columns.add(new Column("stale after ack: frozen, or back empty", "{stale}"));
    columns.add(new Column("last stale read after older data came back", "{window_ms} ms"));
    return columns;
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      Map<OutageFault, OutageRun.Found> found = measure(subject, plan);
      found.forEach(
          (fault, stage) -> {
            if (stage.tally().firstTrouble() != null) {
              plan.progress().accept(fault.heading() + ": " + stage.tally().firstTrouble());
            }
          });
      results.accept(judge(report(subject, found), found));
    }
  }

  private static Map<OutageFault, OutageRun.Found> measure(String subject, Plan plan)
      throws Exception {
    Duration length = Duration.ofSeconds(plan.seconds());
    Map<OutageFault, Future<OutageRun.Found>> stages = new EnumMap<>(OutageFault.class);
    Map<OutageFault, OutageRun.Found> found = new EnumMap<>(OutageFault.class);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (OutageFault fault : OutageFault.values()) {
        stages.put(fault, threads.submit(() -> OutageRun.run(subject, fault, length, plan.seed())));
      }
      for (Map.Entry<OutageFault, Future<OutageRun.Found>> stage : stages.entrySet()) {
        found.put(stage.getKey(), get(stage.getValue()));
      }
    } finally {
      threads.shutdown();
    }
    return found;
  }

  private static OutageRun.Found get(Future<OutageRun.Found> stage) throws Exception {
    try {
      return stage.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private Result report(String subject, Map<OutageFault, OutageRun.Found> found) {
    Result result = new Result(name(), subject);
    Collection<OutageRun.Found> all = found.values();
    result
        .with("calls", sum(all, tally -> tally.reads.sum() + tally.readErrors.sum()))
        .with("read_errors", sum(all, tally -> tally.readErrors.sum()))
        .with("writes", sum(all, tally -> tally.writes.sum()))
        .with("write_errors", sum(all, tally -> tally.writeErrors.sum()))
        .with("told", sum(all, tally -> tally.told.sum()))
        .with("told_checked", sum(all, tally -> tally.toldChecked.sum()))
        .with("lost", sum(all, tally -> tally.lost.sum()))
        .with("given_up", all.stream().mapToLong(OutageRun.Found::givenUp).sum())
        .with("permanent", sum(all, tally -> tally.permanent.sum()))
        .with("checked", sum(all, tally -> tally.checked.sum()))
        .with("stale", staleWithoutLoss(found))
        .with("window_ms", of(found, OutageFault.RESTORED).windowMillis())
        .with("limit", OutageSubjects.PLACES)
        .with("most_loads", mostLoads(all));
    found.forEach((fault, stage) -> report(result, fault, stage));
    return result;
  }

  private static void report(Result result, OutageFault fault, OutageRun.Found stage) {
    CallTally tally = stage.tally();
    result
        .with(fault.figure("ms"), CallTally.millis(tally.longestRead))
        .with(fault.figure("errors"), tally.readErrors.sum())
        .with(fault.figure("told"), tally.told.sum())
        .with(fault.figure("stale"), tally.stale.sum())
        .with(fault.figure("permanent"), tally.permanent.sum());
  }

  private static long sum(Collection<OutageRun.Found> all, ToLongFunction<CallTally> figure) {
    return all.stream().mapToLong(stage -> figure.applyAsLong(stage.tally())).sum();
  }

  private static OutageRun.Found of(Map<OutageFault, OutageRun.Found> found, OutageFault fault) {
    return Objects.requireNonNull(found.get(fault));
  }

  private static long staleWithoutLoss(Map<OutageFault, OutageRun.Found> found) {
    return of(found, OutageFault.FROZEN).tally().stale.sum()
        + of(found, OutageFault.KILLED).tally().stale.sum();
  }

  private static int mostLoads(Collection<OutageRun.Found> all) {
    return all.stream().mapToInt(OutageRun.Found::mostLoads).max().orElse(0);
  }

  private static Result judge(Result result, Map<OutageFault, OutageRun.Found> found) {
    Collection<OutageRun.Found> all = found.values();
    long permanent = sum(all, tally -> tally.permanent.sum());
    long errors = sum(all, tally -> tally.readErrors.sum());
    boolean tooMany = mostLoads(all) > OutageSubjects.PLACES;
    return switch (result.subject()) {
      case OutageSubjects.OURS -> judgeOurs(result, found);
      case OutageSubjects.NO_LIMITER -> result.mustFail(tooMany);
      case OutageSubjects.FORGETS -> result.mustFail(permanent > 0);
      case OutageSubjects.NAIVE -> result.mustFail(errors + permanent > 0 || tooMany);
      default -> result;
    };
  }

  private static Result judgeOurs(Result result, Map<OutageFault, OutageRun.Found> found) {
    Collection<OutageRun.Found> all = found.values();
    long givenUp = all.stream().mapToLong(OutageRun.Found::givenUp).sum();
    return result
        .must(sum(all, tally -> tally.readErrors.sum()) == 0, "no error reaches a reader")
        .must(mostLoads(all) <= OutageSubjects.PLACES, "no more loads at once than allowed")
        .must(sum(all, tally -> tally.told.sum()) > 0, "some invalidations fail meanwhile")
        .must(sum(all, tally -> tally.lost.sum()) + givenUp == 0, "none of them is lost")
        .must(sum(all, tally -> tally.permanent.sum()) == 0, "nothing stale at rest (G1)")
        .must(staleWithoutLoss(found) == 0, "no stale read after a write returned (G2)")
        .must(
            of(found, OutageFault.RESTORED).windowMillis() <= LONGEST_WINDOW_MILLIS,
            "what comes back old is gone within 2 s");
  }
}
