package io.github.cacheaside.jdbc.advisor;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one template. */
final class TemplateStats {
  private static final int ALWAYS = 64;
  private static final int THEN_EACH = 16;

  private final String template;
  private final boolean cacheable;
  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder results = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder[] hits;
  private final Histogram histogram = new Histogram();

  TemplateStats(String template, boolean cacheable, int ttls) {
    this.template = template;
    this.cacheable = cacheable;
    this.hits = new LongAdder[ttls];
    for (int i = 0; i < ttls; i++) {
      hits[i] = new LongAdder();
    }
  }

  boolean isCacheable() {
    return cacheable;
  }

  /** Rows are counted of the first results, and later of each 16th. */
  boolean countsRowsNow() {
    long soFar = calls.sum();
    return soFar < ALWAYS || soFar % THEN_EACH == 0;
  }

  void add(long took, boolean failed, int hitBits) {
    calls.increment();
    nanos.add(took);
    histogram.add(took);
    if (failed) {
      failures.increment();
    }
    for (int i = 0; hitBits >>> i != 0; i++) {
      if ((hitBits >>> i & 1) != 0) {
        hits[i].increment();
      }
    }
  }

  void addRows(long count) {
    results.increment();
    rows.add(count);
  }

  long nanos() {
    return nanos.sum();
  }

  long calls() {
    return calls.sum();
  }

  QueryAdvice advice(List<Duration> ttls, long allNanos) {
    long count = Math.max(1, calls.sum());
    long took = nanos.sum();
    TreeMap<Duration, Double> repeats = new TreeMap<>();
    if (cacheable) {
      for (int i = 0; i < hits.length; i++) {
        repeats.put(ttls.get(i), hits[i].sum() / (double) count);
      }
    }
    long counted = results.sum();
    return new QueryAdvice(
        template,
        cacheable,
        calls.sum(),
        failures.sum(),
        Duration.ofNanos(took / count),
        Duration.ofNanos(histogram.quantile(0.99)),
        counted == 0 ? 0 : rows.sum() / (double) counted,
        allNanos == 0 ? 0 : took / (double) allNanos,
        repeats);
  }
}
