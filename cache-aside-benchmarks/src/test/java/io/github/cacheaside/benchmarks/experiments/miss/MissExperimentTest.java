package io.github.cacheaside.benchmarks.experiments.miss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LoadingDatabase;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.subjects.DatabaseSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is judged of misses, with latencies that are made up. */
final class MissExperimentTest {
  private final Rounds rounds = new Rounds();

  private void latencies(String name, double... micros) {
    for (double each : micros) {
      rounds.add(name, new Hammer.Speed(1e6 / each, each, 2 * each));
    }
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
    new TimedMiss(cached, database, next).run(new SplittableRandom(1));
    assertThat(next).hasValue(1);
    Subject hit =
        new DatabaseSubject(MissExperiment.environment("redis://unused", new MemoryDatabase(9)));
    assertThatIllegalStateException()
        .isThrownBy(() -> new TimedMiss(hit, database, next).run(new SplittableRandom(1)))
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
}
