package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Redis' time is asked for now and then, and counted on in between. */
final class StoreClockTest {
  private static final long YEAR_2100 = 4_102_444_800_000L;
  private final AtomicLong nanos = new AtomicLong(7_000_000_000L);
  private final Deque<CompletableFuture<Long>> asked = new ArrayDeque<>();
  private final StoreClock clock =
      new StoreClock(
          () -> {
            asked.add(new CompletableFuture<>());
            return asked.getLast();
          },
          nanos::get);

  private void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void measured(long time) {
    clock.millis();
    asked.remove().complete(time);
  }

  @Test
  void beforeTheFirstAnswer_itIsThisMachinesTime() {
    long before = System.currentTimeMillis();
    assertThat(clock.millis()).isBetween(before, System.currentTimeMillis());
    assertThat(asked).hasSize(1);
  }

  @Test
  void isCountedOn_fromTheMiddleOfTheRoundTrip() {
    clock.millis();
    pass(4);
    asked.remove().complete(YEAR_2100);
    assertThat(clock.millis()).isEqualTo(YEAR_2100 + 2);
    pass(9_000);
    assertThat(clock.millis()).isEqualTo(YEAR_2100 + 9_002);
    assertThat(asked).isEmpty();
  }

  @Test
  void isAskedForAgain_afterTenSeconds_once() {
    measured(YEAR_2100);
    pass(10_001);
    assertThat(clock.millis()).isEqualTo(YEAR_2100 + 10_001);
    clock.millis();
    assertThat(asked).hasSize(1);
    asked.remove().complete(YEAR_2100 - 5);
    assertThat(clock.millis()).isEqualTo(YEAR_2100 - 5);
  }

  @Test
  void isAskedForAgain_whenThereIsNoAnswer() {
    clock.millis();
    asked.remove().completeExceptionally(new IllegalStateException("gone"));
    clock.millis();
    assertThat(asked).isEmpty();
    pass(1_001);
    clock.millis();
    assertThat(asked).hasSize(1);
  }

  @Test
  void anAnswerThatTookLong_replacesNoBetterOne() {
    measured(YEAR_2100);
    pass(10_001);
    clock.millis();
    pass(101);
    asked.remove().complete(1L);
    assertThat(clock.millis()).isEqualTo(YEAR_2100 + 10_102);
  }

  @Test
  void afterAReconnect_itIsAskedForAgain_andGoesOnMeanwhile() {
    measured(YEAR_2100);
    pass(2_000);
    clock.forget();
    assertThat(clock.millis()).isEqualTo(YEAR_2100 + 2_000);
    pass(1);
    clock.millis();
    assertThat(asked).hasSize(1);
  }

  @Test
  void aStoreThatIsNotConnected_isNoReasonToFail() {
    StoreClock unconnected =
        new StoreClock(
            () -> {
              throw new IllegalStateException("not connected");
            },
            nanos::get);
    assertThat(unconnected.millis()).isPositive();
  }
}
