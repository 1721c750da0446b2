package io.github.cacheaside.benchmarks.experiments.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.experiments.outage.Callers;
import io.github.cacheaside.benchmarks.experiments.outage.CheckAtRest;
import io.github.cacheaside.benchmarks.experiments.outage.OutageSubjects;
import io.github.cacheaside.benchmarks.load.CallTally;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short run of the soak: nothing stale, nothing lost, no errors; a leak is seen. */
@Tag("long")
final class SoakRunTest {
  private static final Duration LENGTH = Duration.ofSeconds(8);

  @Test
  void randomFaults_leaveNothingOldAndLoseNothing() throws Exception {
    LeakChecks leaks = new LeakChecks();
    try (SoakRun soak =
        new SoakRun(
            List.of(OutageSubjects.OURS, OutageSubjects.NEAR, OutageSubjects.KEEPS_LEASES), 1)) {
      soak.run(LENGTH, leaks::look);
      for (Callers callers : soak.allCallers()) {
        CallTally tally = callers.tally();
        assertThat(tally.readErrors.sum()).as("%s", tally.firstTrouble()).isZero();
        assertThat(tally.stale.sum()).isZero();
        assertThat(tally.permanent.sum()).isZero();
        assertThat(tally.lost.sum() + CheckAtRest.givenUp(callers)).isZero();
        assertThat(tally.reads.sum()).isPositive();
        assertThat(tally.writes.sum()).isPositive();
        assertThat(tally.checked.sum()).isPositive();
      }
      assertThat(soak.allCallers().get(0).tally().nearReads.sum()).isZero();
      assertThat(soak.allCallers().get(1).tally().nearReads.sum()).isPositive();
      assertThat(soak.faults()).hasSizeGreaterThan(2);
      assertThat(leaks.last(LeakChecks.What.QUEUED)).isZero();
      assertThat(leaks.last(LeakChecks.What.OBJECTS))
          .as("one of them keeps its leases")
          .isGreaterThan(leaks.first(LeakChecks.What.OBJECTS));
    }
  }
}
