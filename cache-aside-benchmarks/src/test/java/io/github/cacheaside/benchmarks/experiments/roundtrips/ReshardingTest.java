package io.github.cacheaside.benchmarks.experiments.roundtrips;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import org.junit.jupiter.api.Test;

/** Slots of a cluster migrate under load: MOVED and ASK are answered by nobody but the client. */
final class ReshardingTest {
  @Test
  void whileSlotsMigrate_noCallFailsAndNothingIsStale() throws Exception {
    Result result = new Result("roundtrips", Subjects.LEASE);
    new Resharding(4).run(result);
    assertThat(result.failures()).isEmpty();
    assertThat(Long.parseLong(result.figures().get("slots_moved"))).isPositive();
    assertThat(Long.parseLong(result.figures().get("keys_moved"))).isPositive();
    assertThat(Long.parseLong(result.figures().get("moved"))).isPositive();
  }
}
