package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How many of a million reads were stale after a write had returned. None is no point on a
 * logarithmic axis: there a hollow one shows what the rate is most likely below, 3 of all reads.
 */
final class StaleChart {
  private static final String STALE = "stale_after_ack";
  private static final String READS = "reads";
  private static final double MILLION = 1e6;
  private static final String SUBTITLE =
      "Filled: what was seen. Hollow: none was seen, so most likely less than this.";
  private static final int FRAME = 120;
  private static final int LINE = 24;

  private StaleChart() {}

  /** Nothing, unless somebody read something stale who was not there to do so. */
  static Optional<Supplier<String>> of(String experiment, List<Measured> all) {
    List<Measured> rows =
        all.stream()
            .filter(row -> row.figures().containsKey(STALE) && row.number(READS).isPresent())
            .toList();
    return rows.stream().anyMatch(row -> !row.isMeantToFail() && row.number(STALE).isPresent())
        ? Optional.of(() -> svg(rows))
        : Optional.empty();
  }

  private static String svg(List<Measured> rows) {
    List<String> subjects = rows.stream().map(Measured::subject).distinct().toList();
    long panels = rows.stream().map(Measured::load).distinct().count();
    return new Plot("Stale reads after a write had returned", SUBTITLE)
        .column("panel", rows.stream().map(Measured::load).toList())
        .panels("panel")
        .column("subject", rows.stream().map(Measured::subject).toList())
        .column("seen", rows.stream().map(row -> rate(row, false)).toList())
        .column("below", rows.stream().map(row -> rate(row, true)).toList())
        .layer("point", on("seen"), "size", 5)
        .layer("point", on("below"), "size", 4, "shape", 1, "stroke", 2)
        .scale("y", "", "discrete", true, "limits", reversed(subjects), "expand", List.of(0, 0.6))
        .scale(
            "color",
            "",
            "discrete",
            true,
            "limits",
            subjects,
            "guide",
            "none",
            "values",
            Palette.of(subjects))
        .logarithmic("x", "stale reads in a million", "seen", "below")
        .svg(FRAME + Plot.lines(panels) * LINE * subjects.size());
  }

  private static Map<String, Object> on(String x) {
    return Plot.options("x", x, "y", "subject", "color", "subject");
  }

  private static double rate(Measured row, boolean none) {
    double reads = row.number(READS).orElseThrow();
    double seen = row.number(STALE).orElse(0);
    if ((seen == 0) != none) {
      return Double.NaN;
    }
    return MILLION * (none ? Column.RULE_OF_THREE : seen) / reads;
  }

  private static List<String> reversed(List<String> names) {
    List<String> reversed = new ArrayList<>(names);
    Collections.reverse(reversed);
    return reversed;
  }
}
