package io.github.cacheaside.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SharedTimersTest {
  private static final Duration LATE = Duration.ofMillis(80);

  private final SharedTimers timers = new SharedTimers();

  @Test
  void tasksRunInTheirOrder_whateverTheirPauses() throws Exception {
    List<String> ran;
    long planning;
    do { // again if the machine was busy for so long that the second was planned when the first ran
      ran = Collections.synchronizedList(new ArrayList<>());
      List<String> order = ran;
      long began = System.nanoTime();
      Future<?> late = timers.after(LATE, () -> order.add("late"));
      Future<?> soon = timers.after(Duration.ofMillis(1), () -> order.add("soon"));
      planning = System.nanoTime() - began;
      late.get(20, TimeUnit.SECONDS);
      soon.get(20, TimeUnit.SECONDS);
    } while (planning > LATE.toNanos() / 2);
    assertThat(ran).containsExactly("soon", "late");
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
