package io.github.cacheaside.benchmarks.experiments.failover;

import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * G11: the replica lags, the primary is killed, and Redis loses invalidations that it had
 * acknowledged; with Sentinel and with Cluster.
 */
public final class FailoverExperiment implements Experiment {
  private static final long MOST_STALE_MILLIS = 2_000;

  @Override
  public String name() {
    return "failover";
  }

  @Override
  public String about() {
    return "a primary is lost, and with it what its lagging replica never got (G11)";
  }

  @Override
  public List<String> subjects() {
    return FailoverSubjects.ALL;
  }

  @Override
  public int defaultSeconds() {
    return 4;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("acknowledged and lost", "{lagged}"),
        new Column("failover took", "{failover_ms} ms"),
        new Column("last read without Redis' answer", "{unanswered_ms} ms"),
        new Column("reads that threw", "{errors}"),
        new Column("slowest read", "{slowest_ms} ms"),
        new Column("stale reads", "{stale/reads}"),
        new Column("until, from the reconnect", "{stale_ms} ms"),
        new Column("stale for good", "{permanent/keys}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String topology : FailoverServers.KINDS) {
      for (String subject : FailoverSubjects.at(topology, plan.subjects())) {
        plan.progress().accept(subject + Result.AT + topology);
        FailoverRun.Found found =
            FailoverRun.run(subject, topology, Duration.ofSeconds(plan.seconds()), plan.seed());
        if (found.reads().firstError() != null) {
          plan.progress().accept(found.reads().firstError());
        }
        results.accept(judged(new Result(name(), subject).at(topology), found));
      }
    }
  }

  private static Result judged(Result result, FailoverRun.Found found) {
    FailoverReader.Reads reads = found.reads();
    long staleMillis = millis(reads.staleNanos());
    result
        .with("writes", found.writes())
        .with("write_errors", found.writeErrors())
        .with("lagged", found.lagged())
        .with("failover_ms", millis(found.failoverNanos()))
        .with("reads", reads.all())
        .with("unanswered", reads.unanswered())
        .with("unanswered_ms", millis(reads.unansweredNanos()))
        .with("errors", reads.errors())
        .with("slowest_ms", millis(reads.slowestNanos()))
        .with("stale", reads.stale())
        .with("stale_ms", staleMillis)
        .with("stale_later", reads.staleLater())
        .with("permanent", found.stillStale())
        .with("keys", FailoverRun.KEYS);
    if (FailoverSubjects.OURS.contains(result.subject())) {
      result
          .must(found.lagged() > 0, "something was acknowledged and lost")
          .must(
              staleMillis <= MOST_STALE_MILLIS,
              "no read lacks what was lost later than "
                  + MOST_STALE_MILLIS
                  + " ms after the reconnect (G11)")
          .must(found.stillStale() == 0, "nothing stale for good (G11)")
          .must(reads.errors() == 0, "no error reaches a reader");
      if (!result.subject().equals(Subjects.NEAR)) { // there nearMaxLag is the promise
        result.must(reads.staleLater() == 0, "no read lacks what was acknowledged afterwards");
      }
    } else if (FailoverSubjects.MUST_FAIL.contains(result.subject())) {
      result.mustFail(found.stillStale() > 0);
    }
    return result;
  }

  /** Rounded up, so 0 means that there was nothing. */
  private static long millis(long nanos) {
    return (long) Math.ceil(nanos / 1e6);
  }
}
