package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What charts with a group for each load and a mark for each subject have in common. Loads that
 * have two parts, such as {@code 1 kB and 16 threads}, get a panel for each first part.
 */
final class Axes {
  static final String LOW = "low";
  static final String MIDDLE = "middle";
  static final String HIGH = "high";
  private static final String PANEL = "panel";
  private static final String PARTS = " and ";
  private static final int PANEL_HEIGHT = 210;
  private static final int AROUND = 170;
  private static final String LOAD = "load";
  private static final String SUBJECT = "subject";

  private final List<Measured> rows;
  private final String unit;

  Axes(List<Measured> rows) {
    this.rows = rows;
    this.unit = unit(rows);
  }

  /** What all loads are numbers of, such as threads; else nothing. */
  private static String unit(List<Measured> rows) {
    List<String> units =
        rows.stream().map(row -> last(row).replaceFirst("^\\S+ ?", "")).distinct().toList();
    return units.size() == 1 ? units.get(0) : "";
  }

  private String label(Measured row) {
    return unit.isEmpty() ? last(row) : last(row).replaceFirst(" .*", "");
  }

  private static String panel(Measured row) {
    return row.load().contains(PARTS) ? row.load().split(PARTS, 2)[0] : "";
  }

  private static String last(Measured row) {
    return row.load().contains(PARTS) ? row.load().split(PARTS, 2)[1] : row.load();
  }

  /** How high a chart has to be. */
  int height() {
    long panels = rows.stream().map(Axes::panel).distinct().count();
    return AROUND + PANEL_HEIGHT * Plot.lines(panels);
  }

  /** A chart with the rows, and so far nothing of them drawn. */
  Plot plot(String title, String subtitle) {
    List<String> subjects = rows.stream().map(Measured::subject).distinct().toList();
    List<String> loads = rows.stream().map(this::label).distinct().toList();
    List<String> colours = Palette.of(subjects);
    Plot plot =
        new Plot(title, subtitle)
            .column(SUBJECT, rows.stream().map(Measured::subject).toList())
            .column(PANEL, rows.stream().map(Axes::panel).toList())
            .panels(PANEL)
            .column(LOAD, rows.stream().map(this::label).toList())
            .scale("x", unit, "discrete", true, "limits", loads);
    for (String aesthetic : List.of("fill", "color")) {
      plot.colours(aesthetic, subjects, colours);
    }
    return plot;
  }

  /** A column of a figure of each row. */
  List<Object> each(String figure, ToDoubleFunction<Measured> unit) {
    return new ArrayList<>(
        rows.stream()
            .map(row -> row.number(figure).orElse(Double.NaN) / unit.applyAsDouble(row))
            .toList());
  }

  static Map<String, Object> bar(String y) {
    return Plot.options("x", LOAD, "y", y, "fill", SUBJECT);
  }

  static Map<String, Object> mark(String y) {
    return Plot.options("x", LOAD, "y", y, "color", SUBJECT);
  }

  static Map<String, Object> range(String from, String to) {
    return Plot.options("x", LOAD, "group", SUBJECT, "ymin", from, "ymax", to);
  }

  static Map<String, Object> colouredRange(String from, String to) {
    Map<String, Object> range = range(from, to);
    range.put("color", SUBJECT);
    return range;
  }
}
