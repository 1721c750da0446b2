package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AcknowledgedVersionsTest {
  private final AcknowledgedVersions acks = new AcknowledgedVersions(2);

  @Test
  void aStaleReadIsAsOldAsTheFirstNewerVersionThatWasAcknowledged() {
    acks.add(1, 2, 100);
    acks.add(1, 4, 300); // nobody knows when version 3 was there
    long latest = acks.latest(1);
    assertThat(latest).isEqualTo(4);
    assertThat(acks.age(1, latest, 1, 1_000)).isEqualTo(900);
    assertThat(acks.age(1, latest, 2, 1_000)).isEqualTo(700);
    assertThat(acks.age(1, latest, 3, 1_000)).isEqualTo(700);
  }

  @Test
  void whatIsNoOlderThanItsBoundIsNotStale_whateverIsAcknowledgedMeanwhile() {
    long latest = acks.latest(0);
    acks.add(0, 2, 100);
    assertThat(acks.age(0, latest, 1, 50)).isNegative();
    assertThat(acks.age(0, acks.latest(0), 2, 200)).isNegative();
    assertThat(acks.age(0, acks.latest(0), 3, 200)).isNegative();
  }
}
