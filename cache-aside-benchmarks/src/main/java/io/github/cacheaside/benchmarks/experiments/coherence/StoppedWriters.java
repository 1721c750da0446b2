package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.workers.TestBed;
import io.github.cacheaside.benchmarks.workers.WorkerProcess;
import java.time.Duration;

/**
 * Writers that stand still between COMMIT and release for longer than their mark lasts, while
 * readers go on.
 */
final class StoppedWriters {
  private static final int STOPS = 10;
  private static final Duration INTENT = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestBed testBed;
  private final Experiment.Plan plan;
  private long counted;
  private int stale;

  StoppedWriters(TestBed testBed, Experiment.Plan plan) {
    this.testBed = testBed;
    this.plan = plan;
  }

  int stops() {
    return STOPS;
  }

  long counted() {
    return counted;
  }

  int stale() {
    return stale;
  }

  StoppedWriters run() throws Exception {
    plan.progress().accept("stopping " + STOPS + " writers for longer than their marks last");
    long before = testBed.shared().total(Count.FENCE_LOST);
    WorkerProcess writer = start();
    WorkerProcess reader = start();
    writer.awaitReady();
    reader.awaitReady();
    for (int i = 0; i < STOPS; i++) {
      stopOnce(writer, reader, i % 2 == 0 ? "before" : "after");
    }
    counted = testBed.shared().total(Count.FENCE_LOST) - before;
    return this;
  }

  private WorkerProcess start() throws Exception {
    return testBed.add(
        testBed
            .setup()
            .with("job", StoppedJob.class.getName())
            .with("intent-millis", INTENT.toMillis()),
        java.util.List.of());
  }

  private void stopOnce(WorkerProcess writer, WorkerProcess reader, String where) throws Exception {
    writer.ask(where, PATIENCE); // answers from inside the write
    writer.pause();
    Stalls.sleepMillis(INTENT.toMillis() * 2);
    reader.ask("get", PATIENCE); // fills, since the mark has expired
    writer.resume();
    String written = String.valueOf(writer.answer(PATIENCE));
    if (!reader.ask("get", PATIENCE).equals(written)) {
      stale++;
    }
  }
}
