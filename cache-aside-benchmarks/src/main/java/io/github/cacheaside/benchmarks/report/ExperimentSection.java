package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What documents show of one experiment: a line each subject, and how it was measured. */
public final class ExperimentSection {
  public static final String NOT_MEASURED = "not measured yet";
  private static final String RESULTS = "results";
  private static final int LONG = 12;
  private static final String NOTHING = "–";

  /** Of the facts of a run; the others are in the raw figures. */
  private static final Set<String> SHOWN =
      Set.of("date", "seconds", "seed", "cores", "JDK", "Redis");

  private ExperimentSection() {}

  public static String of(Experiment experiment, Figures figures) {
    if (figures.subjects().isEmpty()) {
      return NOT_MEASURED + "\n";
    }
    return shown(table(experiment, figures), figures.subjects().size())
        + facts(figures)
        + " · [raw figures](%s/%s)\n".formatted(RESULTS, experiment.name() + Figures.EXTENSION);
  }

  private static MarkdownTable table(Experiment experiment, Figures figures) {
    List<String> header = new ArrayList<>(List.of("subject", "verdict"));
    experiment.columns().forEach(column -> header.add(column.heading()));
    MarkdownTable table = new MarkdownTable(header);
    for (String subject : figures.subjects()) {
      Map<String, String> found = figures.of(subject);
      List<String> row = new ArrayList<>(List.of("`" + subject + "`", verdict(found)));
      experiment.columns().forEach(column -> row.add(column.fill(found).orElse(NOTHING)));
      table.row(row);
    }
    return table;
  }

  /** Of a long table the page has the charts; its rows are in the raw figures. */
  private static String shown(MarkdownTable table, int rows) {
    return rows < LONG ? table + "\n" : "";
  }

  /** A subject that is expected to fail and does shows that the experiment notices. */
  private static String verdict(Map<String, String> found) {
    boolean ok = "ok".equals(found.get(Result.VERDICT));
    return switch (found.getOrDefault(Result.EXPECTED, "")) {
      case Result.HOLDS -> ok ? "holds" : "**broken**: " + found.get(Result.BROKEN);
      case Result.FAILS -> ok ? "fails, as it must" : "**unnoticed**";
      default -> NOTHING;
    };
  }

  private static String facts(Figures figures) {
    return figures.facts().entrySet().stream()
        .filter(fact -> SHOWN.contains(fact.getKey()))
        .map(fact -> fact.getKey() + " " + fact.getValue())
        .collect(Collectors.joining(" · ", "*", "*"));
  }
}
