package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A picture of lets-plot without what would differ from run to run or from JDK to JDK, so that
 * pictures can be compared byte by byte: ids are random, so they are numbered; the last digits of
 * coordinates depend on the JDK, so they are rounded. Fonts can't make a difference: lets-plot
 * estimates the widths of texts and asks none.
 */
final class StableSvg {
  /** An invisible letter that may be put into texts to sort them; taken out here. */
  static final String MARK = "\u200B";

  private static final Pattern ID = Pattern.compile("id=\"(\\w+)\"");
  private static final Pattern ATTRIBUTE = Pattern.compile("=\"[^\"]*\"");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d+(?:E-?\\d+)?");
  private static final Pattern NEEDLESS =
      Pattern.compile(" (?:fill-opacity=\"1\"|stroke-opacity=\"1\"|clip-bounds-jfx=\"[^\"]*\")");
  private static final Pattern INDENT = Pattern.compile("(?m)^\\s+");
  private static final Pattern EMPTY_ELEMENT = Pattern.compile(">\\n</(?:path|line|rect|circle)>");

  private StableSvg() {}

  /** The picture, its size also given as what it scales by. */
  static String of(String svg, int width, int height) {
    String text = svg.replace(MARK, "");
    List<String> ids = ID.matcher(svg).results().map(id -> id.group(1)).toList();
    for (int i = 0; i < ids.size(); i++) {
      text = text.replaceAll("\\b" + ids.get(i) + "\\b", "id" + i);
    }
    text = ATTRIBUTE.matcher(text).replaceAll(StableSvg::rounded);
    text = NEEDLESS.matcher(text).replaceAll("");
    text = INDENT.matcher(text).replaceAll("");
    text = EMPTY_ELEMENT.matcher(text).replaceAll("/>");
    return text.replaceFirst("<svg ", "<svg viewBox=\"0 0 " + width + " " + height + "\" ") + "\n";
  }

  /** Hundredths of a pixel are fine enough. */
  private static String rounded(MatchResult attribute) {
    String rounded =
        DECIMAL
            .matcher(attribute.group())
            .replaceAll(
                number ->
                    String.format(Locale.ROOT, "%.2f", Double.parseDouble(number.group()) + 0.0)
                        .replaceFirst("\\.?0+$", "")
                        .replaceFirst("^-0$", "0"));
    return Matcher.quoteReplacement(rounded);
  }
}
