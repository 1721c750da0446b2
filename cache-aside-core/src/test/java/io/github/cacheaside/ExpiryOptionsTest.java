package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an expiry refuses, and the moments that it gives. */
final class ExpiryOptionsTest {
  private static final Ttl<Object> MINUTE = Ttl.fixed(Duration.ofMinutes(1));
  private static final Expiry SOFT = Expiry.soft(Duration.ofSeconds(10));

  private static void refused(Expiry expiry, Ttl<?> ttl, boolean ownExecutor, String message) {
    assertThatThrownBy(() -> expiry.check(ttl, ownExecutor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void combinationsThatCantBeMeant_areRefused_withTheReason() {
    refused(
        Expiry.hard(),
        MINUTE,
        true,
        "Expiry.hard() alone changes nothing: add eager(...) or probabilistic(...)");
    refused(
        Expiry.hard().staleWhileRevalidate(),
        MINUTE,
        true,
        "staleWhileRevalidate needs a soft TTL: when the hard one is over there is no value left");
    refused(
        Expiry.hard().failSafe(Duration.ofSeconds(1)),
        MINUTE,
        true,
        "failSafe PT1S needs a soft TTL: when the hard one is over there is no value left");
    refused(
        SOFT.eager(0.5).probabilistic(1),
        MINUTE,
        true,
        "eager 0.5 and probabilistic 1.0: one trigger is enough, choose");
    refused(
        Expiry.soft(Duration.ofMinutes(1)),
        MINUTE,
        true,
        "soft TTL PT1M must be less than the hard one, ttl PT1M");
    refused(
        SOFT.failSafe(Duration.ofMinutes(2)),
        MINUTE.jittered(0.5),
        true,
        "throttle PT2M must be less than ttl PT1M, or it is never over");
    for (Expiry background : new Expiry[] {SOFT.staleWhileRevalidate(), SOFT.eager(0.5)}) {
      refused(
          background,
          MINUTE,
          false,
          "staleWhileRevalidate, eager and probabilistic need an executor(...) of their own, for"
              + " loaders block");
    }
  }

  @Test
  void valuesOutOfRange_areRefused_withTheirName() {
    assertThatThrownBy(() -> Expiry.soft(Duration.ZERO)).hasMessage("soft must be positive: PT0S");
    assertThatThrownBy(() -> SOFT.eager(1)).hasMessage("fraction must be in (0, 1): 1.0");
    assertThatThrownBy(() -> SOFT.eager(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> SOFT.probabilistic(0))
        .hasMessage("beta must be above 0, up to 100: 0.0");
    assertThatThrownBy(() -> SOFT.failSafe(Duration.ofMillis(9)))
        .hasMessage("throttle must be 10 ms to 10 minutes but was PT0.009S");
  }

  @Test
  void whatCanBeMeant_isNot() {
    SOFT.check(MINUTE, false);
    SOFT.failSafe(Duration.ofSeconds(20)).check(MINUTE, false);
    SOFT.failSafe(Duration.ofSeconds(20)).staleWhileRevalidate().eager(0.8).check(MINUTE, true);
    SOFT.check(Ttl.from(any -> Duration.ofSeconds(1)), false);
    Expiry.hard().probabilistic(1).check(MINUTE, true);
  }

  @Test
  void aValueIsFreshUntilItsSoftTtl_orItsHardOneIfThatIsFirst() {
    assertThat(SOFT.freshMillis(Duration.ofMinutes(1), null)).isEqualTo(10_000);
    assertThat(SOFT.freshMillis(Duration.ofSeconds(2), null)).isEqualTo(2_000);
    assertThat(Expiry.hard().eager(0.5).freshMillis(Duration.ofMinutes(1), null)).isEqualTo(60_000);
  }

  @Test
  void orUntilTheOneThatItsLoaderHasGiven() {
    Duration minute = Duration.ofMinutes(1);
    assertThat(SOFT.freshMillis(minute, Duration.ofSeconds(3))).isEqualTo(3_000);
    assertThat(SOFT.freshMillis(minute, Duration.ofHours(3))).isEqualTo(60_000);
    assertThat(Expiry.hard().eager(0.5).freshMillis(minute, Duration.ofSeconds(3)))
        .isEqualTo(60_000);
  }

  @Test
  void eagerBeginsAtItsFraction_andProbabilisticAsThePaperHasIt() {
    StoredValue.Timing timing = new StoredValue.Timing(0, 10_000, 200, 0);
    assertThat(Expiry.hard().eager(0.8).earlyMillis(timing)).isEqualTo(2_000);
    assertThat(SOFT.earlyMillis(timing)).isZero();
    Expiry probabilistic = Expiry.hard().probabilistic(2);
    for (int left : new int[] {100, 400, 1_200}) { // P(early > left) = exp(-left / (200 * 2))
      int draws = 100_000;
      int early = 0;
      for (int i = 0; i < draws; i++) {
        early += probabilistic.earlyMillis(timing) >= left ? 1 : 0;
      }
      double expected = Math.exp(-left / 400.0);
      assertThat(early / (double) draws).isCloseTo(expected, within(0.02));
    }
    StoredValue.Timing unknown = new StoredValue.Timing(0, 10_000, 0, 0);
    assertThat(probabilistic.earlyMillis(unknown)).isZero();
    StoredValue.Timing slow = new StoredValue.Timing(0, 10, 1_000_000, 0);
    assertThat(probabilistic.earlyMillis(slow)).isBetween(0L, 10L);
  }
}
