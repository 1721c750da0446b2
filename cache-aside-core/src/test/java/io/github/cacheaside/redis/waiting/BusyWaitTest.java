package io.github.cacheaside.redis.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a caller looks for its reply before it sleeps, by a clock that each look moves. */
final class BusyWaitTest {
  private static final long EACH_LOOK_NANOS = 10_000;
  private static final int LOOKS_AT_MOST = 12; // in 100 µs, and one at the start

  private long now;
  private int looks;
  private boolean awake = true;
  private final BusyWait busyWait = new BusyWait(BusyWait.LONGEST, this::look, () -> awake);

  private long look() {
    looks++;
    return now += EACH_LOOK_NANOS;
  }

  private static CompletableFuture<?> unanswered() {
    return new CompletableFuture<>();
  }

  /** How often the clock is looked at while a reply is waited for that does not come. */
  private int looksInVain() {
    int before = looks;
    busyWait.poll(unanswered(), () -> 0);
    return looks - before;
  }

  /** Reads whose replies are there at once, one after the other. */
  private void readClosely(int reads) {
    for (int i = 0; i < reads; i++) {
      CompletableFuture<?> answered = CompletableFuture.completedFuture(1);
      busyWait.poll(answered, () -> 0);
      busyWait.over();
    }
  }

  @Test
  void whileReadsFollowEachOtherClosely_itLooks_butNotForEver() {
    busyWait.over();
    readClosely(BusyWait.ENOUGH);
    assertThat(looksInVain()).isBetween(LOOKS_AT_MOST - 2, LOOKS_AT_MOST);
  }

  @Test
  void whereItIsBetterToSleep_itSleepsAtOnce() {
    busyWait.over();
    readClosely(2 * BusyWait.ENOUGH);
    awake = false;
    assertThat(looksInVain()).isEqualTo(1);
    busyWait.over();
    awake = true;
    assertThat(looksInVain()).isGreaterThan(1);
  }

  @Test
  void whileReadsComeSeldom_itSleepsAtOnce() {
    for (int i = 0; i < 3 * BusyWait.ENOUGH; i++) {
      assertThat(looksInVain()).isEqualTo(1);
      busyWait.over();
      now += BusyWait.LONGEST.toNanos();
    }
  }

  @Test
  void onePauseEndsIt() {
    busyWait.over();
    readClosely(2 * BusyWait.ENOUGH);
    now += BusyWait.LONGEST.toNanos();
    assertThat(looksInVain()).isEqualTo(1);
    busyWait.over();
    assertThat(looksInVain()).isEqualTo(1);
  }

  @Test
  void whereLookingIsInVain_itIsGivenUpForAWhile() {
    busyWait.over();
    readClosely(BusyWait.ENOUGH);
    int inVain = 0;
    for (int i = 0; i < 100; i++) {
      inVain += looksInVain() > 1 ? 1 : 0;
      busyWait.over();
    }
    assertThat(inVain).isBetween(2, 5);
  }

  @Test
  void itIsForFewReads_andForNoneIfToldSo() {
    assertThat(busyWait.isFor(4)).isTrue();
    assertThat(busyWait.isFor(5)).isFalse();
    assertThat(new BusyWait(Duration.ZERO).isFor(1)).isFalse();
  }
}
