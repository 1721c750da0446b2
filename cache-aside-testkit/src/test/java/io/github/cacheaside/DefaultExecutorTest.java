package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asynchronous calls of caches that were given no executor. */
@Timeout(120)
final class DefaultExecutorTest {
  private static final int CALLS = 1_000;

  private final Set<Thread> loaders = ConcurrentHashMap.newKeySet();

  private static AsyncCacheAside<Long, String> cache(CacheLoader<Long, String> loader) {
    return CacheAside.builder(new InMemoryCacheStore(), "default", Serializer.utf8())
        .build(loader)
        .async();
  }

  @Test
  void noCallHasAThreadOfItsOwn() {
    AsyncCacheAside<Long, String> cache =
        cache(
            key -> {
              loaders.add(Thread.currentThread());
              return "value";
            });
    List<CompletableFuture<Optional<String>>> calls = new ArrayList<>();
    for (long key = 0; key < CALLS; key++) {
      calls.add(cache.get(key));
    }
    calls.forEach(CompletableFuture::join);

    assertThat(loaders)
        .hasSizeLessThanOrEqualTo(DefaultExecutor.MOST_THREADS)
        .allMatch(Thread::isDaemon)
        .allMatch(thread -> thread.getName().startsWith("cache-aside-"));
  }

  @Test
  void loadsThatBlock_keepNoHitWaiting_andHaveABound() throws Exception {
    Semaphore running = new Semaphore(0);
    CountDownLatch go = new CountDownLatch(1);
    AsyncCacheAside<Long, String> cache =
        cache(
            key -> {
              if (key == 0) {
                return "value";
              }
              running.release();
              go.await();
              return "value";
            });
    int some = DefaultExecutor.MOST_THREADS / 2;
    long all = 2L * DefaultExecutor.MOST_THREADS;
    List<CompletableFuture<Optional<String>>> loads = new ArrayList<>();
    try {
      assertThat(cache.get(0L).get(30, TimeUnit.SECONDS)).contains("value");
      for (long key = 1; key <= some; key++) {
        loads.add(cache.get(key));
      }
      assertThat(running.tryAcquire(some, 30, TimeUnit.SECONDS)).as("all of them block").isTrue();

      assertThat(cache.read(0L).get(30, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.HIT);

      for (long key = 1L + some; key <= all; key++) {
        loads.add(cache.get(key));
      }
      int rest = DefaultExecutor.MOST_THREADS - some;
      assertThat(running.tryAcquire(rest, 30, TimeUnit.SECONDS)).as("so do more").isTrue();
      assertThat(running.tryAcquire(300, TimeUnit.MILLISECONDS)).as("one too many").isFalse();
    } finally {
      go.countDown();
    }
    for (CompletableFuture<Optional<String>> load : loads) {
      assertThat(load.get(30, TimeUnit.SECONDS)).contains("value");
    }
  }

  /** What a loader throws is what the cache tells, also on such a thread. */
  @Test
  void whatABlockingTaskThrows_isThrown() {
    Exception checked = new Exception("checked");
    Error error = new AssertionError("error");
    assertThat(onThePool(() -> "answer")).isEqualTo("answer");
    assertThat(
            onThePool(
                () -> {
                  throw checked;
                }))
        .isSameAs(checked);
    assertThat(
            onThePool(
                () -> {
                  throw error;
                }))
        .isSameAs(error);
  }

  @Test
  void inAPoolThatMayHaveNoMoreThreads_itRunsAllTheSame() throws Exception {
    ForkJoinPool narrow =
        new ForkJoinPool(
            1,
            ForkJoinPool.defaultForkJoinWorkerThreadFactory,
            null,
            true,
            1,
            1,
            1,
            null, // which refuses to go without a spare thread
            1,
            TimeUnit.SECONDS);
    assertThat(narrow.submit(() -> Blocking.call(() -> "answer")).get(30, TimeUnit.SECONDS))
        .isEqualTo("answer");
    narrow.shutdown();
  }

  private static Object onThePool(Callable<Object> task) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return Blocking.call(task);
              } catch (Throwable e) { // the answer, here
                return e;
              }
            },
            DefaultExecutor.POOL)
        .join();
  }
}
