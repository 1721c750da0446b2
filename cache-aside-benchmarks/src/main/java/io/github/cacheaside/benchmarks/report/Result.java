package io.github.cacheaside.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What one experiment found about one subject. */
public final class Result {
  static final String EXPECTED = "expected";
  public static final String VERDICT = "verdict";
  static final String ASKED = "asked";
  static final String BROKEN = "broken";

  /** Between a subject and its load, in the name of a row. */
  public static final String AT = " at ";

  static final String HOLDS = "holds";
  static final String FAILS = "fails";

  private final String experiment;
  private final String subject;
  private final Map<String, String> figures = new LinkedHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private String where = "";
  private String expected = "";

  public Result(String experiment, String subject) {
    this.experiment = experiment;
    this.subject = subject;
  }

  public String subject() {
    return subject;
  }

  /** States under which load this is, where there are several results of a subject. */
  public Result at(String load) {
    this.where = AT + load;
    return this;
  }

  /** The subject, and under which load. */
  public String row() {
    return subject + where;
  }

  public Result with(String key, long value) {
    return with(key, Long.toString(value));
  }

  public Result with(String key, boolean value) {
    return with(key, Boolean.toString(value));
  }

  public Result with(String key, double value) {
    return with(key, String.format(Locale.ROOT, "%.2f", value));
  }

  public Result with(String key, String value) {
    figures.put(key, value.replace(' ', '_'));
    return this;
  }

  public Map<String, String> figures() {
    return figures;
  }

  /** States something that has to be true. */
  public Result must(boolean holds, String promise) {
    expected = HOLDS;
    asked.add(promise);
    return judge(holds, promise);
  }

  /** States that this subject breaks a promise, so that the experiment is seen to notice. */
  public Result mustFail(boolean fails) {
    expected = FAILS;
    return judge(fails, "this subject must fail");
  }

  private Result judge(boolean asExpected, String what) {
    if (!asExpected) {
      failures.add(what);
    }
    return this;
  }

  public List<String> failures() {
    return failures;
  }

  public String verdict() {
    if (expected.isEmpty()) {
      return "reported";
    }
    return failures.isEmpty() ? "ok" : "FAILED";
  }

  /** All that is kept of it: the figures, what was expected and whether that was so. */
  public Map<String, String> record() {
    Map<String, String> all = new LinkedHashMap<>(figures);
    all.put(EXPECTED, expected);
    all.put(VERDICT, verdict());
    put(all, ASKED, asked);
    put(all, BROKEN, failures);
    return all;
  }

  private static void put(Map<String, String> all, String figure, List<String> promises) {
    if (!promises.isEmpty()) {
      all.put(figure, String.join("; ", promises).replace(',', ';'));
    }
  }

  /** The line for programs. */
  public String line() {
    return "RESULT experiment="
        + experiment
        + " subject="
        + subject
        + figures.entrySet().stream()
            .map(figure -> " " + figure.getKey() + "=" + figure.getValue())
            .collect(Collectors.joining())
        + " verdict="
        + verdict();
  }
}
