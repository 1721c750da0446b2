package io.github.cacheaside.benchmarks.experiments.spring;

import io.github.cacheaside.benchmarks.experiments.coherence.TrafficRun;
import io.github.cacheaside.benchmarks.load.CallTally;
import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.RedisFaults;
import io.github.cacheaside.benchmarks.subjects.annotated.AnnotatedSubject;
import io.github.cacheaside.benchmarks.workers.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Services with {@code Cacheable}, {@code CacheEvict} and {@code Transactional} in several JVMs,
 * whose writers are killed between commit and release; and one whose Redis is frozen and killed.
 */
public final class AnnotationsExperiment implements Experiment {
  private static final int SHARE_OF_OTHERS = 4;
  private static final int SHORTEST_SECONDS = 5;
  private static final long LONGEST_MILLIS = 250;
  private static final Duration OUTAGE = Duration.ofSeconds(2);

  private static final TrafficRun.Shape SHAPE =
      new TrafficRun.Shape(24, 24, Duration.ofMillis(700), 0);

  private static final List<TrafficRun.Role> ROLES =
      List.of(
          new TrafficRun.Role(12, 1, 0),
          new TrafficRun.Role(12, 1, 0),
          TrafficRun.Role.WRITER,
          TrafficRun.Role.WRITER);

  @Override
  public String name() {
    return "annotations";
  }

  @Override
  public String about() {
    return "Spring's annotations: nothing stale, writers killed; Redis frozen and killed";
  }

  @Override
  public List<String> subjects() {
    return AnnotatedSubject.names();
  }

  @Override
  public int defaultSeconds() {
    return 120;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("s", "{seconds}"),
        new Column("reads", "{reads}"),
        new Column("writes", "{writes}"),
        new Column("writers killed", "{kills}"),
        new Column("stale after the write returned", "{stale_after_ack/reads}"),
        new Column("stale after COMMIT", "{stale_after_commit/reads}"),
        new Column("stale at rest", "{permanent_stale/checked}"),
        new Column("reads failed", "{read_errors}"),
        new Column("Redis away: reads failed", "{away_errors} of {away_calls}"),
        new Column("longest read", "{away_ms} ms"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      int seconds =
          subject.equals(AnnotatedSubject.OURS)
              ? plan.seconds()
              : Math.max(SHORTEST_SECONDS, plan.seconds() / SHARE_OF_OTHERS);
      plan.progress().accept(subject + " for " + seconds + " s");
      results.accept(measure(subject, seconds, plan));
    }
  }

  private Result measure(String subject, int seconds, Plan plan) throws Exception {
    try (TestBed testBed = TrafficRun.testBed();
        RedisFaults faults = new RedisFaults(testBed.redis().uri(), plan.seed())) {
      TrafficRun traffic =
          new TrafficRun(subject, plan, SHAPE, testBed, faults).with(AnnotatedJob.class);
      faults
          .withoutLostMarks()
          .with("stop", 1, () -> traffic.stopAmongFirst(2))
          .with("kill", 8, () -> traffic.killAmongLast(2));
      traffic.run(ROLES, Duration.ofSeconds(seconds));
      CallTally away = new RedisAway(subject, OUTAGE).run();
      Result result =
          traffic
              .report(name())
              .with("seconds", seconds)
              .with("away_calls", away.reads.sum() + away.readErrors.sum())
              .with("away_errors", away.readErrors.sum())
              .with("away_ms", CallTally.millis(away.longestRead));
      return judged(subject, result, testBed.shared(), away, traffic.kills());
    }
  }

  /** The caches of others are shown as they are. */
  private static Result judged(
      String subject, Result result, SharedMemory shared, CallTally away, long kills) {
    long afterAck = shared.total(Count.STALE_AFTER_ACK);
    long afterCommit = shared.total(Count.STALE_AFTER_COMMIT);
    long atRest = shared.total(Count.PERMANENT_STALE);
    if (AnnotatedSubject.MUTANTS.contains(subject)) {
      return result.mustFail(afterAck + afterCommit + atRest > 0);
    }
    if (!subject.equals(AnnotatedSubject.OURS)) {
      return result;
    }
    return result
        .with("bound", afterCommit == 0 ? "3/" + shared.total(Count.READS) : "")
        .must(afterAck == 0, "no stale read after a write returned (G2)")
        .must(afterCommit == 0, "no stale read after COMMIT (G3)")
        .must(atRest == 0, "nothing stale after everything came to rest (G1)")
        .must(shared.total(Count.WRITES) > 0, "something is written")
        .must(kills > 0, "writers are killed")
        .must(
            4 * shared.total(Count.LOADS) < 3 * shared.total(Count.READS),
            "more than a quarter of the reads are hits")
        .must(shared.total(Count.READ_ERRORS) == 0, "no error reaches a reader")
        .must(away.readErrors.sum() == 0, "none while Redis is away")
        .must(
            CallTally.millis(away.longestRead) <= LONGEST_MILLIS,
            "no read takes longer than " + LONGEST_MILLIS + " ms then");
  }
}
