package io.github.cacheaside.jdbc.advisor;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was seen of one template.
 *
 * @param template the statement without its values, cut to 500 characters
 * @param cacheable whether it is a query whose answer depends on the data alone, as far as its
 *     words show
 * @param calls how often it was run
 * @param failures how often that failed
 * @param mean the mean time in the driver, until the first rows were there
 * @param p99 the time that 99 % of the calls did not exceed, up to 6 % more
 * @param rows the mean number of rows of a result that was read; 0 if none was counted
 * @param share its share of the time that all statements took, from 0 to 1
 * @param repeats for each TTL the share of its calls that a cache would have answered, from 0 to 1;
 *     empty if it is not cacheable
 */
public record QueryAdvice(
    String template,
    boolean cacheable,
    long calls,
    long failures,
    Duration mean,
    Duration p99,
    double rows,
    double share,
    SortedMap<Duration, Double> repeats) {
  private static final double NEARLY = 0.9;

  /**
   * A TTL, and what it would save.
   *
   * @param ttl the TTL
   * @param saves the share of all database time, from 0 to 1
   */
  public record Suggestion(Duration ttl, double saves) {}

  /** Copies. */
  public QueryAdvice {
    repeats = Collections.unmodifiableSortedMap(new TreeMap<>(repeats));
  }

  /**
   * The shortest TTL that saves nearly what the longest one would: nine tenths of it.
   *
   * @return empty if no call would have been a hit
   */
  public Optional<Suggestion> suggestion() {
    double most = repeats.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    if (most <= 0) {
      return Optional.empty();
    }
    return repeats.entrySet().stream()
        .filter(each -> each.getValue() >= NEARLY * most)
        .findFirst()
        .map(each -> new Suggestion(each.getKey(), saves(each)));
  }

  private double saves(Map.Entry<Duration, Double> each) {
    return share * each.getValue();
  }

  /** The share of all database time that its suggestion saves; 0 without one. */
  double saves() {
    return suggestion().map(Suggestion::saves).orElse(0.0);
  }
}
