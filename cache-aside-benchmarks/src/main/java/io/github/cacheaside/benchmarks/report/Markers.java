package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a Markdown file that are generated: between a line that names them and an end. */
public final class Markers {
  private static final Pattern BEGIN = Pattern.compile("<!-- figures: ([\\w-]+) -->");
  private static final String END = "<!-- end -->";

  private Markers() {}

  /** Replaces what is between the markers. */
  public static String replace(String markdown, UnaryOperator<String> textOf) {
    StringBuilder result = new StringBuilder();
    String open = "";
    for (String line : markdown.lines().toList()) {
      Matcher begin = BEGIN.matcher(line);
      if (begin.matches()) {
        requireEndOf(open);
        open = begin.group(1);
        result.append(line).append("\n\n").append(textOf.apply(open)).append('\n');
      } else if (line.equals(END)) {
        open = "";
      }
      if (open.isEmpty()) {
        result.append(line).append('\n');
      }
    }
    requireEndOf(open);
    return result.toString();
  }

  private static void requireEndOf(String open) {
    if (!open.isEmpty()) {
      throw new IllegalArgumentException("no " + END + " after figures: " + open);
    }
  }

  /** What the markers name. */
  public static List<String> names(String markdown) {
    List<String> names = new ArrayList<>();
    BEGIN.matcher(markdown).results().forEach(begin -> names.add(begin.group(1)));
    return names;
  }
}
