package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LatenciesTest {
  @Test
  void percentilesAreThoseOfAllWorkers() {
    Latencies latencies = new Latencies();
    latencies.add("latencies 3000,1000");
    latencies.add("latencies ");
    latencies.add("latencies 2000,4000");
    assertThat(latencies.size()).isEqualTo(4);
    assertThat(latencies.millis(0.5)).isEqualTo(2.0);
    assertThat(latencies.millis(0.99)).isEqualTo(4.0);
  }
}
