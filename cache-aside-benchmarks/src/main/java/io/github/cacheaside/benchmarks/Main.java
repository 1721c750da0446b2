package io.github.cacheaside.benchmarks;

import io.github.cacheaside.benchmarks.jmh.JmhCommand;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Figures;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.report.RunFacts;
import io.github.cacheaside.benchmarks.report.TextTable;
import io.github.cacheaside.testkit.TestServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Runs experiments; exits with 1 when a promise fails or a subject that must fail does not. */
@CommandLine.Command(
    name = "benchmarks",
    subcommands = {Report.class, JmhCommand.class},
    mixinStandardHelpOptions = true,
    description = "Shows what the cache promises, side by side with its peers.")
final class Main implements Callable<Integer> {

  @CommandLine.Parameters(
      arity = "0..1",
      paramLabel = "list|EXPERIMENT",
      description = "what to run")
  private String experiment = "list";

  @CommandLine.Option(
      names = "--seconds",
      description = "how long the library itself is under test; others get a quarter")
  private @Nullable Integer seconds;

  @CommandLine.Option(
      names = "--seed",
      description = "of faults and keys (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @CommandLine.Option(names = "--subjects", split = ",", description = "only these")
  private List<String> subjects = new ArrayList<>();

  @CommandLine.Option(
      names = "--no-wait-bound",
      description = "report the latency of waiters without judging it")
  private boolean noWaitBound;

  @CommandLine.Option(
      names = "--callers",
      split = ",",
      description = "with these numbers of callers, such as 1,8,64 (default: the experiment's own)")
  private List<Integer> callers = new ArrayList<>();

  @CommandLine.Option(
      names = "--busy",
      description = "of rate: how many processes burn CPU beside it (default: ${DEFAULT-VALUE})")
  private int busy;

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "writes the figures to DIR/EXPERIMENT.csv, over those of an earlier run; with --subjects,"
              + " --callers or --busy, over the same rows only (default: no file)")
  private @Nullable Path out;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (experiment.equals("list")) {
      Experiments.ALL.forEach(
          one ->
              System.out.printf(
                  "%-12s %s%n             subjects: %s%n",
                  one.name(), one.about(), String.join(",", one.subjects())));
      return 0;
    }
    return run(Experiments.named(experiment));
  }

  private int run(Experiment chosen) throws Exception {
    List<String> taken = subjects.isEmpty() ? chosen.subjects() : subjects;
    if (!chosen.subjects().containsAll(taken)) {
      System.err.println(chosen.name() + " takes the subjects " + chosen.subjects());
      return 2;
    }
    Experiment.Plan plan =
        new Experiment.Plan(
            seconds == null ? chosen.defaultSeconds() : seconds,
            seed,
            taken,
            !noWaitBound,
            callers,
            busy,
            line -> System.out.println("  " + line));
    List<Result> results = new ArrayList<>();
    try {
      Figures figures = new Figures(chosen.name(), out == null ? Map.of() : RunFacts.of(plan));
      if (out != null && isPart()) {
        figures.addAll(Figures.read(out, chosen.name()));
      }
      chosen.run(
          plan,
          result -> {
            results.add(result);
            System.out.println(result.line());
            figures.add(result.row(), result.record());
            if (out != null) {
              figures.write(out); // now, not at the end: what follows may fail
            }
          });
    } finally {
      TestServers.close();
    }
    System.out.println();
    System.out.print(TextTable.of(results));
    return verdict(results);
  }

  /** Whether only some rows of the experiment's figures are measured: the others are kept. */
  private boolean isPart() {
    return !subjects.isEmpty() || !callers.isEmpty() || busy > 0;
  }

  private static int verdict(List<Result> results) {
    int failed = 0;
    for (Result result : results) {
      for (String promise : result.failures()) {
        System.out.println("FAILED " + result.row() + ": " + promise);
        failed = 1;
      }
    }
    return failed;
  }
}
