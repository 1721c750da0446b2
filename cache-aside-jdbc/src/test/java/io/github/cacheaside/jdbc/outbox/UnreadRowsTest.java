package io.github.cacheaside.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnreadRowsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final UnreadRows rows = new UnreadRows(now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void theTimeDoubles_upToAMinute() {
    for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      assertThat(rows.add("a")).isTrue();
      assertThat(rows.waiting()).containsExactly("a");
      pass(Duration.ofSeconds(seconds).minusNanos(1));
      assertThat(rows.waiting()).containsExactly("a");
      pass(Duration.ofNanos(1));
      assertThat(rows.waiting()).isEmpty();
    }
  }

  @Test
  void whatWasRead_beginsAgain() {
    rows.add("a");
    rows.add("a");
    rows.remove(List.of("a", "b"));
    assertThat(rows.waiting()).isEmpty();
    rows.add("a");
    pass(Duration.ofSeconds(1));
    assertThat(rows.waiting()).isEmpty();
  }

  @Test
  void thereAreAThousandAtMost_andOldOnesMakeRoom() {
    for (int i = 0; i < UnreadRows.MOST; i++) {
      assertThat(rows.add("row " + i)).isTrue();
    }
    assertThat(rows.add("more")).isFalse();
    assertThat(rows.add("row 7")).as("known").isTrue();
    pass(Duration.ofSeconds(62));
    assertThat(rows.add("more")).isTrue();
    assertThat(rows.waiting()).containsExactly("more");
  }
}
