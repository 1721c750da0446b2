package io.github.cacheaside.benchmarks.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What was found of one subject under one load.
 *
 * @param subject who
 * @param load under which load, such as {@code 16 threads}; empty if there was only one
 * @param figures what was found
 */
public record Measured(String subject, String load, Map<String, String> figures) {
  static final String THROUGHPUT = "ops_per_s";
  static final String SLOWEST = "slowest";
  static final String FASTEST = "fastest";
  static final String MEDIAN = "p50_us";
  static final String P99 = "p99_us";

  /** Marks what others are measured in, and that does not do what they do. */
  public static final String UNIT = "unit";

  private static final String OURS = "cache-aside";
  private static final String RATIO = "ratio_to_";

  /** All rows of an experiment, in their order. */
  static List<Measured> of(Figures figures) {
    return figures.subjects().stream().map(row -> of(row, figures.of(row))).toList();
  }

  private static Measured of(String row, Map<String, String> figures) {
    String[] parts = row.split(Result.AT, 2);
    return new Measured(parts[0], parts.length < 2 ? "" : parts[1], figures);
  }

  /** Whether this is the library itself, and not a peer or what the peers are compared with. */
  boolean isOurs() {
    return subject.startsWith(OURS);
  }

  /** Whether this is here to fail. */
  boolean isMeantToFail() {
    return Result.FAILS.equals(figures.get(Result.EXPECTED));
  }

  /** Whether this is the library with one line of its protocol broken. */
  boolean isMutant() {
    return subject.startsWith("mutant-");
  }

  /** Whether something was promised of it. */
  boolean isJudged() {
    return Result.HOLDS.equals(figures.get(Result.EXPECTED));
  }

  /** The promises that did not hold. */
  Optional<String> broken() {
    return isJudged() ? Optional.ofNullable(figures.get(Result.BROKEN)) : Optional.empty();
  }

  /** A figure; empty if it is missing or no number above zero. */
  OptionalDouble number(String figure) {
    try {
      double number = Double.parseDouble(figures.getOrDefault(figure, ""));
      return number > 0 ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** The subject that the rows give their ratio to. */
  static Optional<String> floor(List<Measured> rows) {
    return rows.stream()
        .flatMap(row -> row.figures().keySet().stream())
        .filter(figure -> figure.startsWith(RATIO))
        .map(figure -> figure.substring(RATIO.length()))
        .filter(name -> rows.stream().anyMatch(row -> row.subject().equals(name)))
        .findFirst();
  }

  /** The others under the same load that do the same and are not meant to fail. */
  Stream<Measured> rivals(List<Measured> rows) {
    return rows.stream()
        .filter(row -> row.load().equals(load))
        .filter(row -> !row.isOurs() && !row.isMeantToFail())
        .filter(row -> !row.figures().containsKey(UNIT));
  }

  /** Whether it was seen to answer what had been overwritten. */
  boolean isStale() {
    return number("stale_after_ack").isPresent() || number("permanent_stale").isPresent();
  }

  /** Whether the rounds of the two overlap, so that the next run may say the opposite. */
  boolean overlaps(Measured other) {
    return number(SLOWEST).orElse(Double.MAX_VALUE) <= other.number(FASTEST).orElse(0)
        && other.number(SLOWEST).orElse(Double.MAX_VALUE) <= number(FASTEST).orElse(0);
  }
}
