package io.github.cacheaside.redis.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which way those who wait go, by reads that take so long the one way and so long the other. */
final class WakefulnessTest {
  private static final long MICROS = 1_000;
  private static final long SECOND = 1_000_000_000;

  private long now = 5 * SECOND;
  private final Wakefulness ways = new Wakefulness(now);

  /** Reads one after the other, for so long; how many of 1,000 were awake. */
  private long awakePerMille(long forNanos, long awakeNanos, long asleepNanos) {
    long end = now + forNanos;
    long awake = 0;
    long all = 0;
    while (now < end) {
      boolean way = ways.isAwake();
      long since = now;
      now += way ? awakeNanos : asleepNanos;
      ways.waited(since, now);
      awake += way ? now - since : 0;
      all += now - since;
    }
    return 1_000 * awake / all;
  }

  @Test
  void withNothingElseToDo_theyStayAwake_andSleepForTwoPercent_toKnowWhetherThatIsStillSo() {
    assertThat(ways.isAwake()).isTrue();
    assertThat(awakePerMille(100 * SECOND, 50 * MICROS, 100 * MICROS)).isBetween(975L, 985L);
    assertThat(ways.isAwake()).isTrue();
  }

  @Test
  void besideLongWork_theySleep_andSoonAgainWhenItComes() {
    assertThat(awakePerMille(SECOND, 50 * MICROS, 100 * MICROS)).isGreaterThan(900);
    assertThat(awakePerMille(2 * SECOND, 4_000 * MICROS, 100 * MICROS)).isBetween(1L, 600L);
    assertThat(awakePerMille(100 * SECOND, 4_000 * MICROS, 100 * MICROS)).isBetween(20L, 80L);
    assertThat(awakePerMille(2 * SECOND, 50 * MICROS, 100 * MICROS)).isBetween(300L, 999L);
    assertThat(awakePerMille(100 * SECOND, 50 * MICROS, 100 * MICROS)).isGreaterThan(970);
  }

  @Test
  void slowReads_areNoPause() {
    assertThat(awakePerMille(10 * SECOND, 50_000 * MICROS, 20_000 * MICROS)).isLessThan(700);
  }

  @Test
  void whereItMakesLittleDifference_theySleep() {
    assertThat(awakePerMille(100 * SECOND, 650 * MICROS, 700 * MICROS)).isLessThan(40);
  }

  @Test
  void fewReads_sayLittle() {
    for (int i = 1; i < Wakefulness.ENOUGH_READS; i++) {
      now += SECOND / 100;
      ways.waited(now - 100 * MICROS, now);
    }
    assertThat(ways.isAwake()).as("neither way was judged, so none was tried").isTrue();
  }

  @Test
  void aPauseSaysNothing() {
    assertThat(awakePerMille(SECOND, 50 * MICROS, 100 * MICROS)).isPositive();
    while (ways.isAwake()) {
      now += 50 * MICROS; // until sleep is tried
      ways.waited(now - 50 * MICROS, now);
    }
    now += SECOND; // and cut short
    for (int i = 0; i < Wakefulness.ENOUGH_READS; i++) {
      ways.waited(now - 1, now); // as if sleep took no time
    }
    assertThat(ways.isAwake()).as("the trial is given up").isTrue();
    assertThat(awakePerMille(SECOND / 2, 50 * MICROS, 100 * MICROS)).isGreaterThan(900);
  }

  @Test
  void whatIsComparedIsOfOneTime() {
    assertThat(awakePerMille(10 * SECOND, 200 * MICROS, 400 * MICROS)).isGreaterThan(900);
    // fewer callers: both ways take less, and to sleep less than to stay awake did before
    assertThat(awakePerMille(10 * SECOND, 20 * MICROS, 70 * MICROS)).isGreaterThan(960);
  }
}
