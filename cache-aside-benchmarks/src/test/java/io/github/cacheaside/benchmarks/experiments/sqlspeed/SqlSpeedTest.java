package io.github.cacheaside.benchmarks.experiments.sqlspeed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Result;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is judged, with latencies that are made up. */
final class SqlSpeedTest {
  private static Rounds rounds(Map<String, Double> micros) {
    Rounds rounds = new Rounds();
    for (double mood : new double[] {1, 1.7, 0.8}) {
      micros.forEach(
          (name, each) -> {
            double now = mood * each;
            rounds.add(name, new Hammer.Speed(1e6 / now, now, 2 * now));
          });
    }
    return rounds;
  }

  private static String verdict(String load, double database, double ours, double aws) {
    Map<String, Double> micros =
        Map.of(ShopSubject.DATABASE, database, ShopSubject.SQL_CACHE, ours, ShopSubject.AWS, aws);
    return SqlSpeedExperiment.judge(
            new Result("sqlspeed", ShopSubject.SQL_CACHE), Map.of(load, rounds(micros)))
        .verdict();
  }

  @Test
  void slowPagesAreTenTimesAsQuick_andNoneIsSlowerThanThePeers() {
    assertThat(verdict("list", 1_000, 99, 100)).isEqualTo("ok");
    assertThat(verdict("list", 1_000, 101, 200)).isEqualTo("FAILED");
    assertThat(verdict("search", 1_000, 101, 200)).isEqualTo("FAILED");
    assertThat(verdict("detail", 1_000, 101, 200)).isEqualTo("ok");
    assertThat(verdict("detail", 1_000, 101, 90)).isEqualTo("FAILED");
    assertThat(verdict("mixed", 1_000, 101, 90)).isEqualTo("FAILED");
  }

  @Test
  void whatPassesThroughMayTakeATwentiethMore() {
    assertThat(passed(104)).isEqualTo("ok");
    assertThat(passed(106)).isEqualTo("FAILED");
  }

  private static String passed(double micros) {
    Result result = new Result("sqlspeed", SqlSpeedExperiment.PASSED);
    SqlSpeedExperiment.judgePassed(
        result, "query", rounds(Map.of(PassedThrough.POOL, 100.0, PassedThrough.THROUGH, micros)));
    return result.verdict();
  }
}
