package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cacheaside.benchmarks.report.Result;
import org.junit.jupiter.api.Test;

/** What is judged of speeds, with speeds that are made up. */
final class RoundsTest {
  private final Rounds rounds = new Rounds();

  private void add(String name, double... perSecond) {
    for (double each : perSecond) {
      rounds.add(name, new Hammer.Speed(each, 1e6 / each, 2e6 / each));
    }
  }

  @Test
  void theMedianRoundCounts_andAnOutlierDoesNot() {
    add("a", 100, 9_000, 110, 90, 105);
    Result result = rounds.report(new Result("e", "a"), "a");
    assertThat(rounds.median("a").perSecond()).isEqualTo(105);
    assertThat(result.figures())
        .containsEntry("ops_per_s", "105")
        .containsEntry("slowest", "90")
        .containsEntry("fastest", "9000");
  }

  @Test
  void aRatioIsTakenWithinEachRound_soThatDriftCancels() {
    add("a", 100, 50, 10);
    add("b", 200, 100, 20);
    assertThat(rounds.ratio("a", "b")).isEqualTo(0.5);
    assertThat(rounds.ratio("b", "a")).isEqualTo(2);
  }

  @Test
  void whatWasNotMeasuredIsRefused() {
    assertThat(rounds.has("a")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rounds.median("a"))
        .withMessageContaining("a");
  }
}
