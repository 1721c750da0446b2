package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Which charts an experiment has: of all kinds, those for which its rows have figures. */
public final class Charts {
  public static final String FOLDER = "charts";
  private static final String EXTENSION = ".svg";

  /**
   * A kind of chart.
   *
   * @param suffix of the names of its files
   * @param about what it shows, for those who can't see it
   * @param drawing what draws the chart of an experiment's rows, under a title; nothing if they
   *     lack the figures
   */
  private record Kind(
      String suffix,
      String about,
      BiFunction<String, List<Measured>, Optional<Supplier<String>>> drawing) {

    String file(Experiment experiment) {
      return experiment.name() + suffix + EXTENSION;
    }

    Optional<Supplier<String>> of(Experiment experiment, Figures figures) {
      String title = experiment.about();
      return drawing.apply(
          title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1),
          Measured.of(figures).stream().filter(row -> !row.isMutant()).toList());
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind("", "throughput", ThroughputChart::of),
          new Kind("-latency", "latencies", LatencyChart::of),
          new Kind("-stale", "share of stale reads", StaleChart::of));

  private Charts() {}

  /** The charts of an experiment by the names of their files. */
  public static Map<String, String> of(Experiment experiment, Figures figures) {
    Map<String, String> byName = new TreeMap<>();
    for (Kind kind : KINDS) {
      kind.of(experiment, figures)
          .ifPresent(drawing -> byName.put(kind.file(experiment), drawing.get()));
    }
    return byName;
  }

  /** What shows them in a document. */
  public static String markdown(Experiment experiment, Figures figures) {
    StringBuilder images = new StringBuilder();
    for (Kind kind : KINDS) {
      if (kind.of(experiment, figures).isPresent()) {
        images.append(
            "![%s: %s](%s/%s)\n\n"
                .formatted(experiment.name(), kind.about(), FOLDER, kind.file(experiment)));
      }
    }
    return images.toString();
  }
}
