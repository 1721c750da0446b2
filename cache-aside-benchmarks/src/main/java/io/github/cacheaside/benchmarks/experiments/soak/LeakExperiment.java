package io.github.cacheaside.benchmarks.experiments.soak;

import io.github.cacheaside.benchmarks.experiments.outage.Callers;
import io.github.cacheaside.benchmarks.experiments.outage.OutageSubjects;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** The load and the faults of the soak; what is looked at is what the process holds. */
public final class LeakExperiment implements Experiment {

  /** By the name of a row: what is in the process. With the near cache off and on together. */
  private static final Map<String, List<String>> SUBJECTS_TOGETHER =
      Map.of(
          OutageSubjects.OURS,
          List.of(OutageSubjects.OURS, OutageSubjects.NEAR),
          OutageSubjects.KEEPS_LEASES,
          List.of(OutageSubjects.KEEPS_LEASES));

  private static final int SHARE_OF_OTHERS = 4;
  private static final int SHORTEST_SECONDS = 30;

  @Override
  public String name() {
    return "leak";
  }

  @Override
  public String about() {
    return "heap, threads, direct memory, files and queues under random faults";
  }

  @Override
  public List<String> subjects() {
    return List.of(OutageSubjects.OURS, OutageSubjects.KEEPS_LEASES);
  }

  @Override
  public int defaultSeconds() {
    return 300;
  }

  @Override
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("s", "{seconds}"));
    columns.add(new Column("reads", "{reads}"));
    columns.add(new Column("looks", "{looks}"));
    columns.add(column("heap, KiB", LeakChecks.What.HEAP_KB));
    columns.add(column("objects of the library", LeakChecks.What.OBJECTS));
    columns.add(column("direct memory, KiB", LeakChecks.What.DIRECT_KB));
    columns.add(column("threads", LeakChecks.What.THREADS));
    columns.add(column("open files", LeakChecks.What.FILES));
    columns.add(column("queued", LeakChecks.What.QUEUED));
    return columns;
  }

  private static Column column(String heading, LeakChecks.What what) {
    return new Column(heading, "{%s} → {%s}".formatted(what.figure("first"), what.figure("last")));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      int seconds =
          subject.equals(OutageSubjects.OURS)
              ? plan.seconds()
              : Math.max(SHORTEST_SECONDS, plan.seconds() / SHARE_OF_OTHERS);
      plan.progress().accept(subject + " for " + seconds + " s");
      LeakChecks leaks = new LeakChecks();
      try (SoakRun soak =
          new SoakRun(SUBJECTS_TOGETHER.getOrDefault(subject, List.of()), plan.seed())) {
        soak.run(Duration.ofSeconds(seconds), leaks::look);
        Result result =
            new Result(name(), subject)
                .with("seconds", seconds)
                .with("reads", soak.allCallers().stream().mapToLong(LeakExperiment::reads).sum());
        leaks.report(result);
        results.accept(judge(result, leaks));
      }
    }
  }

  private static long reads(Callers callers) {
    return callers.tally().reads.sum();
  }

  static Result judge(Result result, LeakChecks leaks) {
    if (result.subject().equals(OutageSubjects.KEEPS_LEASES)) {
      return result.mustFail(!leaks.isFlat(LeakChecks.What.OBJECTS));
    }
    for (LeakChecks.What what : LeakChecks.What.values()) {
      result.must(leaks.isFlat(what), what.name().toLowerCase(Locale.ROOT) + " is flat");
    }
    return result;
  }
}
