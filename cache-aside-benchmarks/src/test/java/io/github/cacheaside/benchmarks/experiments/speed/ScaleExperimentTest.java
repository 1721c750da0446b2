package io.github.cacheaside.benchmarks.experiments.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is judged of scale, with speeds that are made up. */
final class ScaleExperimentTest {
  private final Rounds rounds = new Rounds();

  private void add(String name, double... perSecond) {
    for (double each : perSecond) {
      rounds.add(name, new Hammer.Speed(each, 1e6 / each, 2e6 / each));
    }
  }

  @Test
  void moreKeysMayCostFifteenPercent_andNoMore() {
    add(ScaleExperiment.of(Readers.CACHE_ASIDE, "few"), 100, 200, 400);
    add(ScaleExperiment.of(Readers.CACHE_ASIDE, "many"), 85, 170, 340);
    add(ScaleExperiment.of(Readers.CACHE_ASIDE, "too many"), 84, 168, 336);
    assertThat(scale("many").verdict()).isEqualTo("ok");
    assertThat(scale("too many").verdict()).isEqualTo("FAILED");
  }

  private Result scale(String load) {
    return ScaleExperiment.judge(new Result("scale", Readers.CACHE_ASIDE), rounds, load, "few");
  }

  @Test
  void surroundingsMayCostFivePercentMoreThanABareClient_andNoMore() {
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 95, 190, 380);
    add("other", 1, 1, 1);
    assertThat(surroundings(Readers.CACHE_ASIDE, 16).verdict()).isEqualTo("ok");
    assertThat(surroundings("other", 16).verdict()).isEqualTo("reported");
  }

  @Test
  void surroundingsMayNotCostMore_exceptWithFewCallers() {
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 94, 188, 376);
    assertThat(surroundings(Readers.CACHE_ASIDE, 16).verdict()).isEqualTo("FAILED");
    assertThat(surroundings(Readers.CACHE_ASIDE, 4).verdict()).isEqualTo("reported");
  }

  @Test
  void asynchronousReadsMayCostTenPercentMore_andNoMore() {
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 90, 180, 360);
    assertThat(asynchronous().verdict()).isEqualTo("ok");
    add(Readers.CACHE_ASIDE, 89, 178, 356);
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 89, 178, 356);
    add(Readers.LETTUCE, 100, 200, 400);
    assertThat(asynchronous().verdict()).isEqualTo("FAILED");
  }

  private Result asynchronous() {
    return ScaleSurroundings.judgeAsync(new Result("scale", Readers.CACHE_ASIDE), rounds);
  }

  private Result surroundings(String subject, int callers) {
    return ScaleSurroundings.judge(new Result("scale", subject), callers, rounds);
  }

  @Test
  void aHeaderMayHave48Bytes_andThereMustBeOne() {
    Map<Long, String> verdicts = Map.of(0L, "FAILED", 40L, "ok", 48L, "ok", 49L, "FAILED");
    verdicts.forEach(
        (bytes, verdict) ->
            assertThat(ScaleMemory.judge(new Result("scale", "a"), bytes).verdict())
                .isEqualTo(verdict));
  }
}
