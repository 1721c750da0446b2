package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asynchronous calls, ended by a thread of their own. */
@Timeout(60)
final class HammerTest {
  private static final int UNDER_WAY = 5;
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ConcurrentLinkedQueue<CompletableFuture<String>> calls =
      new ConcurrentLinkedQueue<>();
  private final Semaphore begun = new Semaphore(0);
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicLong ended = new AtomicLong();
  private final Thread server = new Thread(this::serve);

  private CompletableFuture<String> call() {
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    CompletableFuture<String> call = new CompletableFuture<>();
    calls.add(call);
    begun.release();
    return call;
  }

  private void serve() {
    try {
      begun.acquire(UNDER_WAY); // all are under way before the first one ends
      begun.release(UNDER_WAY);
      while (true) {
        begun.acquire();
        now.decrementAndGet();
        ended.incrementAndGet();
        calls.remove().complete("answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    server.interrupt();
  }

  @Test
  void soManyCallsAreUnderWay_andEachIsCounted() throws Exception {
    server.start();
    Hammer.Speed speed;
    double seconds;
    do { // until the machine has had the time for more than one call each
      ended.set(0);
      long began = System.nanoTime();
      speed = Hammer.measureAsync(UNDER_WAY, SHORT, random -> call());
      seconds = (System.nanoTime() - began) / 1e9;
    } while (ended.get() <= UNDER_WAY);
    assertThat(most.get()).isEqualTo(UNDER_WAY);
    assertThat(speed.perSecond()).isGreaterThanOrEqualTo(ended.get() / seconds);
    assertThat(speed.p50Micros()).isPositive();
    assertThat(now.get()).as("those under way are waited for").isZero();
  }

  @Test
  void aCallThatFails_failsTheMeasurement() {
    assertThatThrownBy(
            () ->
                Hammer.measureAsync(
                    1,
                    SHORT,
                    random ->
                        CompletableFuture.failedFuture(new IllegalStateException("a wrong value"))))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("a wrong value");
  }
}
