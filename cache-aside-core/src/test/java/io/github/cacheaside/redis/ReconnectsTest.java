package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReconnectsTest {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Reconnects reconnects = new Reconnects(timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void anActionThatThrowsKeepsNoOtherFromRunning() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    reconnects.add(
        () -> {
          throw new IllegalStateException("a listener of the application");
        });
    reconnects.add(ran::countDown);
    reconnects.happened();
    assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whenItIsClosedNothingHappens() {
    timer.shutdownNow();
    reconnects.happened();
  }
}
