package io.github.cacheaside.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.benchmarks.experiments.herd.HerdExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
  private static final Map<String, String> FACTS = Map.of("seed", "7");

  @TempDir private Path directory;

  private static String cell(String template, Map<String, String> figures) {
    return new Column("heading", template).fill(figures).orElse("missing");
  }

  @Test
  void figuresAreWrittenAndReadBack() throws IOException {
    Figures figures = new Figures("herd", FACTS);
    figures.add("naive", new Result("herd", "naive").with("loads", 3).mustFail(true).record());
    figures.write(directory);
    assertThat(Figures.file(directory, "herd"))
        .hasContent(
            """
            experiment,subject,figure,value
            herd,,seed,7
            herd,naive,loads,3
            herd,naive,expected,fails
            herd,naive,verdict,ok
            """);
    Figures read = Figures.read(directory, "herd");
    assertThat(read.facts()).isEqualTo(FACTS);
    assertThat(read.subjects()).containsExactly("naive");
    assertThat(read.of("naive")).containsEntry("loads", "3").containsEntry("verdict", "ok");
  }

  @Test
  void withoutAFileThereAreNoFigures() throws IOException {
    assertThat(Figures.read(directory, "herd").subjects()).isEmpty();
  }

  @Test
  void aFigureThatWouldNeedQuotesIsRefused() {
    Figures figures = new Figures("herd", Map.of("os", "a,b"));
    assertThatIllegalArgumentException().isThrownBy(() -> figures.write(directory));
  }

  @Test
  void aLineOfAnotherShapeIsRefused() throws IOException {
    Files.writeString(Figures.file(directory, "herd"), "header\nherd,naive,loads\n");
    assertThatThrownBy(() -> Figures.read(directory, "herd"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("herd,naive,loads");
  }

  @Test
  void aColumnGroupsDigits_andSaysHowRareANothingIs() {
    Map<String, String> figures = Map.of("none", "0", "some", "20", "reads", "12000", "ms", "1.50");
    assertThat(cell("{reads} in {ms}", figures)).isEqualTo("12,000 in 1.50");
    assertThat(cell("{some/reads}", figures)).isEqualTo("20 of 12,000");
    assertThat(cell("{none/reads}", figures)).isEqualTo("0 of 12,000 (≤ 1 in 4,000)");
    assertThat(cell("{none/none}", figures)).isEqualTo("0 of 0");
    assertThat(cell("{some%reads}", figures)).isEqualTo("0.17 %");
    assertThat(cell("{some%none}", figures)).isEqualTo("–");
    assertThat(cell("{other}", figures)).isEqualTo("missing");
  }

  @Test
  void aTableTellsWhoMustFail_andWhatIsOnlyReported() {
    Figures figures = new Figures("herd", FACTS);
    figures.add("ours", new Result("herd", "ours").must(true, "it").record());
    figures.add("broken", new Result("herd", "broken").must(false, "it").record());
    figures.add("mutant", new Result("herd", "mutant").mustFail(true).record());
    figures.add("unseen", new Result("herd", "unseen").mustFail(false).record());
    figures.add("peer", new Result("herd", "peer").with("loads_per_cold", 2.0).record());
    assertThat(ExperimentSection.of(new HerdExperiment(), figures).lines())
        .anyMatch(line -> line.startsWith("| `ours` | holds | – |"))
        .anyMatch(line -> line.startsWith("| `broken` | **broken**: it |"))
        .anyMatch(line -> line.startsWith("| `mutant` | fails, as it must |"))
        .anyMatch(line -> line.startsWith("| `unseen` | **unnoticed** |"))
        .anyMatch(line -> line.startsWith("| `peer` | – | 2.00 |"))
        .anyMatch(line -> line.startsWith("*seed 7* · [raw figures](results/herd.csv)"));
  }

  @Test
  void ofALongTableThePageHasOnlyWhereItsRowsAre() {
    Figures figures = new Figures("herd", Map.of("seed", "7", "OS", "any"));
    for (int i = 0; i < 12; i++) {
      figures.add("peer" + i, new Result("herd", "peer" + i).with("loads_per_cold", 2.0).record());
    }
    assertThat(ExperimentSection.of(new HerdExperiment(), figures))
        .isEqualTo("*seed 7* · [raw figures](results/herd.csv)\n");
  }

  @Test
  void onlyWhatIsBetweenMarkersIsReplaced() {
    String markdown = "before\n<!-- figures: a -->\nold\n<!-- end -->\nafter\n";
    String replaced = Markers.replace(markdown, name -> "new " + name + "\n");
    assertThat(replaced).isEqualTo("before\n<!-- figures: a -->\n\nnew a\n\n<!-- end -->\nafter\n");
    assertThat(Markers.replace(replaced, name -> "new " + name + "\n")).isEqualTo(replaced);
    assertThat(Markers.names(markdown)).containsExactly("a");
  }

  @Test
  void aMarkerWithoutAnEndIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Markers.replace("<!-- figures: a -->\ntext\n", name -> ""));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Markers.replace(
                    "<!-- figures: a -->\n<!-- figures: b -->\n<!-- end -->\n", name -> ""));
  }
}
