package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an expiry refuses, and the moments that it gives. */
final class ExpiryOptionsTest {
  private static final Ttl<Object> MINUTE = Ttl.fixed(Duration.ofMinutes(1));
  private static final Expiry SOFT = Expiry.soft(Duration.ofSeconds(10));

  private static void refused(Expiry expiry, Ttl<?> ttl, boolean ownExecutor, String message) {
    assertThatThrownBy(() -> expiry.check(ttl, ownExecutor, false))
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
        SOFT.failSafe(Duration.ofSeconds(50)),
        MINUTE.jittered(0.5),
        true,
        "throttle PT50S must be less than ttl PT1M less soft PT10S, or it ends after the value");
    refused(
        Expiry.sliding(Duration.ofMinutes(1)),
        MINUTE,
        true,
        "sliding PT1M must be less than the hard TTL, ttl PT1M");
    refused(
        Expiry.sliding(Duration.ofSeconds(2)).staleWhileRevalidate(),
        MINUTE,
        true,
        "staleWhileRevalidate needs a soft TTL: when the hard one is over there is no value left");
    assertThatThrownBy(() -> Expiry.sliding(Duration.ofSeconds(2)).check(MINUTE, true, true))
        .hasMessage("sliding PT2S excludes nearCache: near hits would not prolong a value's life");
  }

  @Test
  void whatLoadsInTheBackground_isRefusedWithoutAnExecutor_byItsName() {
    Map.of(
            "staleWhileRevalidate",
            SOFT.staleWhileRevalidate(),
            "eager 0.5",
            SOFT.eager(0.5),
            "probabilistic 2.0",
            Expiry.hard().probabilistic(2))
        .forEach(
            (option, policy) ->
                refused(
                    policy,
                    MINUTE,
                    false,
                    option + " needs an executor(...) of its own, for loaders block"));
  }

  @Test
  void valuesOutOfRange_areRefused_withTheirName() {
    assertThatThrownBy(() -> Expiry.soft(Duration.ZERO)).hasMessage("soft must be positive: PT0S");
    assertThatThrownBy(() -> Expiry.sliding(Duration.ofMillis(999)))
        .hasMessage("idle must be at least 1 s but was PT0.999S");
    assertThatThrownBy(() -> SOFT.eager(1)).hasMessage("fraction must be in (0, 1): 1.0");
    assertThatThrownBy(() -> SOFT.eager(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> SOFT.probabilistic(0))
        .hasMessage("beta must be above 0, up to 100: 0.0");
    assertThatThrownBy(() -> SOFT.failSafe(Duration.ofMillis(9)))
        .hasMessage("throttle must be 10 ms to 10 minutes but was PT0.009S");
  }

  @Test
  void whatCanBeMeant_isNot() {
    SOFT.check(MINUTE, false, false);
    SOFT.failSafe(Duration.ofMillis(49_999)).check(MINUTE, false, false);
    SOFT.failSafe(Duration.ofMinutes(9)).check(Ttl.from(any -> Duration.ZERO), false, false);
    SOFT.failSafe(Duration.ofSeconds(20))
        .staleWhileRevalidate()
        .eager(0.8)
        .check(MINUTE, true, false);
    SOFT.check(Ttl.from(any -> Duration.ofSeconds(1)), false, true);
    Expiry.sliding(Duration.ofSeconds(2)).eager(0.5).check(MINUTE, true, false);
    Expiry.hard().probabilistic(1).check(MINUTE, true, false);
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
