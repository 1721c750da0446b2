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
              .forEach(row -> table.row(judged(experiment, row, rows)));
        });
    return table.toString();
  }

  private static List<String> judged(Experiment experiment, Measured row, List<Measured> rows) {
    Optional<String> floor = Measured.floor(rows);
    String broken = row.broken().orElse(NOTHING);
    return List.of(
        link(experiment),
        row.load().isEmpty() ? NOTHING : row.load(),
        row.figures().getOrDefault(Result.ASKED, broken),
        said(experiment, row, rows, floor),
        row.rivals(rows)
            .filter(rival -> !rival.subject().equals(floor.orElse("")))
            .filter(rival -> rival.number(Measured.THROUGHPUT).isPresent())
            .max(Comparator.comparing(rival -> rival.number(Measured.THROUGHPUT).orElse(0)))
            .map(best -> said(experiment, best, rows, floor))
            .orElse(NOTHING),
        row.broken().isPresent() ? "**broken**" : "holds");
  }

  /** The throughput beside the floor; where there is none, what the experiment shows first. */
  private static String said(
      Experiment experiment, Measured row, List<Measured> rows, Optional<String> floor) {
    OptionalDouble own = row.number(Measured.THROUGHPUT);
    OptionalDouble base =
        rows.stream()
            .filter(other -> other.load().equals(row.load()))
            .filter(other -> other.subject().equals(floor.orElse("")))
            .flatMapToDouble(other -> other.number(Measured.THROUGHPUT).stream())
            .findFirst();
    return name(row)
        + ": "
        + (own.isPresent() && base.isPresent()
            ? String.format(Locale.ROOT, "%,d/s, ", Math.round(own.getAsDouble()))
                + times(own.getAsDouble() / base.getAsDouble())
                + " `%s`".formatted(floor.orElse(""))
            : columns(experiment, row));
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
    return String.format(Locale.ROOT, "%.2f ×", ratio);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
