package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short run of the soak: nothing stale, nothing lost, no errors; a leak is seen. */
final class SoakTest {
  private static final Duration LENGTH = Duration.ofSeconds(15);

  @Test
  void randomFaults_leaveNothingOldAndLoseNothing() throws Exception {
    Leaks leaks = new Leaks();
    try (Soak soak =
        new Soak(
            List.of(OutageSubjects.OURS, OutageSubjects.NEAR, OutageSubjects.KEEPS_LEASES), 1)) {
      soak.run(LENGTH, leaks::look);
      for (Team team : soak.teams()) {
        Tally tally = team.tally();
        assertThat(tally.readErrors.sum()).as("%s", tally.firstTrouble()).isZero();
        assertThat(tally.stale.sum()).isZero();
        assertThat(tally.permanent.sum()).isZero();
        assertThat(tally.lost.sum() + Rest.givenUp(team)).isZero();
        assertThat(tally.reads.sum()).isPositive();
        assertThat(tally.writes.sum()).isPositive();
        assertThat(tally.checked.sum()).isPositive();
      }
      assertThat(soak.teams().get(0).tally().nearReads.sum()).isZero();
      assertThat(soak.teams().get(1).tally().nearReads.sum()).isPositive();
      assertThat(soak.faults()).hasSizeGreaterThan(2);
      assertThat(leaks.last(Leaks.What.QUEUED)).isZero();
      assertThat(leaks.last(Leaks.What.OBJECTS))
          .as("one of them keeps its leases")
          .isGreaterThan(leaks.first(Leaks.What.OBJECTS));
    }
  }
}
