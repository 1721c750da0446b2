package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table as Markdown has it. */
public final class MarkdownTable {
  private final List<List<String>> rows = new ArrayList<>();

  public MarkdownTable(List<String> header) {
    rows.add(header);
    rows.add(Collections.nCopies(header.size(), "---"));
  }

  public void row(List<String> cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
    return text.toString();
  }
}
