package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a reader wants to know of all experiments of speed together, before any single one. */
public final class Overview {
  private static final String NOTHING = "–";
  private static final String LIST = ", ";
  private static final int FIRST = 3;

  /** The parts by the name of their marker. */
  private static final Map<String, Function<Overview, String>> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("summary", Overview::summary);
    PARTS.put("machine", Overview::machine);
    PARTS.put("spread", Overview::spread);
    PARTS.put("losses", Overview::losses);
  }

  /** Facts that say when and how long, not where. */
  private static final Set<String> OF_THE_RUN = Set.of("date", "seconds", "seed");

  private final Map<Experiment, Figures> figures = new LinkedHashMap<>();

  public Overview(List<Experiment> experiments, Function<String, Figures> figures) {
    for (Experiment experiment : experiments) {
      Figures found = figures.apply(experiment.name());
      if (!found.subjects().isEmpty()) {
        this.figures.put(experiment, found);
      }
    }
  }

  public static Set<String> names() {
    return PARTS.keySet();
  }

  /** One of the parts. */
  public String part(String name) {
    return Optional.ofNullable(PARTS.get(name)).orElseThrow().apply(this);
  }

  private String summary() {
    MarkdownTable table =
        new MarkdownTable(
            List.of("experiment", "load", "asked", "this library", "best peer", "verdict"));
    figures.forEach(
        (experiment, found) -> {
          List<Measured> rows = Measured.of(found);
          rows.stream()
              .filter(Measured::isJudged)
              .collect(
                  Collectors.groupingBy(
                      row -> together(row, rows), LinkedHashMap::new, Collectors.toList()))
              .values()
              .forEach(group -> table.row(judged(experiment, group, rows)));
        });
    return table.toString();
  }

  /** Rows of which the same was asked, and found, share a line if their ratios can be listed. */
  private static List<String> together(Measured row, List<Measured> rows) {
    return List.of(
        row.subject(),
        row.figures().getOrDefault(Result.ASKED, NOTHING),
        row.broken().orElse(NOTHING),
        ratio(row, rows).isPresent() ? NOTHING : row.load());
  }

  private static List<String> judged(
      Experiment experiment, List<Measured> group, List<Measured> rows) {
    Measured row = group.get(0);
    List<Measured> best = group.stream().flatMap(ours -> bestPeer(ours, rows).stream()).toList();
    return List.of(
        link(experiment),
        row.load().isEmpty()
            ? NOTHING
            : group.stream().map(Measured::load).collect(Collectors.joining("; ")),
        row.figures().getOrDefault(Result.ASKED, row.broken().orElse(NOTHING)),
        said(experiment, group, rows),
        best.isEmpty() ? NOTHING : said(experiment, best, rows),
        row.broken().isPresent() ? "**broken**" : "holds");
  }

  private static Optional<Measured> bestPeer(Measured row, List<Measured> rows) {
    return row.rivals(rows)
        .filter(rival -> !rival.subject().equals(Measured.floor(rows).orElse("")))
        .filter(rival -> rival.number(Measured.THROUGHPUT).isPresent())
        .max(Comparator.comparing(rival -> rival.number(Measured.THROUGHPUT).orElse(0)));
  }

  /** The throughput beside the floor; where there is none, what the experiment shows first. */
  private static String said(Experiment experiment, List<Measured> group, List<Measured> rows) {
    Measured first = group.get(0);
    String floor = " `%s`".formatted(Measured.floor(rows).orElse(""));
    if (group.size() > 1) {
      return group.stream()
              .collect(
                  Collectors.groupingBy(
                      Overview::name,
                      LinkedHashMap::new,
                      Collectors.mapping(
                          row -> factor(ratio(row, rows)), Collectors.joining(LIST))))
              .entrySet()
              .stream()
              .map(each -> each.getKey() + " " + each.getValue())
              .collect(Collectors.joining(LIST))
          + " ×"
          + floor;
    }
    OptionalDouble ratio = ratio(first, rows);
    return name(first)
        + ": "
        + (ratio.isPresent()
            ? String.format(Locale.ROOT, "%,d/s, ", Math.round(throughput(first)))
                + times(ratio.getAsDouble())
                + floor
            : columns(experiment, first));
  }

  private static double throughput(Measured row) {
    return row.number(Measured.THROUGHPUT).orElse(Double.NaN);
  }

  private static OptionalDouble ratio(Measured row, List<Measured> rows) {
    String floor = Measured.floor(rows).orElse("");
    OptionalDouble base =
        rows.stream()
            .filter(other -> other.load().equals(row.load()))
            .filter(other -> other.subject().equals(floor))
            .flatMapToDouble(other -> other.number(Measured.THROUGHPUT).stream())
            .findFirst();
    return base.isPresent() && row.number(Measured.THROUGHPUT).isPresent()
        ? OptionalDouble.of(throughput(row) / base.getAsDouble())
        : OptionalDouble.empty();
  }

  private static String columns(Experiment experiment, Measured row) {
    return experiment.columns().stream()
        .flatMap(
            column ->
                column.fill(row.figures()).map(cell -> column.heading() + " " + cell).stream())
        .limit(FIRST)
        .collect(Collectors.joining(LIST));
  }

  /** Each fact once; where experiments differ, with their names. */
  private String machine() {
    Map<String, Map<String, List<String>>> facts = new LinkedHashMap<>();
    figures.forEach(
        (experiment, found) ->
            found
                .facts()
                .forEach(
                    (fact, value) -> {
                      if (!OF_THE_RUN.contains(fact)) {
                        facts
                            .computeIfAbsent(fact, any -> new LinkedHashMap<>())
                            .computeIfAbsent(value, any -> new ArrayList<>())
                            .add(experiment.name());
                      }
                    }));
    MarkdownTable table = new MarkdownTable(List.of("machine and versions", ""));
    facts.forEach((fact, values) -> table.row(List.of(fact, values(values))));
    table.row(List.of("measured", days()));
    return table.toString();
  }

  private String values(Map<String, List<String>> values) {
    return values.entrySet().stream()
        .map(
            value ->
                value.getValue().size() == figures.size()
                    ? value.getKey()
                    : value.getKey() + " (" + String.join(LIST, value.getValue()) + ")")
        .collect(Collectors.joining("; "));
  }

  private String days() {
    Set<String> days = new LinkedHashSet<>();
    figures.values().stream()
        .map(found -> found.facts().getOrDefault("date", "").replaceAll("T.*", ""))
        .sorted()
        .forEach(days::add);
    return String.join(LIST, days);
  }

  private String spread() {
    MarkdownTable table =
        new MarkdownTable(
            List.of("experiment", "rows", "half of the rows within", "all within", "the widest"));
    figures.forEach(
        (experiment, found) -> {
          List<Measured> rows =
              Measured.of(found).stream()
                  .filter(row -> !Double.isNaN(width(row)))
                  .sorted(Comparator.comparing(Overview::width))
                  .toList();
          if (!rows.isEmpty()) {
            Measured widest = rows.get(rows.size() - 1);
            table.row(
                List.of(
                    link(experiment),
                    Integer.toString(rows.size()),
                    percent(width(rows.get(rows.size() / 2))),
                    percent(width(widest)),
                    name(widest) + " at " + widest.load()));
          }
        });
    return table.toString();
  }

  /** From the slowest to the fastest round, as a share of the median one. */
  private static double width(Measured row) {
    double slowest = row.number(Measured.SLOWEST).orElse(Double.NaN);
    double fastest = row.number(Measured.FASTEST).orElse(Double.NaN);
    return (fastest - slowest) / row.number(Measured.THROUGHPUT).orElse(Double.NaN);
  }

  private String losses() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "experiment",
                "row",
                "more throughput",
                "shorter median",
                "shorter 99 %",
                "broken promise"));
    boolean none = true;
    for (Map.Entry<Experiment, Figures> each : figures.entrySet()) {
      List<Measured> rows = Measured.of(each.getValue());
      for (Measured row : rows.stream().filter(Measured::isOurs).toList()) {
        Loss loss = Loss.of(row, rows);
        none &= loss.none();
        if (!loss.none()) {
          table.row(loss.cells(link(each.getKey())));
        }
      }
    }
    return none ? "Nowhere in these figures.\n" : table.toString();
  }

  private static String link(Experiment experiment) {
    return "[" + experiment.name() + "](#" + experiment.name() + ")";
  }

  /** Who, and that the answers were no good if they were not. */
  static String name(Measured row) {
    return "`" + row.subject() + "`" + (row.isStale() ? " (stale)" : "");
  }

  static String times(double ratio) {
    return factor(ratio) + " ×";
  }

  private static String factor(OptionalDouble ratio) {
    return factor(ratio.orElse(Double.NaN));
  }

  private static String factor(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
