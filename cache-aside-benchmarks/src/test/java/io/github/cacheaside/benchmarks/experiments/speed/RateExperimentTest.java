package io.github.cacheaside.benchmarks.experiments.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.load.OpenLoop;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What is judged of fixed rates, with latencies that are made up. */
final class RateExperimentTest {
  private final RateExperiment.Turns turns = new RateExperiment.Turns();

  /** Rounds in which all calls take as long, and as much of the processors. */
  private void add(String subject, long cpuNanos, long... micros) {
    for (long each : micros) {
      Histogram latencies = new Histogram(3);
      latencies.recordValueWithCount(each * 1_000, 100);
      turns.add(subject, new OpenLoop.Found(latencies, 0, 100 * cpuNanos));
    }
  }

  private Result judged(String subject) {
    return RateExperiment.judge(new Result("rate", subject), turns);
  }

  @Test
  void fivePercentMoreThanABareClientIsAllowed_inTheMedianRound() {
    add(Readers.LETTUCE, 1_000, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 1_040, 104, 900, 416);
    assertThat(judged(Readers.CACHE_ASIDE).verdict()).isEqualTo("ok");
    assertThat(judged(Readers.LETTUCE).verdict()).isEqualTo("reported");
  }

  @Test
  void latenciesAndProcessorsAreJudgedApart() {
    add(Readers.LETTUCE, 1_000, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 1_070, 100, 200, 400);
    assertThat(judged(Readers.CACHE_ASIDE).failures())
        .containsExactly("CPU per hit at most 1.05 × lettuce's");
  }

  @Test
  void everyPeerHasToBeBehind() {
    add(Readers.SPRING, 2_000, 110, 220, 440);
    add(Readers.JETCACHE, 2_000, 90, 180, 360);
    add(Readers.CACHE_ASIDE, 1_000, 100, 200, 400);
    assertThat(judged(Readers.CACHE_ASIDE).failures())
        .containsExactly("median at most every peer's", "99 % at most every peer's");
  }
}
