package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.report.Charts;
import io.github.cacheaside.benchmarks.report.Figures;
import io.github.cacheaside.benchmarks.report.Markers;
import io.github.cacheaside.benchmarks.report.Overview;
import io.github.cacheaside.benchmarks.report.Plot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The figures in the documents are those of docs/results; no person has typed one. */
final class FiguresInDocsTest {
  private static final Path DOCS =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"))
          .resolve("docs");
  private static final Path PROMISES = DOCS.resolve("coherence.md");
  private static final Path COHERENCE = DOCS.resolve("measured-coherence.md");
  private static final Path SPEED = DOCS.resolve("measured-speed.md");
  private static final int LARGEST_CHART = 60_000;
  private static final Path FAILURES = DOCS.resolve("measured-failures.md");
  private static final Path SQL = DOCS.resolve("measured-sql.md");
  private static final Path RESULTS = DOCS.resolve("results");

  @Test
  void everyGeneratedPartIsWhatTheReportMakesOfTheResults() throws IOException {
    for (Path file : List.of(PROMISES, COHERENCE, SPEED, FAILURES, SQL)) {
      String doc = Files.readString(file);
      assertThat(Report.rewritten(doc, RESULTS))
          .as("if this differs, run: java -jar cache-aside-benchmarks/target/benchmarks.jar report")
          .isEqualTo(doc);
    }
  }

  @Test
  void thePromisesAndEveryExperimentHaveTheirPart() throws IOException {
    assertThat(Markers.names(Files.readString(PROMISES))).containsExactly(Promises.NAME);
    assertThat(Markers.names(Files.readString(COHERENCE)))
        .containsAll(Experiments.names(Experiments.OF_COHERENCE))
        .doesNotHaveDuplicates();
    assertThat(Markers.names(Files.readString(SPEED)))
        .containsAll(Overview.names())
        .containsAll(Experiments.names(Experiments.OF_SPEED))
        .doesNotHaveDuplicates();
    assertThat(Markers.names(Files.readString(FAILURES)))
        .containsExactlyElementsOf(Experiments.names(Experiments.OF_FAILURES));
    assertThat(Markers.names(Files.readString(SQL)))
        .containsExactlyElementsOf(Experiments.names(Experiments.OF_SQL));
  }

  /** Byte by byte: {@link Plot} says why that is the same on each machine. */
  @Test
  void everyChartIsWhatTheReportDrawsOfTheResults() throws IOException {
    Map<String, String> drawn = new TreeMap<>();
    for (Path file : List.of(COHERENCE, SPEED, SQL)) {
      drawn.putAll(Report.charts(Files.readString(file), RESULTS));
    }
    Map<String, String> committed = new TreeMap<>();
    try (Stream<Path> files = Files.list(DOCS.resolve(Charts.FOLDER))) {
      for (Path file : files.toList()) {
        committed.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    assertThat(committed).isEqualTo(drawn);
    assertThat(drawn.values()).isNotEmpty().allMatch(svg -> svg.length() < LARGEST_CHART);
  }

  @Test
  void everyFileOfFiguresIsShown() throws IOException {
    try (Stream<Path> files = Files.list(RESULTS)) {
      List<Path> shown =
          Stream.of(COHERENCE, SPEED, FAILURES, SQL)
              .flatMap(FiguresInDocsTest::names)
              .map(name -> Figures.file(RESULTS, name))
              .toList();
      assertThat(shown).containsAll(files.toList());
    }
  }

  private static Stream<String> names(Path doc) {
    try {
      return Markers.names(Files.readString(doc)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
