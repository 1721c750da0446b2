package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * How often a second, with the spread of the rounds; as a multiple of the floor where there is one
 * under each load, since ratios are what carries over to other machines.
 */
final class ThroughputChart {
  /** From here on the smallest bars would be too small to see. */
  private static final double TOO_WIDE_FOR_BARS = 40;

  private ThroughputChart() {}

  static Optional<Supplier<String>> of(String title, List<Measured> all) {
    List<Measured> rows =
        all.stream().filter(row -> row.number(Measured.THROUGHPUT).isPresent()).toList();
    return rows.isEmpty() ? Optional.empty() : Optional.of(() -> svg(title, rows));
  }

  private static String svg(String title, List<Measured> rows) {
    Optional<String> floor = Measured.floor(rows).filter(name -> isEverywhere(name, rows));
    ToDoubleFunction<Measured> unit =
        row -> floor.map(name -> speed(name, row.load(), rows)).orElse(1.0);
    Axes axes = new Axes(rows);
    Plot plot =
        axes.plot(
                title,
                "Median of the rounds, lines from the slowest to the fastest. More is better.")
            .column(Axes.LOW, axes.each(Measured.SLOWEST, unit))
            .column(Axes.MIDDLE, axes.each(Measured.THROUGHPUT, unit))
            .column(Axes.HIGH, axes.each(Measured.FASTEST, unit));
    String name = floor.map(of -> "throughput, " + of + " = 1").orElse("calls a second");
    if (isWide(rows, unit)) {
      plot.beside("point", Axes.mark(Axes.MIDDLE), "size", 4)
          .logarithmic("y", name, Axes.LOW, Axes.MIDDLE, Axes.HIGH);
    } else {
      plot.beside("bar", Axes.bar(Axes.MIDDLE), "stat", "identity", "width", 0.74).scale("y", name);
    }
    floor.ifPresent(of -> plot.level(1));
    return plot.beside(
            "errorbar",
            Axes.range(Axes.LOW, Axes.HIGH),
            "width",
            0.4,
            "size",
            0.6,
            "color",
            Plot.LINES)
        .svg(axes.height());
  }

  private static boolean isEverywhere(String floor, List<Measured> rows) {
    return rows.stream().allMatch(row -> rows.stream().anyMatch(is(floor, row.load())));
  }

  private static double speed(String floor, String load, List<Measured> rows) {
    return rows.stream()
        .filter(is(floor, load))
        .mapToDouble(row -> row.number(Measured.THROUGHPUT).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  private static Predicate<Measured> is(String subject, String load) {
    return row -> row.subject().equals(subject) && row.load().equals(load);
  }

  private static boolean isWide(List<Measured> rows, ToDoubleFunction<Measured> unit) {
    var all =
        rows.stream()
            .mapToDouble(
                row -> row.number(Measured.THROUGHPUT).orElseThrow() / unit.applyAsDouble(row))
            .summaryStatistics();
    return all.getMax() > TOO_WIDE_FOR_BARS * all.getMin();
  }
}
