package io.github.cacheaside.benchmarks.experiments.herd;

import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** G5, G6, G7: one load for many callers in many JVMs, cheap to wait for, whoever dies. */
public final class HerdExperiment implements Experiment {
  private static final long WAIT_BOUND_MILLIS = HerdRun.LOAD_MILLIS + 15;
  private static final List<String> LATE_FILLERS = List.of(Subjects.NO_TOKEN, Subjects.REGRANT);

  @Override
  public String name() {
    return "herd";
  }

  @Override
  public String about() {
    return HerdRun.JVMS
        + " JVMs x "
        + HerdRun.CALLERS
        + " callers of one key: one load, cheap waits, killed and stopped holders (G5, G6, G7)";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(List.of(Subjects.LEASE));
    subjects.addAll(LATE_FILLERS);
    subjects.add(Subjects.NAIVE);
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
        new Column("loads for a cold key", "{loads_per_cold}"),
        new Column("median, 99 %", "{cold_p50_ms}, {cold_p99_ms} ms"),
        new Column("63 that come to a load: median, 99 %", "{wait_p50_ms}, {wait_p99_ms} ms"),
        new Column("loads an expiry", "{loads_per_expiry}"),
        new Column("median, 99 %", "{p50_ms}, {p99_ms} ms"),
        new Column("next load after a kill", "{next_load_ms_max} ms"),
        new Column("late fills refused", "{late_fills_refused} of {holders_stopped}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      plan.progress().accept(subject);
      Result result = new Result(name(), subject);
      if (!LATE_FILLERS.contains(subject)) {
        callers(subject, plan, result);
      }
      if (subject.equals(Subjects.LEASE) || LATE_FILLERS.contains(subject)) {
        holders(subject, result);
      }
      results.accept(judge(result, plan));
    }
  }

  private static void callers(String subject, Plan plan, Result result) throws Exception {
    try (HerdRun herd = new HerdRun(subject)) {
      herd.cold(result);
      herd.waiting(result);
      if (!subject.equals(Subjects.REDISSON)) { // its loader can't give a TTL
        herd.expiring(result, plan.seconds());
      }
    }
  }

  private static void holders(String subject, Result result) throws Exception {
    try (HerdRun herd = new HerdRun(subject)) {
      LeaseHolders holders = new LeaseHolders(herd);
      boolean ours = subject.equals(Subjects.LEASE);
      if (ours) {
        holders.kill(result);
      }
      holders.stop(result, ours);
    }
  }

  private static Result judge(Result result, Plan plan) {
    if (result.subject().equals(Subjects.NAIVE)) {
      return result.mustFail(figure(result, "loads_per_expiry") > 1);
    }
    if (result.subject().equals(Subjects.LEASE)) {
      result
          .must(figure(result, "loads_per_cold") == 1, "one load for all cold callers (G5)")
          .must(figure(result, "loads_per_expiry") == 1, "one load an expiry (G5)");
      if (plan.waitBound()) {
        double slowest = Math.max(figure(result, "p99_ms"), figure(result, "wait_p99_ms"));
        result.must(
            slowest <= WAIT_BOUND_MILLIS,
            "99 % of the waiters wait at most " + WAIT_BOUND_MILLIS + " ms (G7)");
      }
    }
    return result;
  }

  private static double figure(Result result, String key) {
    return Double.parseDouble(result.figures().getOrDefault(key, "0"));
  }
}
