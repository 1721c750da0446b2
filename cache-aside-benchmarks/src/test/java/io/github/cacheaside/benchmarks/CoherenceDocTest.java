package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The figures in docs/coherence.md are those of docs/results; nobody has typed one. */
final class CoherenceDocTest {
  private static final Path DOCS =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"))
          .resolve("docs");
  private static final Path DOC = DOCS.resolve("coherence.md");
  private static final Path RESULTS = DOCS.resolve("results");

  @Test
  void everyGeneratedPartIsWhatTheReportMakesOfTheResults() throws IOException {
    String doc = Files.readString(DOC);
    assertThat(Report.rewritten(doc, RESULTS))
        .as("if this differs, run: java -jar cache-aside-benchmarks/target/benchmarks.jar report")
        .isEqualTo(doc);
  }

  @Test
  void thePromisesAndEveryExperimentHaveTheirPart() throws IOException {
    assertThat(Markers.names(Files.readString(DOC)))
        .contains(Promises.NAME)
        .containsAll(Experiments.names())
        .doesNotHaveDuplicates();
  }

  @Test
  void everyFileOfFiguresIsShown() throws IOException {
    try (Stream<Path> files = Files.list(RESULTS)) {
      List<Path> shown =
          Markers.names(Files.readString(DOC)).stream()
              .map(name -> Figures.file(RESULTS, name))
              .toList();
      assertThat(shown).containsAll(files.toList());
    }
  }
}
