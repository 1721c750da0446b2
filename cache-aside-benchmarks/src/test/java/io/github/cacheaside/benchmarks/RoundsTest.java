package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is judged of speeds, with speeds that are made up. */
final class RoundsTest {
  private final Rounds rounds = new Rounds();

  private void add(String name, double... perSecond) {
    for (double each : perSecond) {
      rounds.add(name, new Hammer.Speed(each, 1e6 / each, 2e6 / each));
    }
  }

  private void latencies(String name, double... micros) {
    for (double each : micros) {
      rounds.add(name, new Hammer.Speed(1e6 / each, each, 2 * each));
    }
  }

  @Test
  void theMedianRoundCounts_andAnOutlierDoesNot() {
    add("a", 100, 9_000, 110, 90, 105);
    Result result = rounds.report(new Result("e", "a"), "a");
    assertThat(rounds.median("a").perSecond()).isEqualTo(105);
    assertThat(result.figures())
        .containsEntry("ops_per_s", "105")
        .containsEntry("slowest", "90")
        .containsEntry("fastest", "9000");
  }

  @Test
  void aRatioIsTakenWithinEachRound_soThatDriftCancels() {
    add("a", 100, 50, 10);
    add("b", 200, 100, 20);
    assertThat(rounds.ratio("a", "b")).isEqualTo(0.5);
    assertThat(rounds.ratio("b", "a")).isEqualTo(2);
  }

  @Test
  void whatWasNotMeasuredIsRefused() {
    assertThat(rounds.has("a")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rounds.median("a"))
        .withMessageContaining("a");
  }

  @Test
  void aMissIsMeasuredInRoundTripsBeyondTheLoad() {
    latencies(MissExperiment.LOADER, 1_000, 1_010, 990);
    latencies(MissExperiment.GETS, 1_100, 1_110, 1_090);
    latencies(Subjects.LEASE, 1_100, 1_110, 1_090);
    assertThat(rounds.multiple(Subjects.LEASE, MissExperiment.LOADER, MissExperiment.GETS))
        .isCloseTo(1, within(1e-9));
    assertThat(miss(1).verdict()).isEqualTo("ok");
    assertThat(miss(1).figures())
        .containsEntry("overhead_us", "100.00")
        .containsEntry("overhead_trips", "2.00")
        .containsEntry("trip_us", "50.00");
  }

  @Test
  void aReadThatIsNoMissIsNoMeasurement() throws Exception {
    LoadingDatabase database = new LoadingDatabase(0);
    Subject.Environment environment = MissExperiment.environment("redis://unused", database);
    Subject cached = new DatabaseSubject(environment);
    AtomicLong next = new AtomicLong();
    new Miss(cached, database, next).run(new SplittableRandom(1));
    assertThat(next).hasValue(1);
    Subject hit =
        new DatabaseSubject(MissExperiment.environment("redis://unused", new MemoryDatabase(9)));
    assertThatIllegalStateException()
        .isThrownBy(() -> new Miss(hit, database, next).run(new SplittableRandom(1)))
        .withMessageContaining("without a load");
  }

  @Test
  void aMissOfMoreThanTwoRoundTripsFails_withOneCaller() {
    latencies(MissExperiment.LOADER, 1_000, 1_000, 1_000);
    latencies(MissExperiment.GETS, 1_100, 1_100, 1_100);
    latencies(Subjects.LEASE, 1_101, 1_101, 1_101);
    assertThat(miss(1).verdict()).isEqualTo("FAILED");
    assertThat(miss(16).verdict()).isEqualTo("reported");
  }

  private Result miss(int threads) {
    return MissExperiment.judge(new Result("miss", Subjects.LEASE), threads, rounds);
  }

  @Test
  void aMissThatWaitsForMoreThanTwoRoundTripsFails() {
    assertThat(trips(2).verdict()).isEqualTo("ok");
    assertThat(trips(3).verdict()).isEqualTo("FAILED");
  }

  private static Result trips(long waited) {
    return MissExperiment.judgeTrips(
        new Result("miss", Subjects.LEASE).with("trips_waited", waited));
  }

  @Test
  void aBatchOfMissesIsOneBulkLoadOfAllKeys() {
    assertThat(bulk(1, 0, 100).verdict()).isEqualTo("ok");
    assertThat(bulk(2, 0, 100).verdict()).isEqualTo("FAILED");
    assertThat(bulk(1, 1, 100).verdict()).isEqualTo("FAILED");
    assertThat(bulk(1, 0, 99).verdict()).isEqualTo("FAILED");
    assertThat(bulk(0, 100, 100).verdict()).isEqualTo("FAILED");
  }

  private static Result bulk(long bulk, long single, long keys) {
    return MissExperiment.judgeBulk(
        new Result("miss", Subjects.LEASE)
            .with("bulk_loads", bulk)
            .with("single_loads", single)
            .with("keys_loaded", keys),
        100);
  }

  @Test
  void moreKeysMayCostFifteenPercent_andNoMore() {
    add(ScaleExperiment.of(Readers.CACHE_ASIDE, "few"), 100, 200, 400);
    add(ScaleExperiment.of(Readers.CACHE_ASIDE, "many"), 85, 170, 340);
    add(ScaleExperiment.of(Readers.CACHE_ASIDE, "too many"), 84, 168, 336);
    assertThat(scale("many").verdict()).isEqualTo("ok");
    assertThat(scale("too many").verdict()).isEqualTo("FAILED");
  }

  private Result scale(String load) {
    return ScaleExperiment.judge(new Result("scale", Readers.CACHE_ASIDE), rounds, load, "few");
  }

  @Test
  void surroundingsMayCostFivePercentMoreThanABareClient_andNoMore() {
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 95, 190, 380);
    add("other", 1, 1, 1);
    assertThat(surroundings(Readers.CACHE_ASIDE, 16).verdict()).isEqualTo("ok");
    assertThat(surroundings("other", 16).verdict()).isEqualTo("reported");
  }

  @Test
  void surroundingsMayNotCostMore_exceptWithFewCallers() {
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 94, 188, 376);
    assertThat(surroundings(Readers.CACHE_ASIDE, 16).verdict()).isEqualTo("FAILED");
    assertThat(surroundings(Readers.CACHE_ASIDE, 4).verdict()).isEqualTo("reported");
  }

  @Test
  void asynchronousReadsMayCostTenPercentMore_andNoMore() {
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 90, 180, 360);
    assertThat(asynchronous().verdict()).isEqualTo("ok");
    add(Readers.CACHE_ASIDE, 89, 178, 356);
    add(Readers.LETTUCE, 100, 200, 400);
    add(Readers.CACHE_ASIDE, 89, 178, 356);
    add(Readers.LETTUCE, 100, 200, 400);
    assertThat(asynchronous().verdict()).isEqualTo("FAILED");
  }

  private Result asynchronous() {
    return ScaleSurroundings.judgeAsync(new Result("scale", Readers.CACHE_ASIDE), rounds);
  }

  private Result surroundings(String subject, int callers) {
    return ScaleSurroundings.judge(new Result("scale", subject), callers, rounds);
  }

  @Test
  void aHeaderMayHave48Bytes_andThereMustBeOne() {
    Map<Long, String> verdicts = Map.of(0L, "FAILED", 40L, "ok", 48L, "ok", 49L, "FAILED");
    verdicts.forEach(
        (bytes, verdict) ->
            assertThat(ScaleMemory.judge(new Result("scale", "a"), bytes).verdict())
                .isEqualTo(verdict));
  }

  @Test
  void commandsAreCountedWithoutThoseThatConnectionsSendByThemselves() {
    String stats =
        """
        # Commandstats
        cmdstat_evalsha:calls=20,usec=1,usec_per_call=0.1
        cmdstat_get:calls=11,usec=1,usec_per_call=0.1
        cmdstat_ping:calls=5,usec=1,usec_per_call=0.1
        cmdstat_config:calls=1,usec=1,usec_per_call=0.1
        """;
    assertThat(MissCounts.calls(stats)).isEqualTo(31);
  }

  @Test
  void chunksHaveEveryKeyOnce() {
    assertThat(new Reader.Data(2_500, 1).chunks().stream().flatMap(some -> some.stream()))
        .hasSize(2_500)
        .doesNotHaveDuplicates()
        .contains(0L, 999L, 1_000L, 2_499L);
  }
}
