package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How long calls took: from the median to the 99th percentile. */
final class LatencyChart {
  private LatencyChart() {}

  static Optional<Supplier<String>> of(String title, List<Measured> all) {
    List<Measured> rows =
        all.stream()
            .filter(row -> row.number(Measured.MEDIAN).isPresent())
            .filter(row -> row.number(Measured.P99).isPresent())
            .toList();
    return rows.isEmpty() ? Optional.empty() : Optional.of(() -> svg(title, rows));
  }

  private static String svg(String title, List<Measured> rows) {
    Axes axes = new Axes(rows);
    return axes.plot(title, "From the median (dot) to the 99th percentile. Less is better.")
        .column(Axes.MIDDLE, axes.each(Measured.MEDIAN, row -> 1))
        .column(Axes.HIGH, axes.each(Measured.P99, row -> 1))
        .beside("linerange", Axes.colouredRange(Axes.MIDDLE, Axes.HIGH), "size", 2)
        .beside("point", Axes.mark(Axes.MIDDLE), "size", 4)
        .logarithmic("y", "latency, µs", Axes.MIDDLE, Axes.HIGH)
        .svg(axes.height());
  }
}
