package io.github.cacheaside.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What one experiment found about one subject. */
final class Result {
  private final String experiment;
  private final String subject;
  private final Map<String, String> figures = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();
  private boolean judged;

  Result(String experiment, String subject) {
    this.experiment = experiment;
    this.subject = subject;
  }

  String subject() {
    return subject;
  }

  Result with(String key, long value) {
    return with(key, Long.toString(value));
  }

  Result with(String key, double value) {
    return with(key, String.format(Locale.ROOT, "%.2f", value));
  }

  Result with(String key, String value) {
    figures.put(key, value.replace(' ', '_'));
    return this;
  }

  Map<String, String> figures() {
    return figures;
  }

  /** States something that has to be true. */
  Result must(boolean holds, String promise) {
    judged = true;
    if (!holds) {
      failures.add(promise);
    }
    return this;
  }

  List<String> failures() {
    return failures;
  }

  String verdict() {
    if (!judged) {
      return "reported";
    }
    return failures.isEmpty() ? "ok" : "FAILED";
  }

  /** The line for programs. */
  String line() {
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
