package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private final Backoff pace = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));
  private final long start = System.nanoTime();

  private boolean mayAt(double second) {
    return pace.mayAt(start + (long) (second * 1e9));
  }

  @Test
  void thePauseDoubles_upToTheLongest() {
    List<Integer> allowed = new ArrayList<>();
    for (int second = 0; second < 40; second++) {
      if (mayAt(second + 0.1)) {
        allowed.add(second);
      }
    }
    assertThat(allowed).containsExactly(0, 1, 3, 7, 15, 23, 31, 39);
  }

  @Test
  void afterALongRest_thePauseIsShortAgain() {
    assertThat(mayAt(0)).isTrue();
    assertThat(mayAt(2)).isTrue();
    assertThat(mayAt(3)).isFalse();
    assertThat(mayAt(30)).isTrue();
    assertThat(mayAt(30.5)).isFalse();
    assertThat(mayAt(31.1)).isTrue();
  }
}
