package io.github.cacheaside.benchmarks.experiments.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.RunUntil;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.LoggedLoads;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts loads an expiry, sorts reads, and notices when the lease is off. Judges no latency. */
@Tag("long")
final class ExpiryExperimentTest {

  private static LoggedLoads.Load load(long beganMillis) {
    long began = TimeUnit.MILLISECONDS.toNanos(beganMillis);
    return new LoggedLoads.Load(
        began, began + TimeUnit.MILLISECONDS.toNanos(LoggedLoads.LOAD_MILLIS));
  }

  private static ExpiryReads.Read read(long beganMillis, long endedMillis) {
    return new ExpiryReads.Read(
        TimeUnit.MILLISECONDS.toNanos(beganMillis),
        TimeUnit.MILLISECONDS.toNanos(endedMillis),
        false);
  }

  @Test
  void loadsThatBeginTogetherAreOneExpiry_andTheLastOnesDontCount() {
    List<LoggedLoads.Load> loads =
        List.of(load(1_000), load(30), load(1_099), load(1_101), load(1_950));
    assertThat(ExpiryReads.expiries(loads, TimeUnit.SECONDS.toNanos(2)))
        .extracting(ExpiryReads.Expiry::loads)
        .containsExactly(1, 2, 1);
  }

  @Test
  void readsAboutALoadAreAtExpiry_andTheOthersAreNot() {
    List<ExpiryReads.Read> reads =
        List.of(
            read(900, 974),
            read(950, 975),
            read(1_060, 1_075),
            read(1_075, 1_090),
            read(1_076, 1_200));
    Result result =
        new ExpiryReads(reads, List.of(load(1_000)), TimeUnit.SECONDS.toNanos(2))
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
        .run(
            new Experiment.Plan(3, 1, List.of(subject), false, List.of(), 0, what -> {}),
            results::add);
    assertThat(results).hasSize(1);
    return results.get(0);
  }
}
