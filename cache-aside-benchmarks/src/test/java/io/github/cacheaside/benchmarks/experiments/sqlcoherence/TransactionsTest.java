package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.RunUntil;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Short runs at each isolation level, on the first database that is there. */
@Tag("long")
final class TransactionsTest {
  private static final Duration TIME = Duration.ofSeconds(1);

  static Stream<Arguments> ours() {
    return Stream.concat(
        Arrays.stream(Isolation.values())
            .map(isolation -> Arguments.of(TransactionsExperiment.DATA_SOURCE, isolation)),
        Stream.of(Arguments.of(TransactionsExperiment.SQL_CACHE, Isolation.READ_UNCOMMITTED)));
  }

  private static Callable<TransactionsRun.Found> run(String subject, Isolation isolation) {
    return () ->
        TransactionsExperiment.measure(subject, SqlServers.products().get(0), isolation, TIME, 1);
  }

  @ParameterizedTest
  @MethodSource("ours")
  void nothingUncommittedIsCached(String subject, Isolation isolation) throws Exception {
    RunUntil.found(
        run(subject, isolation),
        found -> {
          assertThat(found.firstError()).isEmpty();
          assertThat(List.of(found.uncommitted(), found.stale(), found.unrepeatable()))
              .containsOnly(0L);
          assertThat(found.fills() == 0 || isolation.fills()).isTrue();
          return isOfEverything(found) && found.fills() > 0 == isolation.fills();
        });
  }

  /** Else it has shown nothing yet. */
  private static boolean isOfEverything(TransactionsRun.Found found) {
    return Stream.of(found.reads(), found.hits(), found.commits(), found.rollbacks())
        .allMatch(count -> count > 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_COMMITTED", "REPEATABLE_READ"})
  void whatFillsFromWithinIsFoundOut(Isolation isolation) throws Exception {
    RunUntil.found(
        run(TransactionsExperiment.FILLING, isolation),
        found -> found.uncommittedToOthers() > 0 && found.fills() > 0);
  }

  @Test
  void eachFigureIsJudged() {
    String ours = TransactionsExperiment.DATA_SOURCE;
    assertThat(verdict(ours, 0, 0, 0, 0, 0)).isEqualTo("ok");
    assertThat(verdict(ours, 1, 0, 0, 0, 0)).isEqualTo("FAILED");
    assertThat(verdict(ours, 0, 1, 0, 0, 0)).isEqualTo("FAILED");
    assertThat(verdict(ours, 0, 0, 1, 0, 0)).isEqualTo("FAILED");
    assertThat(verdict(ours, 0, 0, 0, 1, 0)).isEqualTo("FAILED");
    assertThat(verdict(Isolation.READ_COMMITTED, ours, 0, 0, 0, 1, 0, 9)).isEqualTo("ok");
    assertThat(verdict(ours, 0, 0, 0, 0, 1)).isEqualTo("FAILED");
    assertThat(verdict(Isolation.SERIALIZABLE, ours, 0, 0, 0, 0, 0, 0))
        .as("nothing is cached")
        .isEqualTo("FAILED");
    assertThat(verdict(TransactionsExperiment.FILLING, 1, 0, 0, 1, 0)).isEqualTo("ok");
    assertThat(verdict(TransactionsExperiment.FILLING, 0, 0, 0, 1, 0)).isEqualTo("FAILED");
  }

  private static String verdict(
      String subject, long uncommitted, long stale, long unrepeatable, long fills, long errors) {
    return verdict(
        Isolation.SERIALIZABLE, subject, uncommitted, stale, unrepeatable, fills, errors, 9);
  }

  private static String verdict(
      Isolation isolation,
      String subject,
      long uncommitted,
      long stale,
      long unrepeatable,
      long fills,
      long errors,
      long hits) {
    TransactionsRun.Found found =
        new TransactionsRun.Found(
            9,
            9,
            9,
            9,
            9,
            uncommitted,
            uncommitted,
            stale,
            unrepeatable,
            fills,
            hits,
            errors,
            Optional.empty());
    return TransactionsExperiment.judge(new Result("transactions", subject), isolation, found)
        .verdict();
  }
}
