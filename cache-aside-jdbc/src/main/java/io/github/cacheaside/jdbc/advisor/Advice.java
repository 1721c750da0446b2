package io.github.cacheaside.jdbc.advisor;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an advisor has seen, by what a cache would save, most first. Holds templates and figures,
 * and no value of a statement.
 *
 * @param time for how long it has watched
 * @param calls statements that were run
 * @param databaseTime the time that they took together, in the driver
 * @param forgotten calls of templates that had to make room for others, and are not in the list
 * @param queries each template
 */
public record Advice(
    Duration time, long calls, Duration databaseTime, long forgotten, List<QueryAdvice> queries) {
  private static final double WORTH_A_LINE = 0.01;
  private static final int MOST_LINES = 20;
  private static final int WIDTH = 100;
  private static final Duration AS_QUICK_AS_A_HIT = Duration.ofMillis(2);

  /** Copies. */
  public Advice {
    queries = List.copyOf(queries);
  }

  /**
   * The share of all database time that would be saved if every suggestion of 1 % or more were
   * followed.
   *
   * @return from 0 to 1
   */
  public double saves() {
    return queries.stream()
        .mapToDouble(QueryAdvice::saves)
        .filter(saves -> saves >= WORTH_A_LINE)
        .sum();
  }

  /**
   * The best in a sentence each: {@code This template, 30 s, saves 41 % of database time}.
   *
   * @return some lines; one that says so if nothing is worth a cache
   */
  public String table() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%d statements, %s of database time in %s%n",
            calls,
            text(databaseTime),
            text(time)));
    List<QueryAdvice> worth =
        queries.stream().filter(q -> q.saves() >= WORTH_A_LINE).limit(MOST_LINES).toList();
    if (worth.isEmpty()) {
      return out.append("No template would save 1 % or more.")
          .append(System.lineSeparator())
          .toString();
    }
    out.append(
        String.format(
            "%7s %6s %9s %8s %8s %7s %7s  %s%n",
            "saves", "TTL", "calls", "mean", "p99", "rows", "repeat", "template"));
    worth.forEach(query -> out.append(line(query)));
    out.append(String.format(Locale.ROOT, "%6.1f %% of database time in all%n", 100 * saves()));
    return out.toString();
  }

  private static String line(QueryAdvice query) {
    QueryAdvice.Suggestion best = query.suggestion().orElseThrow();
    String note = query.mean().compareTo(AS_QUICK_AS_A_HIT) < 0 ? " (load, not latency)" : "";
    return String.format(
        Locale.ROOT,
        "%5.1f %% %6s %9d %8s %8s %7.1f %5.0f %%  %s%s%n",
        100 * best.saves(),
        text(best.ttl()),
        query.calls(),
        text(query.mean()),
        text(query.p99()),
        query.rows(),
        100 * query.repeats().getOrDefault(best.ttl(), 0.0),
        shortened(query.template()),
        note);
  }

  private static String shortened(String template) {
    return template.length() <= WIDTH ? template : template.substring(0, WIDTH - 1) + "…";
  }

  static String text(Duration time) {
    double millis = time.toNanos() / 1e6;
    if (millis >= 60_000) {
      return String.format(Locale.ROOT, "%.0f min", millis / 60_000);
    }
    if (millis >= 1_000) {
      double seconds = millis / 1_000;
      return String.format(
          Locale.ROOT, seconds == Math.rint(seconds) ? "%.0f s" : "%.1f s", seconds);
    }
    return String.format(Locale.ROOT, millis >= 10 ? "%.0f ms" : "%.2f ms", millis);
  }

  /**
   * All of it as JSON: durations in seconds, shares from 0 to 1, each query with its repeats by TTL
   * in seconds.
   *
   * @return one object
   */
  public String json() {
    return String.format(
        Locale.ROOT,
        "{\"seconds\":%s,\"calls\":%d,\"databaseSeconds\":%s,\"forgotten\":%d,\"saves\":%s,"
            + "\"queries\":[%s]}",
        seconds(time),
        calls,
        seconds(databaseTime),
        forgotten,
        number(saves()),
        queries.stream().map(Advice::json).collect(Collectors.joining(",")));
  }

  private static String json(QueryAdvice query) {
    String best =
        query
            .suggestion()
            .map(s -> ",\"ttl\":" + seconds(s.ttl()) + ",\"saves\":" + number(s.saves()))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "{\"template\":\"%s\",\"cacheable\":%b,\"calls\":%d,\"failures\":%d,\"mean\":%s,\"p99\":%s,"
            + "\"rows\":%s,\"share\":%s%s,\"repeats\":{%s}}",
        escaped(query.template()),
        query.cacheable(),
        query.calls(),
        query.failures(),
        seconds(query.mean()),
        seconds(query.p99()),
        number(query.rows()),
        number(query.share()),
        best,
        query.repeats().entrySet().stream().map(Advice::json).collect(Collectors.joining(",")));
  }

  private static String json(Map.Entry<Duration, Double> repeat) {
    return "\"" + seconds(repeat.getKey()) + "\":" + number(repeat.getValue());
  }

  private static String seconds(Duration time) {
    return number(time.toNanos() / 1e9);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.6f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
