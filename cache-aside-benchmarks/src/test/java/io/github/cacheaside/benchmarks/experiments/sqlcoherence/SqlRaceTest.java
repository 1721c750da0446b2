package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.RunUntil;
import io.github.cacheaside.benchmarks.load.Oracle;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs: this library keeps its promises, and what lacks a rule is found out. */
@Tag("long")
final class SqlRaceTest {
  private static final Duration TIME = Duration.ofSeconds(2);

  private static Callable<Race.Found> race(String subject) {
    return () -> {
      try (RedisServer redis = TestServers.newRedis()) {
        return SqlRaceExperiment.race(subject, SqlServers.products().get(0), redis, TIME, 1);
      }
    };
  }

  private static int worst(long... versions) {
    Oracle.Bound[] bounds = new Oracle.Bound[versions.length];
    Arrays.fill(bounds, new Oracle.Bound(5, 6));
    return Race.worst(bounds, versions);
  }

  @Test
  void ofAList_theRowIsJudgedThatBreaksMost() {
    assertThat(worst(6, 6, 6)).isEqualTo(0);
    assertThat(worst(6, 6, 5)).as("older than committed").isEqualTo(2);
    assertThat(worst(5, 4, 5)).as("older than acknowledged").isEqualTo(1);
    assertThat(worst(1, 6, -7)).as("never committed").isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {SqlRaceExperiment.DATA_SOURCE, SqlRaceExperiment.SQL_CACHE})
  void nothingIsStale(String subject) throws Exception {
    RunUntil.found(
        race(subject),
        found -> {
          assertThat(found.firstError()).isEmpty();
          assertThat(
                  List.of(
                      found.staleAfterAck(),
                      found.staleAfterCommit(),
                      found.staleAtRest(),
                      found.uncommitted()))
              .containsOnly(0L);
          return found.reads() > 0 && found.writes() > 0 && found.hits() > 0;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {SqlRaceExperiment.LATE, SqlRaceExperiment.NAIVE, SqlRaceExperiment.AWS})
  void whatLacksARuleIsStale(String subject) throws Exception {
    RunUntil.found(race(subject), found -> found.staleAfterAck() > 0);
  }

  @Test
  void anyStaleRead_orError_isJudged() {
    assertThat(verdict(SqlRaceExperiment.DATA_SOURCE, 0, 0, 0, 0, 0)).isEqualTo("ok");
    assertThat(verdict(SqlRaceExperiment.DATA_SOURCE, 1, 0, 0, 0, 0)).isEqualTo("FAILED");
    assertThat(verdict(SqlRaceExperiment.DATA_SOURCE, 0, 1, 0, 0, 0)).isEqualTo("FAILED");
    assertThat(verdict(SqlRaceExperiment.SQL_CACHE, 0, 0, 1, 0, 0)).isEqualTo("FAILED");
    assertThat(verdict(SqlRaceExperiment.SQL_CACHE, 0, 0, 0, 1, 0)).isEqualTo("FAILED");
    assertThat(verdict(SqlRaceExperiment.SQL_CACHE, 0, 0, 0, 0, 1)).isEqualTo("FAILED");
    assertThat(verdict(SqlRaceExperiment.NAIVE, 1, 0, 0, 0, 0)).isEqualTo("ok");
    assertThat(verdict(SqlRaceExperiment.NAIVE, 0, 0, 0, 0, 0)).isEqualTo("FAILED");
  }

  private static String verdict(
      String subject, long ack, long commit, long rest, long uncommitted, long errors) {
    Race.Found found =
        new Race.Found(1_000, 10, ack, commit, rest, uncommitted, errors, 0, 900, Optional.empty());
    return SqlRaceExperiment.judge(new Result("sqlrace", subject), found).verdict();
  }
}
