package io.github.cacheaside.benchmarks.experiments.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.RunUntil;
import io.github.cacheaside.benchmarks.load.CallTally;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short run of the experiment: the library keeps what it promises, and others are found out. */
@Tag("long")
final class OutageRunTest {
  private static final Duration LENGTH = Duration.ofSeconds(4);

  private static Callable<OutageRun.Found> stage(String subject, OutageFault fault) {
    return () -> OutageRun.run(subject, fault, LENGTH, 1);
  }

  private static boolean theDatabaseIsFlooded() throws Exception {
    RunUntil.found(
        stage(OutageSubjects.NO_LIMITER, OutageFault.KILLED),
        found -> found.mostLoads() > OutageSubjects.PLACES);
    return true;
  }

  private static boolean somethingIsLost() throws Exception {
    RunUntil.found(
        stage(OutageSubjects.FORGETS, OutageFault.RESTORED),
        found -> found.tally().permanent.sum() > 0 && found.tally().lost.sum() > 0);
    return true;
  }

  @Test
  void readsGoOn_loadsAreLimited_andNoInvalidationIsLost() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      Future<?> withoutLimiter = pool.submit(OutageRunTest::theDatabaseIsFlooded);
      Future<?> forgetful = pool.submit(OutageRunTest::somethingIsLost);
      List<Future<OutageRun.Found>> found =
          pool.invokeAll(
              List.of(
                  stage(OutageSubjects.OURS, OutageFault.FROZEN),
                  stage(OutageSubjects.OURS, OutageFault.RESTORED)));
      for (Future<OutageRun.Found> ours : found) {
        CallTally tally = ours.get().tally();
        assertThat(tally.readErrors.sum()).as("%s", tally.firstTrouble()).isZero();
        assertThat(ours.get().mostLoads()).isLessThanOrEqualTo(OutageSubjects.PLACES);
        assertThat(tally.told.sum()).isPositive();
        assertThat(tally.toldChecked.sum()).isPositive();
        assertThat(tally.lost.sum() + ours.get().givenUp()).isZero();
        assertThat(tally.permanent.sum()).isZero();
      }
      assertThat(found.get(0).get().tally().stale.sum()).isZero();
      Object unusedNoLimiter = withoutLimiter.get();
      Object unusedForgetful = forgetful.get();
    } finally {
      pool.shutdownNow();
    }
  }
}
