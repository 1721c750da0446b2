package io.github.cacheaside.benchmarks.experiments.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.RunUntil;
import io.github.cacheaside.benchmarks.load.Hiccups;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A short run of the experiment: the library keeps its bound, and who lacks a rule is found out.
 */
final class NearRunTest {
  private static final Duration LENGTH = Duration.ofSeconds(4);

  private static Callable<NearRun.Found> stage(String subject, NearFault fault) {
    return () -> NearRun.run(subject, fault, LENGTH, 1);
  }

  /** What is promised, and for how long this process stood still meanwhile. */
  private static long bound(Hiccups hiccups) {
    return NearSubjects.MAX_LAG.toMillis() + hiccups.worstMillis();
  }

  @Test
  void aFeedThatFellSilentIsNotBelieved_andNothingOldStaysAfterIt() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    Hiccups hiccups = new Hiccups();
    hiccups.start();
    try {
      Future<?> trusting =
          pool.submit(
              () -> {
                RunUntil.found(
                    stage(NearSubjects.TRUSTING, NearFault.HALF_OPEN),
                    found -> found.oldestMillis() > bound(hiccups));
                return null;
              });
      Future<?> withoutFlush =
          pool.submit(
              () -> {
                RunUntil.found(
                    stage(NearSubjects.NO_FLUSH, NearFault.FLUSHED),
                    found -> found.stillStale() > 0);
                return null;
              });
      NearRun.Found ours = stage(NearSubjects.OURS, NearFault.HALF_OPEN).call();
      assertThat(ours.oldestMillis()).isLessThanOrEqualTo(bound(hiccups));
      assertThat(ours.stillStale()).isZero();
      assertThat(ours.reads().errors()).isZero();
      assertThat(ours.writeErrors()).isZero();
      assertThat(ours.nearShare()).isPositive();
      Object unusedTrusting = trusting.get();
      Object unusedWithoutFlush = withoutFlush.get();
    } finally {
      hiccups.stop();
      pool.shutdownNow();
    }
  }
}
