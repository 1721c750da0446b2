package io.github.cacheaside.benchmarks.experiments.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.RunUntil;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short run of the experiment: ours heals what a failover brought back, the mutant does not. */
@Tag("long")
final class FailoverRunTest {
  private static final Duration AFTER = Duration.ofSeconds(4);

  private static Callable<FailoverRun.Found> stage(String subject, String topology) {
    return () -> FailoverRun.run(subject, topology, AFTER, 1);
  }

  private static boolean mutantIsFoundOut(String topology) throws Exception {
    RunUntil.found(stage(FailoverSubjects.NOT_REPEATED, topology), found -> found.stillStale() > 0);
    return true;
  }

  @Test
  void whatAFailoverBringsBackGoesAgain_unlessNothingIsRepeated() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Future<?>> mutants =
          List.of(
              pool.submit(() -> mutantIsFoundOut(FailoverServers.SENTINEL)),
              pool.submit(() -> mutantIsFoundOut(FailoverServers.CLUSTER)));
      List<Future<FailoverRun.Found>> found =
          pool.invokeAll(
              List.of(
                  stage(Subjects.NEAR, FailoverServers.SENTINEL),
                  stage(Subjects.LEASE, FailoverServers.CLUSTER)));
      for (Future<FailoverRun.Found> ours : found) {
        assertThat(ours.get().lagged()).isPositive();
        assertThat(ours.get().stillStale()).isZero();
        assertThat(ours.get().reads().errors()).isZero();
        assertThat(ours.get().reads().unanswered()).isPositive();
        assertThat(ours.get().writeErrors()).isZero();
      }
      for (Future<?> mutant : mutants) {
        Object unused = mutant.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
