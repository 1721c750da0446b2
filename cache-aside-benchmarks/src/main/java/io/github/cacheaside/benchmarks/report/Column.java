package io.github.cacheaside.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column of a table of figures.
 *
 * @param heading above it
 * @param template what is in it: text with <code>{figure}</code>; with <code>{a/b}</code> for “a of
 *     b”, which for a = 0 says how rare it still may be; or with <code>{a%b}</code> for a in
 *     percent of b
 */
public record Column(String heading, String template) {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)(?:([/%])(\\w+))?}");
  private static final Pattern LARGE = Pattern.compile("\\d{4,}");

  /** With 95 % certainty, what was never seen in n looks happens at most 3 times in n. */
  static final int RULE_OF_THREE = 3;

  /** Fills the template; empty if a figure is missing. */
  public Optional<String> fill(Map<String, String> figures) {
    Matcher places = PLACE.matcher(template);
    StringBuilder text = new StringBuilder();
    while (places.find()) {
      String first = figures.get(places.group(1));
      String second = places.group(3) == null ? "" : figures.get(places.group(3));
      if (first == null || second == null) {
        return Optional.empty();
      }
      places.appendReplacement(text, Matcher.quoteReplacement(cell(first, places, second)));
    }
    return Optional.of(places.appendTail(text).toString());
  }

  private static String cell(String first, Matcher place, String second) {
    if (place.group(2) == null) {
      return grouped(first);
    }
    long part = Long.parseLong(first);
    long all = Long.parseLong(second);
    return place.group(2).equals("/") ? share(part, all) : percent(part, all);
  }

  private static String share(long part, long all) {
    String share = String.format(Locale.ROOT, "%,d of %,d", part, all);
    return part > 0 || all <= RULE_OF_THREE
        ? share
        : share + String.format(Locale.ROOT, " (≤ 1 in %,d)", all / RULE_OF_THREE);
  }

  private static String percent(long part, long all) {
    return all == 0
        ? "–"
        : new BigDecimal(100.0 * part / all).round(new MathContext(2)).toPlainString() + " %";
  }

  private static String grouped(String value) {
    return LARGE.matcher(value).matches()
        ? String.format(Locale.ROOT, "%,d", Long.parseLong(value))
        : value;
  }
}
