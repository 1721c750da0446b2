package io.github.cacheaside.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Writes the figures of a directory into the parts of Markdown files that are generated. */
@CommandLine.Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes figures into the marked parts of Markdown files.")
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
          Path.of("docs", "performance.md"),
          Path.of("docs", "failure-modes.md"));

  @Override
  public Integer call() throws IOException {
    for (Path file : into) {
      Files.writeString(file, rewritten(Files.readString(file), from));
    }
    return 0;
  }

  /** A Markdown file with the figures of a directory. */
  static String rewritten(String markdown, Path figures) {
    return Markers.replace(markdown, name -> part(name, figures));
  }

  private static String part(String name, Path directory) {
    return name.equals(Promises.NAME)
        ? Promises.table(experiment -> figures(experiment, directory))
        : Chapter.of(Experiments.named(name), figures(name, directory));
  }

  private static Figures figures(String experiment, Path directory) {
    try {
      return Figures.read(directory, experiment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
