package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Where others are ahead of one row of ours, by how much, and which promises it breaks. Those whose
 * rounds overlap with ours are told apart: the next run may see them behind.
 */
record Loss(Measured row, String throughput, String median, String p99, String broken) {
  private static final String NONE = "–";

  static Loss of(Measured row, List<Measured> rows) {
    return new Loss(
        row,
        faster(row, rows),
        sooner(row, rows, Measured.MEDIAN),
        sooner(row, rows, Measured.P99),
        row.broken().orElse(NONE));
  }

  boolean none() {
    return List.of(throughput, median, p99, broken).stream().allMatch(NONE::equals);
  }

  List<String> cells(String experiment) {
    String where = row.load().isEmpty() ? "" : " at " + row.load();
    return List.of(experiment, Overview.name(row) + where, throughput, median, p99, broken);
  }

  private static String faster(Measured row, List<Measured> rows) {
    double own = row.number(Measured.THROUGHPUT).orElse(Double.MAX_VALUE);
    return row.rivals(rows)
        .filter(rival -> rival.number(Measured.THROUGHPUT).orElse(0) > own)
        .map(
            rival ->
                ahead(rival, rival.number(Measured.THROUGHPUT).orElseThrow() / own)
                    + (row.overlaps(rival) ? " (≈)" : ""))
        .collect(Collectors.collectingAndThen(Collectors.joining(", "), Loss::orNone));
  }

  private static String sooner(Measured row, List<Measured> rows, String latency) {
    double own = row.number(latency).orElse(0);
    return row.rivals(rows)
        .filter(rival -> rival.number(latency).orElse(Double.MAX_VALUE) < own)
        .map(rival -> ahead(rival, own / rival.number(latency).orElseThrow()))
        .collect(Collectors.collectingAndThen(Collectors.joining(", "), Loss::orNone));
  }

  private static String ahead(Measured rival, double ratio) {
    return Overview.name(rival) + " " + Overview.times(ratio);
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }
}
