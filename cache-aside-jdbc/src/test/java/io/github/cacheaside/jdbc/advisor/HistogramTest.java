package io.github.cacheaside.jdbc.advisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

/** Quantiles are right to 6 %. */
class HistogramTest {
  @Test
  void quantiles() {
    Histogram histogram = new Histogram();
    assertThat(histogram.quantile(0.99)).isZero();
    for (int millis = 1; millis <= 1_000; millis++) {
      histogram.add(millis * 1_000_000L);
    }
    assertThat(histogram.quantile(0.5)).isCloseTo(500_000_000L, withPercentage(7));
    assertThat(histogram.quantile(0.99)).isCloseTo(990_000_000L, withPercentage(7));
    assertThat(histogram.quantile(1)).isCloseTo(1_000_000_000L, withPercentage(7));
  }

  @Test
  void extremes() {
    Histogram histogram = new Histogram();
    histogram.add(0);
    assertThat(histogram.quantile(1)).isLessThanOrEqualTo(1_100);
    histogram.add(Long.MAX_VALUE);
    assertThat(histogram.quantile(1)).isPositive();
  }
}
