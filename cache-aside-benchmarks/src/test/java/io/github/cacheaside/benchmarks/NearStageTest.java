package io.github.cacheaside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A short run of the experiment: the library keeps its bound, and who lacks a rule is found out.
 */
final class NearStageTest {
  private static final Duration LENGTH = Duration.ofSeconds(4);

  private static Callable<NearStage.Found> stage(String subject, NearFault fault) {
    return () -> NearStage.run(subject, fault, LENGTH, 1);
  }

  @Test
  void aFeedThatFellSilentIsNotBelieved_andNothingOldStaysAfterIt() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Future<NearStage.Found>> found =
          pool.invokeAll(
              List.of(
                  stage(NearSubjects.OURS, NearFault.HALF_OPEN),
                  stage(NearSubjects.TRUSTING, NearFault.HALF_OPEN),
                  stage(NearSubjects.NO_FLUSH, NearFault.FLUSHED)));
      NearStage.Found ours = found.get(0).get();
      assertThat(ours.oldestMillis()).isLessThanOrEqualTo(NearStage.MAX_LAG.toMillis());
      assertThat(ours.stillStale()).isZero();
      assertThat(ours.reads().errors()).isZero();
      assertThat(ours.writeErrors()).isZero();
      assertThat(ours.nearShare()).isPositive();
      assertThat(found.get(1).get().oldestMillis()).isGreaterThan(NearStage.MAX_LAG.toMillis());
      assertThat(found.get(2).get().stillStale()).isPositive();
    } finally {
      pool.shutdownNow();
    }
  }
}
