package io.github.cacheaside.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.Experiments;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Charts follow from the figures and from nothing else. */
final class ChartsTest {
  private static final Experiment HITS = Experiments.named("hits");
  private static final Pattern ID = Pattern.compile("id=\"(?!id\\d+\")");

  private final Figures figures = new Figures("hits", Map.of());

  private void add(String subject, int threads, long speed) {
    Result row =
        new Result("hits", subject)
            .at(threads + " threads")
            .with("ops_per_s", speed)
            .with("ratio_to_lettuce", speed / 100.0)
            .with("slowest", speed - 7)
            .with("fastest", speed + 7);
    figures.add(row.row(), row.record());
  }

  private String throughput() {
    Map<String, String> charts = Charts.of(HITS, figures);
    assertThat(charts).containsOnlyKeys("hits.svg");
    return charts.getOrDefault("hits.svg", "");
  }

  @Test
  void theSameFiguresGiveTheSameBytes_andOthersGiveOthers() {
    add("lettuce", 1, 100);
    add("cache-aside", 1, 200);
    String first = throughput();
    assertThat(throughput()).isEqualTo(first).doesNotContainPattern(ID).contains("viewBox");
    add("cache-aside", 1, 201);
    assertThat(throughput()).isNotEqualTo(first);
  }

  @Test
  void aFloorUnderEachLoadIsTheUnit() {
    add("lettuce", 1, 100);
    add("cache-aside", 1, 200);
    assertThat(throughput()).contains("throughput, lettuce = 1", "threads");
    add("cache-aside", 4, 200);
    assertThat(throughput()).doesNotContain("lettuce = 1").contains("calls a second");
  }

  @Test
  void whatDiffersByOrdersOfMagnitude_getsALogarithmicAxis() {
    add("lettuce", 1, 100);
    add("cache-aside", 1, 200);
    assertThat(throughput()).doesNotContain("logarithmic");
    add("jetcache", 1, 100_000);
    assertThat(throughput()).contains("logarithmic");
  }

  @Test
  void whatIsNotMeasuredHasNoChart() {
    assertThat(Charts.of(HITS, figures)).isEmpty();
    assertThat(Charts.markdown(HITS, figures)).isEmpty();
    figures.add("lettuce", Map.of("anything", "1"));
    assertThat(Charts.of(HITS, figures)).isEmpty();
  }

  @Test
  void latenciesAndStaleReadsHaveChartsOfTheirOwn() {
    figures.add("cache-aside", Map.of("p50_us", "1.50", "p99_us", "3.00"));
    figures.add("jetcache", Map.of("reads", "1000", "stale_after_ack", "7"));
    figures.add("spring", Map.of("reads", "1000", "stale_after_ack", "0"));
    assertThat(Charts.of(HITS, figures)).containsOnlyKeys("hits-latency.svg", "hits-stale.svg");
    assertThat(Charts.markdown(HITS, figures))
        .isEqualTo(
            """
            ![hits: latencies](charts/hits-latency.svg)

            ![hits: share of stale reads](charts/hits-stale.svg)

            """);
  }

  @Test
  void aSubjectHasItsColour_andItsFamilyShadesOfIt() {
    assertThat(
            Palette.of(
                List.of("lettuce", "cache-aside", "redisson", "redisson-map", "another", "third")))
        .containsExactly("#999999", "#D55E00", "#009E73", "#80CFB9", "#000000", "#7F3C8D");
  }

  @Test
  void loadsOfTwoPartsHaveAPanelForEachFirst_inTheirOrder() {
    for (String load :
        List.of("100 B and 1 threads", "1 kB and 1 threads", "10 kB and 4 threads")) {
      Result row = new Result("hits", "lettuce").at(load).with("ops_per_s", 7);
      figures.add(row.row(), row.record());
    }
    assertThat(throughput().lines().filter(line -> line.endsWith("B")))
        .containsExactly("100 B", "1 kB", "10 kB");
    assertThat(throughput().lines()).contains("threads", "1", "4");
  }
}
