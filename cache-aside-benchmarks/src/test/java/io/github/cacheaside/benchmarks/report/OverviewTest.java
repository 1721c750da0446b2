package io.github.cacheaside.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.Experiments;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the page says of all experiments together is what the figures say, losses included. */
final class OverviewTest {
  private static final String FASTER = "faster than all";
  private final Figures hits = new Figures("hits", Map.of("JDK", "17", "cores", "2"));
  private final Figures near = new Figures("near", Map.of("JDK", "25", "cores", "2"));

  /** A row whose rounds are 10 % around the median. */
  private static Result row(String subject, long speed, double millis) {
    return new Result("hits", subject)
        .at("4 threads")
        .with("ops_per_s", speed)
        .with("ratio_to_lettuce", speed / 100.0)
        .with("slowest", speed * 9 / 10)
        .with("fastest", speed * 11 / 10)
        .with("p50_us", millis)
        .with("p99_us", 2 * millis);
  }

  private static void add(Figures figures, Result... rows) {
    Arrays.stream(rows).forEach(row -> figures.add(row.row(), row.record()));
  }

  private List<String> part(String name) {
    return new Overview(Experiments.OF_SPEED, this::figures).part(name).lines().toList();
  }

  private Figures figures(String experiment) {
    return switch (experiment) {
      case "hits" -> hits;
      case "near" -> near;
      default -> new Figures(experiment, Map.of());
    };
  }

  @Test
  void whoeverIsAheadIsListed_andWhetherByMoreThanTheSpread() {
    add(
        hits,
        row("lettuce", 100, 5),
        row("cache-aside", 90, 10).must(false, FASTER),
        row("jetcache", 180, 20).with("stale_after_ack", 3),
        row("spring", 80, 20),
        row("naive", 500, 1).mustFail(true));
    assertThat(part("losses"))
        .contains(
            "| [hits](#hits) | `cache-aside` at 4 threads | `lettuce` 1.11 × (≈),"
                + " `jetcache` (stale) 2.00 × | `lettuce` 2.00 × | `lettuce` 2.00 × | "
                + FASTER
                + " |")
        .hasSize(3);
  }

  @Test
  void aBrokenPromiseIsALoss_alsoIfNobodyIsAhead() {
    add(hits, row("cache-aside", 90, 10).must(false, FASTER), row("spring", 80, 20));
    assertThat(part("losses"))
        .contains("| [hits](#hits) | `cache-aside` at 4 threads | – | – | – | " + FASTER + " |");
  }

  @Test
  void whoIsAheadEverywhere_hasNoLosses() {
    add(hits, row("cache-aside", 90, 10).must(true, FASTER), row("spring", 80, 20));
    assertThat(part("losses")).containsExactly("Nowhere in these figures.");
  }

  @Test
  void whatOthersAreMeasuredInIsNobodysRival() {
    add(hits, row("cache-aside", 90, 10), row("loader", 900, 1).with("unit", true));
    assertThat(part("losses")).containsExactly("Nowhere in these figures.");
  }

  @Test
  void anotherLoadIsAnotherRow() {
    add(hits, row("cache-aside", 90, 10), row("spring", 900, 1).at("16 threads"));
    assertThat(part("losses")).containsExactly("Nowhere in these figures.");
  }

  @Test
  void theSummarySaysWhatWasAsked_andNamesTheBestPeer() {
    add(
        hits,
        row("lettuce", 100, 5),
        row("cache-aside", 90, 10).must(true, FASTER),
        row("jetcache", 70, 20),
        row("spring", 80, 20));
    assertThat(part("summary"))
        .contains(
            "| [hits](#hits) | 4 threads | "
                + FASTER
                + " | `cache-aside`: 90/s, 0.90 × `lettuce` | `spring`: 80/s, 0.80 × `lettuce`"
                + " | holds |")
        .hasSize(3);
  }

  @Test
  void loadsOfWhichTheSameWasAskedAndFoundShareALine_aBrokenOneHasItsOwn() {
    add(
        hits,
        row("lettuce", 100, 5),
        row("lettuce", 200, 5).at("16 threads"),
        row("lettuce", 300, 5).at("64 threads"),
        row("cache-aside", 90, 10).must(true, FASTER),
        row("cache-aside", 400, 10).at("16 threads").must(true, FASTER),
        row("cache-aside", 150, 10).at("64 threads").must(false, FASTER),
        row("spring", 80, 20),
        row("jetcache", 100, 20).at("16 threads"));
    assertThat(part("summary"))
        .contains(
            "| [hits](#hits) | 4 threads; 16 threads | "
                + FASTER
                + " | `cache-aside` 0.90, 2.00 × `lettuce`"
                + " | `spring` 0.80, `jetcache` 0.50 × `lettuce` | holds |")
        .anyMatch(line -> line.contains("| 64 threads | ") && line.contains("**broken**"))
        .hasSize(4);
  }

  @Test
  void ofAnExperimentWithoutThroughput_theFirstColumnsAreSummarised() {
    add(hits, new Result("hits", "cache-aside").with("ratio_to_lettuce", 2.0).must(true, FASTER));
    assertThat(part("summary"))
        .contains(
            "| [hits](#hits) | – | " + FASTER + " | `cache-aside`: of lettuce 2.00 | – | holds |");
  }

  @Test
  void theMachineIsToldOnce_exceptWhereExperimentsDiffer() {
    add(hits, row("lettuce", 100, 5));
    add(near, row("caffeine", 100, 5));
    assertThat(part("machine")).contains("| cores | 2 |", "| JDK | 17 (hits); 25 (near) |");
  }

  @Test
  void theSpreadIsThatOfTheRounds() {
    add(hits, row("lettuce", 100, 5), row("spring", 100, 5).with("slowest", 50));
    assertThat(part("spread"))
        .contains("| [hits](#hits) | 2 | 60 % | 60 % | `spring` at 4 threads |");
  }
}
