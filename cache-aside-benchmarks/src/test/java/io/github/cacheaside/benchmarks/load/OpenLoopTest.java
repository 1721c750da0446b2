package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The arithmetic of fixed rates, in a time that only passes when something takes it. */
final class OpenLoopTest {
  private static final Duration USUAL = Duration.ofMillis(1);
  private static final Duration TIME = Duration.ofSeconds(4);
  private static final double PER_SECOND = 100;
  private static final int STALLED = 100;
  private static final int CALLS = 400;

  private final FakeClock clock = new FakeClock();
  private final List<Long> begun = new ArrayList<>();

  private static final class FakeClock implements Clock {
    private long now = 5;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleepUntil(long nanos) {
      now = Math.max(now, nanos);
    }

    void take(Duration time) {
      now += time.toNanos();
    }
  }

  /** Takes a millisecond, and once as long as that. */
  private Hammer.Call stallingFor(Duration stall) {
    return random -> {
      begun.add(clock.now);
      clock.take(begun.size() == STALLED ? stall : USUAL);
    };
  }

  private OpenLoop.Part openLoop(Duration stall) throws Exception {
    OpenLoop.Part part = new OpenLoop.Part();
    OpenLoop.callAll(
        clock,
        OpenLoop.Schedule.of(0, 1, PER_SECOND, TIME, clock.now),
        stallingFor(stall),
        new SplittableRandom(1),
        part);
    return part;
  }

  private static long slowerThan(Histogram latencies, Duration bound) {
    return latencies.getCountBetweenValues(bound.toNanos(), latencies.getMaxValue());
  }

  @Test
  void callsBeginWhenTheyAreDue_andTakeWhatTheyTake() throws Exception {
    Histogram latencies = openLoop(USUAL).latencies();
    assertThat(begun)
        .isEqualTo(
            IntStream.range(0, CALLS)
                .mapToObj(call -> 5 + call * Duration.ofMillis(10).toNanos())
                .toList());
    assertThat(latencies.getTotalCount()).isEqualTo(CALLS);
    assertThat(latencies.getMaxValue()).isCloseTo(USUAL.toNanos(), within(2_000L));
  }

  /**
   * Of a stall of 1 s, calls were due every 10 ms, and they wait for 990, 980 … ms; then 9 a call
   * are made up for.
   */
  @Test
  void aStallShowsInAllCallsThatWereDueMeanwhile() throws Exception {
    Histogram latencies = openLoop(Duration.ofSeconds(1)).latencies();
    assertThat(latencies.getTotalCount()).isEqualTo(CALLS);
    assertThat(slowerThan(latencies, Duration.ofMillis(500))).isBetween(50L, 60L);
    assertThat(slowerThan(latencies, Duration.ofMillis(2))).isBetween(100L, 112L);
    assertThat(latencies.getValueAtPercentile(99)).isGreaterThan(Duration.ofMillis(900).toNanos());
  }

  /** The twin: the same subject in a closed loop, whose percentiles do not know of the stall. */
  @Test
  void aClosedLoopMissesTheStall() throws Exception {
    Hammer.Part part =
        Hammer.callUntil(
            clock,
            () -> clock.now > TIME.toNanos(),
            stallingFor(Duration.ofSeconds(1)),
            new SplittableRandom(1));
    long[] sorted = part.latencies().sorted().toArray();
    assertThat(sorted[sorted.length - 1]).isEqualTo(Duration.ofSeconds(1).toNanos());
    assertThat(sorted[sorted.length - 2]).isEqualTo(USUAL.toNanos());
    assertThat(sorted[(int) (sorted.length * 0.99)]).isEqualTo(USUAL.toNanos());
  }

  @Test
  void whatIsMuchTooLateIsNotMade_andCountsWithItsLatency() throws Exception {
    OpenLoop.Part part = openLoop(Duration.ofSeconds(10));
    assertThat(part.latencies().getTotalCount()).isEqualTo(CALLS);
    assertThat(part.skipped()).isEqualTo(CALLS - STALLED);
    assertThat(begun).hasSize(STALLED);
    assertThat(slowerThan(part.latencies(), Duration.ofSeconds(7))).isEqualTo(CALLS - STALLED + 1);
  }

  @Test
  void callersShareTheRate_andTakeTurns() {
    List<Long> due = new ArrayList<>();
    for (int caller = 0; caller < 3; caller++) {
      OpenLoop.Schedule schedule = OpenLoop.Schedule.of(caller, 3, 300, Duration.ofSeconds(1), 0);
      assertThat(schedule.count()).isEqualTo(100);
      for (int call = 0; call < schedule.count(); call++) {
        due.add(schedule.due(call));
      }
    }
    List<Long> sorted = due.stream().sorted().toList();
    for (int call = 0; call < sorted.size(); call++) {
      assertThat(sorted.get(call)).isCloseTo(Math.round(call * 1e9 / 300), within(1L));
    }
  }

  @Test
  void manyCallersMakeAllTheirCalls() throws Exception {
    OpenLoop.Found found =
        OpenLoop.measure(4, 2_000, Duration.ofMillis(100), random -> Thread.onSpinWait());
    assertThat(found.latencies().getTotalCount()).isEqualTo(200);
    assertThat(found.skipped()).isZero();
    assertThat(found.cpuNanos()).isPositive();
  }
}
