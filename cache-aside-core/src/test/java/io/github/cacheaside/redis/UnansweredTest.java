package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections are given up, by a clock that the test moves. */
final class UnansweredTest {
  private long now;
  private final EmbeddedChannel channel = new EmbeddedChannel(new Unanswered(() -> now));

  UnansweredTest() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private void pass(Duration time) {
    now += time.toNanos();
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  private void ask() {
    channel.writeOutbound("PING");
  }

  private void hear() {
    channel.writeInbound("PONG");
  }

  @Test
  void oneThatIsSilentAfterAQuestion_isClosedAfterItsTime() {
    hear();
    ask();
    pass(Unanswered.LIMIT.minusMillis(1));
    ask();
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anAnswerBeginsTheTimeAnew() {
    hear();
    ask();
    pass(Duration.ofSeconds(3));
    hear();
    ask();
    pass(Duration.ofSeconds(3));
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void oneThatIsAskedNothing_stays() {
    hear();
    pass(Duration.ofHours(1));
    ask();
    hear();
    pass(Duration.ofHours(1));
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void oneOnWhichNothingHasEverCome_isLeftToTheHandshake() {
    ask();
    pass(Unanswered.LIMIT.multipliedBy(2));
    assertThat(channel.isOpen()).isTrue();
  }
}
