package io.github.cacheaside.benchmarks.load;

import io.github.cacheaside.benchmarks.report.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Calls that take turns, some rounds. What is compared is compared within a round, where the
 * machine was in much the same mood; of the comparisons the median counts.
 */
public final class Rounds {
  public static final int ROUNDS = 5;

  private final Map<String, List<Hammer.Speed>> speeds = new LinkedHashMap<>();

  /** What is to be measured, by a name of its own; in the order of the first round's turns. */
  public static Rounds measure(Map<String, Hammer.Call> calls, int threads, Duration time)
      throws Exception {
    return measure(calls, ROUNDS, call -> Hammer.measure(threads, time, call));
  }

  /** One measurement. */
  @FunctionalInterface
  public interface Turn {
    Hammer.Speed of(Hammer.Call call) throws Exception;
  }

  /** The same with so many rounds, and turns of a kind. */
  public static Rounds measure(Map<String, Hammer.Call> calls, int count, Turn turn)
      throws Exception {
    Rounds rounds = new Rounds();
    List<Map.Entry<String, Hammer.Call>> order = new ArrayList<>(calls.entrySet());
    for (int round = 0; round < count; round++) {
      for (Map.Entry<String, Hammer.Call> call : order) {
        rounds.add(call.getKey(), turn.of(call.getValue()));
      }
      Collections.reverse(order); // so that nobody always comes after the same one
    }
    return rounds;
  }

  public void add(String name, Hammer.Speed speed) {
    speeds.computeIfAbsent(name, any -> new ArrayList<>()).add(speed);
  }

  public boolean has(String name) {
    return speeds.containsKey(name);
  }

  private List<Hammer.Speed> of(String name) {
    List<Hammer.Speed> found = speeds.get(name);
    if (found == null) {
      throw new IllegalArgumentException("was not measured: " + name);
    }
    return found;
  }

  /** Of a subject's rounds the one with the median throughput. */
  public Hammer.Speed median(String name) {
    return sorted(name).get(of(name).size() / 2);
  }

  private List<Hammer.Speed> sorted(String name) {
    return of(name).stream().sorted(Comparator.comparing(Hammer.Speed::perSecond)).toList();
  }

  /** The median over the rounds of the ratio of two throughputs. */
  public double ratio(String name, String toWhom) {
    return median(
        round -> of(name).get(round).perSecond() / of(toWhom).get(round).perSecond(),
        of(name).size());
  }

  /** The median over the rounds of the ratio of two median latencies. */
  public double ratioOfP50(String name, String toWhom) {
    return median(round -> p50(name, round) / p50(toWhom, round), of(name).size());
  }

  /** The median over the rounds of the ratio of the latencies that 99 % of the calls keep. */
  public double ratioOfP99(String name, String toWhom) {
    return median(
        round -> of(name).get(round).p99Micros() / of(toWhom).get(round).p99Micros(),
        of(name).size());
  }

  /**
   * The median over the rounds of how much a call takes more than a bare one, in multiples of what
   * a third takes more than the bare one; all by their median latencies.
   */
  public double multiple(String name, String bare, String unit) {
    return median(
        round -> (p50(name, round) - p50(bare, round)) / (p50(unit, round) - p50(bare, round)),
        of(name).size());
  }

  /** The median over the rounds of how much longer a call takes than a bare one, in µs. */
  public double more(String name, String bare) {
    return median(round -> p50(name, round) - p50(bare, round), of(name).size());
  }

  private double p50(String name, int round) {
    return of(name).get(round).p50Micros();
  }

  private static double median(ToDoubleFunction<Integer> figure, int rounds) {
    double[] sorted = IntStream.range(0, rounds).mapToDouble(figure::applyAsDouble).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** The figures of a subject. */
  public Result report(Result result, String name) {
    List<Hammer.Speed> sorted = sorted(name);
    Hammer.Speed median = median(name);
    return result
        .with("ops_per_s", Math.round(median.perSecond()))
        .with("slowest", Math.round(sorted.get(0).perSecond()))
        .with("fastest", Math.round(sorted.get(sorted.size() - 1).perSecond()))
        .with("p50_us", median.p50Micros())
        .with("p99_us", median.p99Micros());
  }
}
