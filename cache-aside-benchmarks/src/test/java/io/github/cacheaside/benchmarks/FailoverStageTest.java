package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A short run of the experiment: ours heals what a failover brought back, the mutant does not. */
final class FailoverStageTest {
  private static final Duration AFTER = Duration.ofSeconds(4);

  private static Callable<FailoverStage.Found> stage(String subject, String topology) {
    return () -> FailoverStage.run(subject, topology, AFTER, 1);
  }

  @Test
  void whatAFailoverBringsBackGoesAgain_unlessNothingIsRepeated() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Future<FailoverStage.Found>> found =
          pool.invokeAll(
              List.of(
                  stage(Subjects.NEAR, FailoverGround.SENTINEL),
                  stage(Subjects.LEASE, FailoverGround.CLUSTER),
                  stage(FailoverSubjects.NOT_REPEATED, FailoverGround.SENTINEL),
                  stage(FailoverSubjects.NOT_REPEATED, FailoverGround.CLUSTER)));
      for (Future<FailoverStage.Found> ours : found.subList(0, 2)) {
        assertThat(ours.get().lagged()).isPositive();
        assertThat(ours.get().stillStale()).isZero();
        assertThat(ours.get().reads().errors()).isZero();
        assertThat(ours.get().reads().unanswered()).isPositive();
        assertThat(ours.get().writeErrors()).isZero();
      }
      for (Future<FailoverStage.Found> mutant : found.subList(2, 4)) {
        assertThat(mutant.get().stillStale()).isPositive();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
