package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.Lookup;
import io.lettuce.core.api.StatefulConnection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reads on their way to a node that never answers. */
final class LaneTest {
  private final AtomicInteger sent = new AtomicInteger();
  private final Lane lane = new Lane(this::silent, Gets.MOST_KEYS, Duration.ZERO);

  /** Takes commands, and that is all; a real one can't be made to count them. */
  @SuppressWarnings("unchecked")
  private StatefulConnection<byte[], byte[]> silent() {
    return (StatefulConnection<byte[], byte[]>)
        Proxy.newProxyInstance(
            LaneTest.class.getClassLoader(),
            new Class<?>[] {StatefulConnection.class},
            (proxy, method, arguments) -> {
              sent.incrementAndGet();
              return arguments[0];
            });
  }

  private void add() {
    lane.add(new Get(Wire.utf8("key"), value -> Lookup.MISSING));
  }

  @Test
  void thoseThatComeNext_waitForAReply_butNotForEver() {
    for (int i = 0; i < 6; i++) {
      add();
    }
    int before = sent.get();
    assertThat(before).isBetween(2, 6);
    long end = System.nanoTime() + 20_000_000_000L;
    while (sent.get() == before && System.nanoTime() < end) {
      add();
      Thread.onSpinWait();
    }
    assertThat(sent.get()).isGreaterThan(before);
  }

  @Test
  void nobodySleepsWithAReadThatWasNotSent_andWhatElseWaits_leavesWithIt() {
    for (int i = 0; i < 6; i++) {
      add();
    }
    int before = sent.get();
    add();
    Get mine = new Get(Wire.utf8("key"), value -> Lookup.MISSING);
    lane.add(mine);
    assertThat(sent.get()).as("they wait").isEqualTo(before);

    assertThatThrownBy(() -> mine.get(1, TimeUnit.NANOSECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent.get()).as("they have left, in one command").isEqualTo(before + 1);
  }

  @Test
  void norDoesWhoWaitsForWhatBecomesOfTheAnswer() {
    for (int i = 0; i < 6; i++) {
      add();
    }
    int before = sent.get();
    Get mine = new Get(Wire.utf8("key"), value -> Lookup.MISSING);
    lane.add(mine);
    assertThatThrownBy(() -> mine.thenApply(any -> any).copy().get(1, TimeUnit.NANOSECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent.get()).isEqualTo(before + 1);
  }
}
