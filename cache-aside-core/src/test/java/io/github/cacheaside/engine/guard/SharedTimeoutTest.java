package io.github.cacheaside.engine.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.engine.base.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One time-out for many futures. */
final class SharedTimeoutTest {
  private final List<Runnable> timers = new ArrayList<>();
  private final Timers collected =
      (pause, task) -> {
        timers.add(task);
        return new CompletableFuture<>();
      };

  @Test
  void whatIsNotDone_failsInTime_andWhatIsDoneKeepsItsAnswer() throws Exception {
    SharedTimeout deadline = new SharedTimeout(Timers.SHARED, Duration.ofMillis(20));
    CompletableFuture<String> answered = deadline.limit(new CompletableFuture<>());
    CompletableFuture<String> hung = deadline.limit(new CompletableFuture<>());
    CompletableFuture<String> hungToo = deadline.limit(new CompletableFuture<>());
    answered.complete("here");
    for (CompletableFuture<String> late : List.of(hung, hungToo)) {
      assertThatThrownBy(() -> late.get(10, SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
    }
    assertThat(answered.get()).isEqualTo("here");
    assertThat(deadline.size()).isZero();
  }

  @Test
  void oneTimerIsPlanned_howeverManyWait() {
    SharedTimeout deadline = new SharedTimeout(collected, Duration.ofMinutes(1));
    for (int i = 0; i < 1_000; i++) {
      deadline.limit(new CompletableFuture<>());
    }
    assertThat(timers).hasSize(1);
    timers.get(0).run(); // too early: nothing is due, so the next one is planned
    assertThat(timers).hasSize(2);
    assertThat(deadline.size()).isEqualTo(1_000);
  }

  @Test
  void whatIsDoneLeaves() {
    SharedTimeout deadline = new SharedTimeout(collected, Duration.ofMinutes(1));
    for (int i = 0; i < 1_000; i++) {
      deadline.limit(new CompletableFuture<String>()).complete("done");
    }
    assertThat(deadline.size()).isLessThan(10);
    timers.get(0).run();
    assertThat(deadline.size()).isZero();
    assertThat(timers).as("nobody waits, so no timer does").hasSize(1);
  }

  /** A pause for garbage collection: the answer is there, but nothing has read it yet. */
  @Test
  void whatWasDueWhileTheJvmStoodStill_hasALittleMoreTime() {
    AtomicLong now = new AtomicLong();
    SharedTimeout deadline = new SharedTimeout(collected, Duration.ofMillis(100), now::get);
    CompletableFuture<String> answered = deadline.limit(new CompletableFuture<>());
    CompletableFuture<String> hung = deadline.limit(new CompletableFuture<>());
    now.set(Duration.ofMillis(300).toNanos());
    timers.get(0).run();
    assertThat(answered).isNotDone();
    assertThat(hung).isNotDone();

    answered.complete("here");
    timers.get(1).run();

    assertThat(answered).isCompletedWithValue("here");
    assertThat(hung)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(timers).as("no more time than that").hasSize(2);
  }

  @Test
  void whatIsLateByItselfHasNoMoreTime() {
    AtomicLong now = new AtomicLong();
    SharedTimeout deadline = new SharedTimeout(collected, Duration.ofMillis(100), now::get);
    CompletableFuture<String> hung = deadline.limit(new CompletableFuture<>());
    now.set(Duration.ofMillis(105).toNanos());
    timers.get(0).run();
    assertThat(hung).isCompletedExceptionally();
  }
}
