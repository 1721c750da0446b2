package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.letsPlot.core.util.PlotSvgExportCommon;

/**
 * One chart, as lets-plot draws it: layers over a table of data, by the grammar of ggplot2. The
 * same data give the same bytes on every machine.
 */
public final class Plot {
  private static final int WIDTH = 760;

  /** How much of the room of a load is for its subjects; the rest keeps loads apart. */
  private static final double GROUP = 0.82;

  /** What is free at both ends of an axis, as a share of it. */
  private static final double MARGIN = 0.06;

  private static final String TEXT = "#333333";

  /** How many panels are side by side. */
  private static final int PANELS = 3;

  /** In letters: a line of the legend, and what is around a name in it. */
  private static final int LEGEND_LINE = 96;

  private static final int SWATCH = 6;
  static final String LINES = "#333333";

  private final Map<String, List<?>> data = new LinkedHashMap<>();
  private final Map<String, Object> spec = new LinkedHashMap<>();
  private final List<Object> layers = new ArrayList<>();
  private final List<Object> scales = new ArrayList<>();
  private final Map<String, Object> title;

  Plot(String title, String subtitle) {
    this.title = options("text", title, "subtitle", subtitle);
  }

  /** Options as lets-plot takes them: names and values by turns. */
  static Map<String, Object> options(Object... namesAndValues) {
    Map<String, Object> options = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  Plot column(String name, List<?> values) {
    data.put(name, new ArrayList<>(values));
    return this;
  }

  /** Adds what is drawn from some columns. */
  Plot layer(String geometry, Map<String, Object> mapping, Object... more) {
    return layer(geometry, mapping, options(more));
  }

  private Plot layer(String geometry, Map<String, Object> mapping, Map<String, Object> more) {
    Map<String, Object> layer = options("geom", geometry, "mapping", mapping, "tooltips", "none");
    layer.putAll(more);
    layers.add(layer);
    return this;
  }

  /** Adds the same where those of one group stand side by side. */
  Plot beside(String geometry, Map<String, Object> mapping, Object... more) {
    Map<String, Object> layer = options(more);
    layer.put("position", options("name", "dodge", "width", GROUP));
    return layer(geometry, mapping, layer);
  }

  /**
   * Draws the rows with each value of a column in a panel of their own, if there are several.
   * Panels are sorted by name, so names get marks that sort as wanted and are taken out again.
   */
  Plot panels(String column) {
    List<?> values = data.getOrDefault(column, List.of());
    List<?> names = values.stream().distinct().toList();
    if (names.size() > 1) {
      column(
          column,
          values.stream().map(name -> StableSvg.MARK.repeat(names.indexOf(name)) + name).toList());
      spec.put(
          "facet",
          options(
              "name",
              "wrap",
              "facets",
              List.of(column),
              "order",
              List.of(1),
              "dir",
              "h",
              "ncol",
              PANELS));
    }
    return this;
  }

  /** How many lines some panels need. */
  static int lines(long panels) {
    return (int) ((panels + PANELS - 1) / PANELS);
  }

  /** Says what colours mean, in as many lines as the names need. */
  Plot colours(String aesthetic, List<String> names, List<String> colours) {
    int room = names.stream().mapToInt(name -> name.length() + SWATCH).sum();
    Map<String, Object> legend =
        options("name", "legend", "nrow", (room + LEGEND_LINE - 1) / LEGEND_LINE, "byrow", true);
    return scale(
        aesthetic, "", "discrete", true, "limits", names, "values", colours, "guide", legend);
  }

  /** Adds a dashed line from left to right. */
  Plot level(double at) {
    return layer(
        "hline", options(), "yintercept", at, "color", LINES, "linetype", "dashed", "size", 0.7);
  }

  /** Adds an axis, or what colours mean. */
  Plot scale(String aesthetic, String name, Object... more) {
    Map<String, Object> scale = options("aesthetic", aesthetic, "name", name);
    scale.putAll(options(more));
    scales.add(scale);
    return this;
  }

  /** Adds an axis for what differs by orders of magnitude, with room around some columns. */
  Plot logarithmic(String aesthetic, String name, String... columns) {
    DoubleSummaryStatistics values =
        Arrays.stream(columns)
            .flatMap(column -> data.getOrDefault(column, List.of()).stream())
            .mapToDouble(Double.class::cast)
            .filter(Double::isFinite)
            .summaryStatistics();
    double margin = Math.pow(Math.max(values.getMax() / values.getMin(), 2), MARGIN);
    List<Double> limits = List.of(values.getMin() / margin, values.getMax() * margin);
    return scale(aesthetic, name + " (logarithmic)", "trans", "log10", "limits", limits);
  }

  /** The chart as the text of an SVG file. */
  String svg(int height) {
    spec.putAll(
        options(
            "kind",
            "plot",
            "data",
            data,
            "mapping",
            options(),
            "layers",
            layers,
            "scales",
            scales,
            "theme",
            theme(),
            "ggtitle",
            title,
            "ggsize",
            options("width", WIDTH, "height", height)));
    return StableSvg.of(
        PlotSvgExportCommon.INSTANCE.buildSvgImageFromRawSpecs(spec, null, Plot::noImages, false),
        WIDTH,
        height);
  }

  private static String noImages(int width, int height, int[] colours) {
    throw new UnsupportedOperationException("no chart holds an image");
  }

  private static Map<String, Object> theme() {
    Map<String, Object> text =
        options("name", "text", "family", "sans-serif", "color", TEXT, "blank", false);
    return options(
        "name",
        "minimal",
        "legend_position",
        "bottom",
        "legend_title",
        "blank",
        "panel_grid_major_x",
        "blank",
        "panel_grid_minor_x",
        "blank",
        "text",
        text,
        "plot_title",
        options("name", "text", "size", 14, "blank", false),
        "plot_subtitle",
        options("name", "text", "size", 12, "blank", false),
        "axis_title",
        options("name", "text", "size", 13, "blank", false),
        "plot_background",
        options("name", "rect", "fill", "white", "color", "white", "blank", false));
  }
}
