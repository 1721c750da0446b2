package io.github.cacheaside.benchmarks.experiments.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.experiments.outage.OutageSubjects;
import io.github.cacheaside.benchmarks.report.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeakChecksTest {
  private final LeakChecks leaks = new LeakChecks();

  /** Looks at a process in which these grow with every look. */
  private void look(int times, long heapStep, long objectStep, long threadStep) {
    for (long i = 0; i < times; i++) {
      leaks.add(
          List.of(
              30_000 + i * heapStep,
              1_000 + i * objectStep + i % 3 * 500,
              16_384L,
              80 + i * threadStep,
              200L,
              0L));
    }
  }

  private Result judged(String subject) {
    return LeakExperiment.judge(new Result("leak", subject), leaks);
  }

  @Test
  void whatGoesUpAndDownIsFlat() {
    look(30, 0, 0, 0);
    assertThat(judged(OutageSubjects.OURS).verdict()).isEqualTo("ok");
    assertThat(judged(OutageSubjects.KEEPS_LEASES).verdict()).isEqualTo("FAILED");
  }

  @Test
  void whatGrowsIsNot() {
    look(30, 1_000, 200, 1);
    assertThat(judged(OutageSubjects.OURS).failures())
        .containsExactly("heap_kb is flat", "objects is flat", "threads is flat");
    assertThat(judged(OutageSubjects.KEEPS_LEASES).verdict()).isEqualTo("ok");
  }

  @Test
  void somethingThatStaysQueuedIsNoticed() {
    leaks.add(List.of(1L, 1L, 1L, 1L, 1L, 0L));
    leaks.add(List.of(1L, 1L, 1L, 1L, 1L, 0L));
    leaks.add(List.of(1L, 1L, 1L, 1L, 1L, 1L));
    assertThat(leaks.isFlat(LeakChecks.What.QUEUED)).isFalse();
  }

  @Test
  void aLookCountsObjectsOfTheLibrary_notThoseOfExperiments() {
    leaks.look(List.of());
    assertThat(leaks.first(LeakChecks.What.HEAP_KB)).isPositive();
    assertThat(leaks.first(LeakChecks.What.THREADS)).isPositive();
    assertThat(leaks.first(LeakChecks.What.OBJECTS)).isLessThan(100_000);
  }
}
