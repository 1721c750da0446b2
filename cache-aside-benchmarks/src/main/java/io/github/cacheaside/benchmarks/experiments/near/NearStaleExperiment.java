package io.github.cacheaside.benchmarks.experiments.near;

import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * G10: how old near hits get while their channel is harmed. Each fault has a run of its own; those
 * of a subject run side by side, and then, with the JVM warm, the one without a fault runs alone.
 */
public final class NearStaleExperiment implements Experiment {

  /** No allowance for the way of the news: the feed is believed from when it was asked. */
  private static final long BOUND_MILLIS = NearSubjects.MAX_LAG.toMillis();

  /** So much of the reads without fault are near hits, or there is nothing to be seen. */
  private static final double LEAST_NEAR_SHARE = 0.5;

  private static final List<NearFault> JUDGED =
      Stream.of(NearFault.values()).filter(NearFault::isJudged).toList();

  private static final Map<String, List<NearFault>> MUST_FAIL_UNDER =
      Map.of(
          NearSubjects.TRUSTING, List.of(NearFault.LATE, NearFault.HALF_OPEN),
          NearSubjects.NO_STAMPS, List.of(NearFault.NONE),
          NearSubjects.NO_FLUSH, List.of(NearFault.CUT, NearFault.KILLED, NearFault.FLUSHED),
          NearSubjects.NAIVE, List.of(NearFault.values()));

  @Override
  public String name() {
    return "nearstale";
  }

  @Override
  public String about() {
    return "the oldest near hit while its channel is harmed (G10)";
  }

  @Override
  public List<String> subjects() {
    return NearSubjects.ALL;
  }

  @Override
  public int defaultSeconds() {
    return 4;
  }

  @Override
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (NearFault fault : NearFault.values()) {
      columns.add(
          new Column(
              fault.heading(),
              "{%s} ms, {%s}".formatted(fault.figure("oldest_ms"), fault.figure("permanent"))));
    }
    columns.add(new Column("stale reads", "{stale/reads}"));
    columns.add(new Column("reads failed", "{read_errors}"));
    return columns;
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      results.accept(judge(report(subject, measure(subject, plan), plan)));
    }
  }

  private static Map<NearFault, NearRun.Found> measure(String subject, Plan plan) throws Exception {
    Duration length = Duration.ofSeconds(plan.seconds());
    Map<NearFault, NearRun.Found> found = new EnumMap<>(NearFault.class);
    Map<NearFault, Future<NearRun.Found>> others = new EnumMap<>(NearFault.class);
    ExecutorService stages = Executors.newCachedThreadPool();
    try {
      Stream.of(NearFault.values())
          .filter(fault -> fault != NearFault.NONE)
          .forEach(
              fault ->
                  others.put(
                      fault,
                      stages.submit(() -> NearRun.run(subject, fault, length, plan.seed()))));
      for (Map.Entry<NearFault, Future<NearRun.Found>> other : others.entrySet()) {
        found.put(other.getKey(), get(other.getValue()));
      }
    } finally {
      stages.shutdown();
    }
    found.put(NearFault.NONE, NearRun.run(subject, NearFault.NONE, length, plan.seed()));
    return found;
  }

  private static NearRun.Found get(Future<NearRun.Found> stage) throws Exception {
    try {
      return stage.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** What a result is made from. */
  private record Report(Result result, Map<NearFault, NearRun.Found> found) {

    boolean holds(NearFault fault) {
      NearRun.Found stage = of(fault);
      return stage.stillStale() == 0 && stage.oldestMillis() <= BOUND_MILLIS;
    }

    NearRun.Found of(NearFault fault) {
      return Objects.requireNonNull(found.get(fault));
    }
  }

  private Report report(String subject, Map<NearFault, NearRun.Found> found, Plan plan) {
    Result result = new Result(name(), subject);
    found.forEach(
        (fault, stage) -> {
          with(result, fault, stage);
          if (stage.reads().firstError() != null) {
            plan.progress().accept(fault.heading() + ": " + stage.reads().firstError());
          }
        });
    List<NearRun.Found> judged =
        JUDGED.stream().map(fault -> Objects.requireNonNull(found.get(fault))).toList();
    result
        .with("reads", judged.stream().mapToLong(stage -> stage.reads().all()).sum())
        .with("stale", judged.stream().mapToLong(stage -> stage.reads().stale()).sum())
        .with("read_errors", judged.stream().mapToLong(stage -> stage.reads().errors()).sum())
        .with("writes", judged.stream().mapToLong(NearRun.Found::writes).sum())
        .with("oldest_ms", judged.stream().mapToLong(NearRun.Found::oldestMillis).max().orElse(0))
        .with("permanent", judged.stream().mapToLong(NearRun.Found::stillStale).sum())
        .with("checked", (long) NearSubjects.KEYS * judged.size())
        .with("bound_ms", BOUND_MILLIS);
    return new Report(result, found);
  }

  private static void with(Result result, NearFault fault, NearRun.Found stage) {
    result
        .with(fault.figure("oldest_ms"), stage.oldestMillis())
        .with(fault.figure("permanent"), stage.stillStale())
        .with(fault.figure("reads"), stage.reads().all())
        .with(fault.figure("stale"), stage.reads().stale())
        .with(fault.figure("errors"), stage.reads().errors())
        .with(fault.figure("writes"), stage.writes());
  }

  private static Result judge(Report report) {
    Result result = report.result();
    String subject = result.subject();
    if (subject.equals(NearSubjects.OURS)) {
      double share = report.of(NearFault.NONE).nearShare();
      result
          .with("near_percent", 100 * share)
          .must(share >= LEAST_NEAR_SHARE, "most reads are near hits");
      for (NearFault fault : JUDGED) {
        result
            .must(
                report.holds(fault),
                fault.heading()
                    + ": no near hit older than "
                    + BOUND_MILLIS
                    + " ms and none for good (G10)")
            .must(
                report.of(fault).reads().errors() == 0,
                fault.heading() + ": no error reaches a reader");
      }
    }
    for (NearFault fault : MUST_FAIL_UNDER.getOrDefault(subject, List.of())) {
      result.mustFail(!report.holds(fault));
    }
    return result;
  }
}
