package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts loads an expiry, sorts reads, and notices when the lease is off. Judges no latency. */
final class ExpiryExperimentTest {

  private static LoadLog.Load load(long beganMillis) {
    long began = TimeUnit.MILLISECONDS.toNanos(beganMillis);
    return new LoadLog.Load(began, began + TimeUnit.MILLISECONDS.toNanos(LoadLog.LOAD_MILLIS));
  }

  private static Reads.Read read(long beganMillis, long endedMillis) {
    return new Reads.Read(
        TimeUnit.MILLISECONDS.toNanos(beganMillis),
        TimeUnit.MILLISECONDS.toNanos(endedMillis),
        false);
  }

  @Test
  void loadsThatBeginTogetherAreOneExpiry_andTheLastOnesDontCount() {
    List<LoadLog.Load> loads =
        List.of(load(1_000), load(30), load(1_099), load(1_101), load(1_950));
    assertThat(Reads.expiries(loads, TimeUnit.SECONDS.toNanos(2)))
        .extracting(Reads.Expiry::loads)
        .containsExactly(1, 2, 1);
  }

  @Test
  void readsAboutALoadAreAtExpiry_andTheOthersAreNot() {
    List<Reads.Read> reads =
        List.of(
            read(900, 974),
            read(950, 975),
            read(1_060, 1_075),
            read(1_075, 1_090),
            read(1_076, 1_200));
    Result result =
        new Reads(reads, List.of(load(1_000)), TimeUnit.SECONDS.toNanos(2))
            .describe(new Result("expiry", "any"));
    assertThat(result.figures())
        .containsEntry("reads_at_expiry", "3")
        .containsEntry("expiry_p99_ms", "25.00")
        .containsEntry("plain_p99_ms", "124.00")
        .containsEntry("longest_ms", "124.00")
        .containsEntry("loads_per_expiry", "1.00");
  }

  @Test
  void withTheLeaseThereIsOneLoad() throws Exception {
    Result result = run(ExpirySubjects.EAGER);
    assertThat(result.failures()).as(result.line()).isEmpty();
    assertThat(Integer.parseInt(result.figures().getOrDefault("expiries", "0"))).isPositive();
  }

  /** Each of them must fail, so a result without a failure says that it did. */
  @ParameterizedTest
  @ValueSource(strings = {ExpirySubjects.NO_LEASE, Subjects.NAIVE})
  void withoutTheLeaseThereAreMore(String subject) throws Exception {
    RunUntil.found(() -> run(subject), result -> result.failures().isEmpty());
  }

  private static Result run(String subject) throws Exception {
    List<Result> results = new ArrayList<>();
    new ExpiryExperiment()
        .run(new Experiment.Plan(3, 1, List.of(subject), false, what -> {}), results::add);
    assertThat(results).hasSize(1);
    return results.get(0);
  }
}
