package io.github.cacheaside.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ResultTest {

  @Test
  void aLineNamesExperimentSubjectFiguresAndVerdict() {
    Result result = new Result("herd", "naive").with("loads", 7).with("p50_ms", 1.5);
    assertThat(result.line())
        .isEqualTo("RESULT experiment=herd subject=naive loads=7 p50_ms=1.50 verdict=reported");
  }

  @Test
  void aValueHoldsNoSpaces() {
    assertThat(new Result("e", "s").with("key", "a b").line()).contains(" key=a_b ");
  }

  @Test
  void oneBrokenPromiseIsAFailure() {
    Result result = new Result("e", "s").must(true, "first").must(false, "second");
    assertThat(result.verdict()).isEqualTo("FAILED");
    assertThat(result.failures()).containsExactly("second");
  }

  @Test
  void keptPromisesAreOk() {
    assertThat(new Result("e", "s").must(true, "first").verdict()).isEqualTo("ok");
  }

  @Test
  void aTableHasAColumnForEachFigureOfAnySubject() {
    String table =
        TextTable.of(
            List.of(
                new Result("e", "first").with("reads", 1_000),
                new Result("e", "second").with("reads", 5).with("p99_ms", 1.0)));
    assertThat(table)
        .isEqualTo(
            """
            subject  verdict   reads  p99_ms
            first    reported   1000
            second   reported      5    1.00
            """);
  }
}
