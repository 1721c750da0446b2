package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SharedTimersTest {
  private final SharedTimers timers = new SharedTimers();

  @Test
  void tasksRunInTheirOrder_whateverTheirPauses() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    CountDownLatch soon = new CountDownLatch(1);
    Future<?> second =
        timers.after(
            Duration.ofMillis(80),
            () -> {
              assertThat(soon.getCount()).isZero();
              late.countDown();
            });
    Future<?> first = timers.after(Duration.ofMillis(1), soon::countDown);
    assertThat(late.await(20, TimeUnit.SECONDS)).isTrue();
    first.get();
    second.get();
  }

  @Test
  void aTaskThatIsFarOffMakesItTick_andWithoutTasksItStops() {
    assertThat(timers.isTicking()).isFalse();
    Future<?> far = timers.after(Duration.ofHours(1), () -> {});
    assertThat(timers.isTicking()).isTrue();
    far.cancel(false);
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (timers.isTicking() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(timers.isTicking()).as("nobody has planned anything for two ticks").isFalse();
    Future<?> again = timers.after(Duration.ofHours(1), () -> {});
    assertThat(timers.isTicking()).isTrue();
    again.cancel(false);
  }

  @Test
  void aTaskThatIsNearMakesNoTick() throws Exception {
    timers.after(Duration.ofMillis(1), () -> {}).get();
    assertThat(timers.isTicking()).isFalse();
  }
}
