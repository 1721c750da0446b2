package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.cacheaside.benchmarks.report.ExperimentSection;
import io.github.cacheaside.benchmarks.report.Figures;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PromisesTest {
  private static final Map<String, String> FACTS = Map.of("seed", "7");

  @Test
  void aPromiseIsNotPassedOver_whateverIsMissingOrUnexpected() {
    assertThat(Promises.table(experiment -> new Figures(experiment, FACTS)))
        .contains("| G1 |", "| " + ExperimentSection.NOT_MEASURED + " |");
    assertThat(
            Promises.table(
                experiment -> {
                  Figures figures = new Figures(experiment, FACTS);
                  figures.add(
                      Subjects.LATE_GENERATIONS,
                      Map.of("survivors", "0", "reads", "1", "verdict", "FAILED"));
                  return figures;
                }))
        .containsOnlyOnce("not all as expected");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Promises.table(
                    experiment -> {
                      Figures figures = new Figures(experiment, FACTS);
                      figures.add(Subjects.LEASE, Map.of("reads", "1"));
                      return figures;
                    }));
  }
}
