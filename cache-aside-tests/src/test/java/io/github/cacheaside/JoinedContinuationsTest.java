package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.guard.DefaultExecutor;
import io.github.cacheaside.engine.guard.PoolWatch;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Continuations of asynchronous reads should not block; if they do, reads go on all the same. */
@Timeout(120)
final class JoinedContinuationsTest {
  private static final int JOINS = 100;

  @Test
  void readsThatAreJoinedWithinContinuationsOfReadsEnd() throws Exception {
    AsyncCacheAside<Long, String> cache =
        CacheAside.builder(new InMemoryCacheStore(), "joined", Serializer.utf8())
            .build((Long key) -> "value")
            .async();
    CountDownLatch allJoin = new CountDownLatch(JOINS);
    List<CompletableFuture<String>> joined = new ArrayList<>();
    for (long key = 0; key < JOINS; key++) {
      long id = key;
      joined.add(
          cache
              .get(id)
              .thenApplyAsync(
                  value -> {
                    allJoin.countDown();
                    return cache.get(JOINS + id).join().orElseThrow();
                  },
                  DefaultExecutor.POOL));
    }
    for (CompletableFuture<String> each : joined) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo("value");
    }
  }

  @Test
  void aPoolThatStandsStillIsNoticed_andWhenItGoesOn() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(2);
    Queue<Runnable> due = new ArrayDeque<>();
    Timers byHand =
        (pause, task) -> {
          assertThat(pause).isEqualTo(Duration.ofSeconds(1));
          due.add(task);
          return new CompletableFuture<>();
        };
    PoolWatch watch = new PoolWatch(pool, byHand);
    CountDownLatch blocked = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    try {
      for (int i = 0; i < 2; i++) {
        pool.execute(
            () -> {
              blocked.countDown();
              awaitQuietly(go);
            });
      }
      blocked.await();
      watch.use();
      due.remove().run(); // asks
      assertThat(watch.stalled()).isZero();
      await().until(() -> waiting(pool) == 2);
      due.remove().run(); // no answer
      assertThat(watch.stalled()).isEqualTo(2);
    } finally {
      go.countDown();
    }
    await()
        .until(
            () -> {
              due.remove().run();
              return watch.stalled() == 0;
            });
    await()
        .until(
            () -> {
              Runnable next = due.poll();
              if (next != null) {
                next.run();
              }
              return next == null;
            }); // nobody uses it, so nobody watches
    pool.shutdown();
  }

  private static long waiting(ForkJoinPool pool) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread instanceof java.util.concurrent.ForkJoinWorkerThread worker
                    && worker.getPool() == pool
                    && thread.getState() == Thread.State.WAITING)
        .count();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
