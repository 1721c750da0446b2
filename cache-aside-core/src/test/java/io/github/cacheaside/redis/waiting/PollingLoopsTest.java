package io.github.cacheaside.redis.waiting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.cacheaside.redis.RedisCacheStore;
import io.netty.channel.SelectStrategy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When an event loop looks for work before it sleeps. */
class PollingLoopsTest {
  private static final long MICROS = 1_000;
  private static final long LONGEST = 100 * MICROS;

  /** Each test begins when those of others have been quiet for long. */
  private static final AtomicLong LATER = new AtomicLong();

  private boolean awake = true;
  private final PollingLoops.Polling loop = new PollingLoops.Polling(LONGEST, () -> awake);
  private long now = LATER.addAndGet(1_000_000 * MICROS);

  @Test
  void sleepsWhileEventsComeSeldom() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertEquals(1, decide(101, 1, true));
      assertEquals(SelectStrategy.SELECT, decide(1, 0, false));
    }
  }

  @Test
  void looksAgainWhileEventsFollowEachOtherClosely() throws Exception {
    beBusy();
    assertEquals(SelectStrategy.CONTINUE, decide(1, 0, false));
    assertEquals(SelectStrategy.CONTINUE, decide(90, 0, false));
    assertEquals(2, decide(1, 2, false), "what is ready is taken");
    assertEquals(SelectStrategy.CONTINUE, decide(99, 0, false), "from then on anew");
  }

  @Test
  void sleepsWhereThatIsBetter() throws Exception {
    beBusy();
    awake = false;
    assertEquals(SelectStrategy.SELECT, decide(1, 0, false));
    assertEquals(1, decide(1, 1, true), "what is there is taken all the same");
    awake = true;
    assertEquals(SelectStrategy.CONTINUE, decide(1, 0, false));
  }

  @Test
  void sleepsAfterAMomentWithoutEvents() throws Exception {
    beBusy();
    assertEquals(SelectStrategy.SELECT, decide(101, 0, false));
    assertEquals(1, decide(500, 1, true), "woken");
    assertEquals(SelectStrategy.SELECT, decide(1, 0, false), "and not busy any more");
  }

  @Test
  void oneLoopLooksAtATime_andOneThatIsGoneKeepsNobody() throws Exception {
    beBusy();
    assertEquals(SelectStrategy.CONTINUE, decide(1, 0, false));
    var other = new PollingLoops.Polling(LONGEST, () -> awake);
    for (int i = 0; i <= BusyWait.ENOUGH; i++) {
      other.decide(() -> 1, true, now);
    }
    assertEquals(SelectStrategy.SELECT, other.decide(() -> 0, false, now));
    now += LONGEST + 1;
    for (int i = 0; i <= BusyWait.ENOUGH; i++) {
      other.decide(() -> 1, true, now);
    }
    assertEquals(SelectStrategy.CONTINUE, other.decide(() -> 0, false, now));
  }

  @Test
  void neverLooksAgainIfToldSo() throws Exception {
    var sleepy = new PollingLoops.Polling(0, () -> awake);
    for (int i = 0; i < 100; i++) {
      sleepy.decide(() -> 1, true, i);
      assertEquals(SelectStrategy.SELECT, sleepy.decide(() -> 0, false, i));
    }
  }

  @Test
  void withOneProcessorNobodyLooks() {
    assertEquals(Duration.ZERO, BusyWait.withProcessors(1, BusyWait.LONGEST));
    assertEquals(BusyWait.LONGEST, BusyWait.withProcessors(2, BusyWait.LONGEST));
  }

  @Test
  void refusesMoreThanAMillisecond() {
    var builder = RedisCacheStore.builder("redis://localhost");
    for (Duration wrong : new Duration[] {Duration.ofNanos(-1), Duration.ofNanos(1_000_001)}) {
      var refused = assertThrows(IllegalArgumentException.class, () -> builder.busyWait(wrong));
      assertEquals("longest must be 0 to 1 ms: " + wrong, refused.getMessage());
    }
  }

  private void beBusy() throws Exception {
    for (int i = 0; i <= BusyWait.ENOUGH; i++) {
      decide(10, 1, true);
    }
  }

  private int decide(long later, int ready, boolean hasTasks) throws Exception {
    now += later * MICROS;
    return loop.decide(() -> ready, hasTasks, now);
  }
}
