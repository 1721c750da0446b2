package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ZipfKeysTest {
  private static final int DRAWS = 200_000;

  private static double[] shares(int keys, double exponent) {
    ZipfKeys zipf = new ZipfKeys(keys, exponent);
    SplittableRandom random = new SplittableRandom(1);
    double[] shares = new double[keys];
    for (int i = 0; i < DRAWS; i++) {
      shares[zipf.next(random)] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void theSecondKeyIsWantedHalfAsOften_theThirdAThird() {
    double[] shares = shares(3, 1);
    assertThat(shares[0]).isCloseTo(6 / 11.0, within(0.01));
    assertThat(shares[1]).isCloseTo(3 / 11.0, within(0.01));
    assertThat(shares[2]).isCloseTo(2 / 11.0, within(0.01));
  }

  @Test
  void withoutAnExponentAllKeysAreAlike() {
    for (double share : shares(10, 0)) {
      assertThat(share).isCloseTo(0.1, within(0.01));
    }
  }

  @Test
  void theSameSeedWantsTheSameKeys() {
    ZipfKeys zipf = new ZipfKeys(1_000, 0.99);
    SplittableRandom one = new SplittableRandom(7);
    SplittableRandom other = new SplittableRandom(7);
    for (int i = 0; i < 100; i++) {
      assertThat(zipf.next(one)).isEqualTo(zipf.next(other)).isBetween(0, 999);
    }
  }

  @Test
  void noKeysAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZipfKeys(0, 1))
        .withMessageContaining("0");
  }
}
