package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** TTLs and keys: what they give, and what they refuse. */
final class PoliciesTest {

  @Test
  void ttl_fixed() {
    assertThat(Ttl.fixed(Duration.ofSeconds(10)).of("any")).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void ttl_refusesWhatCantBeMeant() {
    assertThatThrownBy(() -> Ttl.fixed(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("duration must be positive: PT0S");
    assertThatThrownBy(() -> Ttl.fixed(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
    assertThatThrownBy(() -> Ttl.fixed(Duration.ofNanos(999_999)))
        .hasMessage("duration must be 1 ms to 10 years: PT0.000999999S");
    assertThatThrownBy(() -> Ttl.fixed(Duration.ofDays(4000))).hasMessageContaining("10 years");
  }

  @Test
  void ttl_jitterTakesOffAtMostItsFraction() {
    Ttl<Object> ttl = Ttl.fixed(Duration.ofSeconds(100)).jittered(0.2);
    long distinct =
        java.util.stream.Stream.generate(() -> ttl.of("any"))
            .limit(1000)
            .peek(d -> assertThat(d).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100)))
            .distinct()
            .count();
    assertThat(distinct).isGreaterThan(500);
    Ttl<Object> forEver = any -> java.time.temporal.ChronoUnit.FOREVER.getDuration();
    assertThat(forEver.jittered(0.5).of("any")).isBetween(Ttl.LONGEST.dividedBy(2), Ttl.LONGEST);
    assertThat(Ttl.fixed(Duration.ofMillis(1)).jittered(0.9).of("any"))
        .isEqualTo(Duration.ofMillis(1));
    for (double fraction : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> ttl.jittered(fraction))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("fraction must be in (0, 1): " + fraction);
    }
  }

  @Test
  void ttl_fromTheValue() {
    Ttl<Integer> ttl = Ttl.from(Duration::ofSeconds);
    assertThat(ttl.of(7)).isEqualTo(Duration.ofSeconds(7));
    assertThat(ttl.of(Integer.MAX_VALUE)).isEqualTo(Ttl.LONGEST);
  }

  @Test
  void keys_ofKnownTypes() {
    KeyEncoder<Object> keys = KeyEncoder.standard();
    UUID uuid = UUID.randomUUID();
    assertThat(keys.encode("a:b c")).isEqualTo("a:b c");
    assertThat(keys.encode(3L)).isEqualTo("3");
    assertThat(keys.encode(BigInteger.TEN)).isEqualTo("10");
    assertThat(keys.encode(uuid)).isEqualTo(uuid.toString());
    assertThat(keys.encode(DayOfWeek.MONDAY)).isEqualTo("MONDAY");
  }

  @Test
  void keys_ofUnknownTypesAreRefused() {
    assertThatThrownBy(() -> KeyEncoder.standard().encode(new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no text is known for keys of [I; give the builder a keyEncoder");
  }
}
