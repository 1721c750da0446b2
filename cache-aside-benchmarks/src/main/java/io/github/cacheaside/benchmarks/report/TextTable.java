package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Results as a table for people: a line a subject, a column a figure. */
public final class TextTable {
  private TextTable() {}

  public static String of(List<Result> results) {
    Set<String> keys = new LinkedHashSet<>();
    results.forEach(result -> keys.addAll(result.figures().keySet()));
    List<String> header = new ArrayList<>(List.of("subject", "verdict"));
    header.addAll(keys);
    List<List<String>> lines = new ArrayList<>(List.of(header));
    for (Result result : results) {
      List<String> line = new ArrayList<>(List.of(result.row(), result.verdict()));
      keys.forEach(key -> line.add(result.figures().getOrDefault(key, "")));
      lines.add(line);
    }
    return render(lines);
  }

  private static String render(List<List<String>> lines) {
    Map<Integer, Integer> widths = new LinkedHashMap<>();
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        widths.merge(i, line.get(i).length(), Math::max);
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        int gap = widths.getOrDefault(i, 0) - line.get(i).length();
        row.append(i < 2 ? line.get(i) + " ".repeat(gap) : " ".repeat(gap) + line.get(i));
        row.append("  ");
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
