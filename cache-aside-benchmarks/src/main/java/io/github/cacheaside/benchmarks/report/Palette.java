package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The colours of the subjects, the same in each chart. They are those of Okabe and Ito, which
 * people with any kind of colour vision tell apart; of a family with several members, the second
 * and the third are lighter.
 */
public final class Palette {
  private static final Map<String, String> FAMILIES = new LinkedHashMap<>();
  private static final List<String> OTHERS = List.of("#000000", "#7F3C8D", "#A5AA99");
  private static final double[] STRENGTHS = {1, 0.5, 0.25};

  static {
    List.of("lettuce", "caffeine", "database", "loader")
        .forEach(floor -> FAMILIES.put(floor, "#999999"));
    FAMILIES.put("cache-aside", "#D55E00");
    FAMILIES.put("jetcache", "#56B4E9");
    FAMILIES.put("redisson", "#009E73");
    FAMILIES.put("spring", "#CC79A7");
    FAMILIES.put("naive", "#0072B2");
    FAMILIES.put("aws", "#F0E442");
  }

  private Palette() {}

  /** A colour for each subject, in their order. */
  static List<String> of(List<String> subjects) {
    Map<String, Integer> seen = new LinkedHashMap<>();
    List<String> colours = new ArrayList<>();
    for (String subject : subjects) {
      String family = family(subject);
      int member = seen.merge(family, 1, Integer::sum) - 1;
      String colour = FAMILIES.get(family);
      colours.add(colour == null ? OTHERS.get(member % OTHERS.size()) : lighter(colour, member));
    }
    return colours;
  }

  private static String family(String subject) {
    return FAMILIES.keySet().stream().filter(subject::startsWith).findFirst().orElse("");
  }

  private static String lighter(String colour, int member) {
    double strength = STRENGTHS[Math.min(member, STRENGTHS.length - 1)];
    StringBuilder mixed = new StringBuilder("#");
    for (int at = 1; at < colour.length(); at += 2) {
      int part = Integer.parseInt(colour.substring(at, at + 2), 16);
      mixed.append(String.format(Locale.ROOT, "%02X", Math.round(255 + (part - 255) * strength)));
    }
    return mixed.toString();
  }
}
