package io.github.cacheaside.benchmarks;

import io.github.cacheaside.benchmarks.report.Charts;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.ExperimentSection;
import io.github.cacheaside.benchmarks.report.Figures;
import io.github.cacheaside.benchmarks.report.Markers;
import io.github.cacheaside.benchmarks.report.Overview;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * Writes the figures of a directory into the parts of Markdown files that are generated, and their
 * charts into a directory beside those.
 */
@CommandLine.Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes figures into the marked parts of Markdown files, and their charts.")
final class Report implements Callable<Integer> {
  @CommandLine.Option(
      names = "--from",
      paramLabel = "DIR",
      description = "where EXPERIMENT --out DIR has left its figures (default: ${DEFAULT-VALUE})")
  private Path from = Path.of("docs", "results");

  @CommandLine.Option(
      names = "--into",
      paramLabel = "FILE",
      split = ",",
      description = "the Markdown files (default: ${DEFAULT-VALUE})")
  private List<Path> into =
      List.of(
          Path.of("docs", "coherence.md"),
          Path.of("docs", "measured-coherence.md"),
          Path.of("docs", "measured-speed.md"),
          Path.of("docs", "measured-failures.md"),
          Path.of("docs", "measured-sql.md"));

  @Override
  public Integer call() throws IOException {
    for (Path file : into) {
      Files.writeString(file, rewritten(Files.readString(file), from));
      Path charts = Files.createDirectories(file.resolveSibling(Charts.FOLDER));
      for (Map.Entry<String, String> chart : charts(Files.readString(file), from).entrySet()) {
        Files.writeString(charts.resolve(chart.getKey()), chart.getValue());
      }
    }
    return 0;
  }

  /** A Markdown file with the figures of a directory. */
  static String rewritten(String markdown, Path figures) {
    return Markers.replace(markdown, name -> part(name, figures));
  }

  /** The charts that such a file shows, by name. */
  static Map<String, String> charts(String markdown, Path figures) {
    Map<String, String> charts = new LinkedHashMap<>();
    for (String name : Markers.names(markdown)) {
      if (Experiments.names().contains(name)) {
        charts.putAll(Charts.of(Experiments.named(name), figures(name, figures)));
      }
    }
    return charts;
  }

  private static String part(String name, Path directory) {
    if (name.equals(Promises.NAME)) {
      return Promises.table(experiment -> figures(experiment, directory));
    }
    if (Overview.names().contains(name)) {
      return new Overview(Experiments.OF_SPEED, experiment -> figures(experiment, directory))
          .part(name);
    }
    Experiment experiment = Experiments.named(name);
    Figures found = figures(name, directory);
    return Charts.markdown(experiment, found) + ExperimentSection.of(experiment, found);
  }

  private static Figures figures(String experiment, Path directory) {
    try {
      return Figures.read(directory, experiment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
