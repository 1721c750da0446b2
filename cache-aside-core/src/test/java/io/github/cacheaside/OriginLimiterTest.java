package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Places are never more than there are, never lost, and go to those who wait in their order. */
final class OriginLimiterTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  private static boolean enter(OriginLimiter limiter)
      throws OriginLimiter.Refusal, InterruptedException {
    return limiter.enter(() -> {});
  }

  private static void awaitWaiting(OriginLimiter limiter, int count) {
    while (limiter.waiting() < count) {
      Thread.onSpinWait();
    }
  }

  /** Takes a place on a thread of its own, and gives it back when told to. */
  private Future<?> occupy(OriginLimiter limiter, CountDownLatch until, Runnable entered) {
    return threads.submit(
        () -> {
          enter(limiter);
          entered.run();
          until.await();
          limiter.leave();
          return null;
        });
  }

  @Test
  void whoeverWaitsLongest_isNext() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 100, LONG);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch first = new CountDownLatch(1);
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> all = new ArrayList<>();
    all.add(occupy(limiter, go, first::countDown));
    first.await();
    for (int i = 0; i < 20; i++) {
      int number = i;
      all.add(occupy(limiter, go, () -> order.add(number)));
      awaitWaiting(limiter, i + 1);
    }
    go.countDown();
    for (Future<?> one : all) {
      one.get(20, TimeUnit.SECONDS);
    }

    assertThat(order).hasSize(20).isSorted();
    assertThat(limiter.running()).isZero();
  }

  @Test
  void whoeverComesBack_doesNotJumpTheQueue() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 100, LONG);
    for (int i = 0; i < 50; i++) {
      List<String> order = Collections.synchronizedList(new ArrayList<>());
      enter(limiter);
      Future<?> other = occupy(limiter, new CountDownLatch(0), () -> order.add("waited"));
      awaitWaiting(limiter, 1);
      limiter.leave();
      enter(limiter);
      order.add("came back");
      limiter.leave();
      other.get(20, TimeUnit.SECONDS);

      assertThat(order).containsExactly("waited", "came back");
    }
  }

  @Test
  void whoeverIsOneTooMany_orWaitsTooLong_isRefused() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 1, Duration.ofMillis(20));
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch first = new CountDownLatch(1);
    Future<?> running = occupy(limiter, go, first::countDown);
    first.await();
    assertThatThrownBy(() -> enter(limiter))
        .isInstanceOf(OriginLimiter.Refusal.class)
        .hasMessage("1 loads run, and none ended within PT0.02S");

    OriginLimiter full = OriginLimiter.of(1, 0, LONG);
    CountDownLatch second = new CountDownLatch(1);
    Future<?> other = occupy(full, go, second::countDown);
    second.await();
    assertThatThrownBy(() -> enter(full)).hasMessage("1 loads run and 0 wait");
    go.countDown();
    running.get(20, TimeUnit.SECONDS);
    other.get(20, TimeUnit.SECONDS);
    assertThat(enter(limiter)).isTrue();
    limiter.leave();
  }

  @Test
  void aLoadWithinALoad_takesNoSecondPlace() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(1, 0, LONG);
    assertThat(enter(limiter)).isTrue();
    assertThat(enter(limiter)).isFalse();
    limiter.leave();
    assertThat(limiter.running()).isZero();
    assertThat(enter(limiter)).isTrue();
  }

  @Test
  void amongThreadsThatAreInterrupted_refusedAndServed_noPlaceIsLost() throws Exception {
    OriginLimiter limiter = OriginLimiter.of(3, 8, Duration.ofMillis(1));
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      workers.add(new Thread(() -> work(limiter, inside, most, interrupted)));
    }
    workers.forEach(Thread::start);
    while (workers.stream().anyMatch(Thread::isAlive)) {
      workers.get(ThreadLocalRandom.current().nextInt(workers.size())).interrupt();
      Thread.onSpinWait();
    }

    assertThat(interrupted).hasPositiveValue();
    assertThat(most.get()).isBetween(1, 3);
    assertThat(limiter.running()).isZero();
    assertThat(limiter.waiting()).isZero();
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      occupy(limiter, go, taken::countDown);
    }
    assertThat(taken.await(20, TimeUnit.SECONDS)).as("all places are there").isTrue();
    go.countDown();
  }

  private static void work(
      OriginLimiter limiter, AtomicInteger inside, AtomicInteger most, AtomicInteger interrupted) {
    for (int i = 0; i < 2_000 || interrupted.get() == 0; i++) {
      try {
        enter(limiter);
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        continue;
      } catch (OriginLimiter.Refusal e) {
        continue;
      }
      int now = inside.incrementAndGet();
      most.accumulateAndGet(now, Math::max);
      Thread.onSpinWait();
      inside.decrementAndGet();
      limiter.leave();
    }
  }

  @Test
  void numbersThatMakeNoSense_areRefused() {
    assertThatThrownBy(() -> OriginLimiter.of(0)).hasMessage("maxConcurrent must be at least 1: 0");
    assertThatThrownBy(() -> OriginLimiter.of(1, -1, LONG))
        .hasMessage("maxQueued must not be negative: -1");
    assertThatThrownBy(() -> OriginLimiter.of(1, 1, Duration.ZERO))
        .hasMessage("queueTime must be PT0.001S to PT10M but was PT0S");
    assertThat(OriginLimiter.of(2)).hasToString("OriginLimiter[0 of 2, 0 waiting]");
  }
}
