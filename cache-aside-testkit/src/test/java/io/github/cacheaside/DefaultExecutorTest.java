package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asynchronous calls of caches that were given no executor. */
@Timeout(120)
final class DefaultExecutorTest {
  private static final int CALLS = 1_000;

  private final Set<Thread> loaders = ConcurrentHashMap.newKeySet();

  /** Of this test, so that no other has left threads. */
  private final ForkJoinPool pool = DefaultExecutor.newPool();

  @AfterEach
  void close() {
    pool.shutdown();
  }

  private AsyncCacheAside<Long, String> cache(CacheLoader<Long, String> loader) {
    return CacheAside.builder(new InMemoryCacheStore(), "default", Serializer.utf8())
        .executor(pool)
        .build(loader)
        .async();
  }

  @Test
  void isWhatACacheHasWithoutAnother() throws Exception {
    assertThat(
            CacheAside.builder(new InMemoryCacheStore(), "default", Serializer.utf8())
                .build((Long key) -> String.valueOf(DefaultExecutor.isHere()))
                .async()
                .get(1L)
                .get(30, TimeUnit.SECONDS))
        .contains("true");
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
        .allMatch(thread -> thread.getName().startsWith("cache-aside-"))
        .extracting(Thread::getName)
        .doesNotHaveDuplicates();
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

  /** As many as there are processors, however many loads block. */
  @Test
  void besidesLoadsThatBlock_asManyHitsRunAtOnceAsEver() throws Exception {
    CyclicBarrier together = new CyclicBarrier(DefaultExecutor.THREADS);
    CountDownLatch blocked = new CountDownLatch(DefaultExecutor.THREADS - 1);
    CountDownLatch go = new CountDownLatch(1);
    AsyncCacheAside<Long, String> cache =
        cache(
            key -> {
              blocked.countDown();
              go.await();
              return "value";
            });
    List<CompletableFuture<?>> loads = new ArrayList<>();
    try {
      for (long key = 1; key < DefaultExecutor.THREADS; key++) {
        loads.add(cache.get(key));
      }
      assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
      List<CompletableFuture<Integer>> hits = new ArrayList<>();
      for (int i = 0; i < DefaultExecutor.THREADS; i++) {
        hits.add(CompletableFuture.supplyAsync(() -> meet(together), pool));
      }
      for (CompletableFuture<Integer> hit : hits) {
        assertThat(hit.get(60, TimeUnit.SECONDS)).isNotNegative();
      }
    } finally {
      go.countDown();
    }
    loads.forEach(CompletableFuture::join);
  }

  private static int meet(CyclicBarrier together) {
    try {
      return together.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void itsThreadsInheritNothingOfWhoeverNeedsThemFirst() throws Exception {
    InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
    user.set("somebody");
    AsyncCacheAside<Long, String> cache = cache(key -> String.valueOf(user.get()));
    assertThat(cache.get(1L).get(30, TimeUnit.SECONDS)).contains("null");
  }

  @Test
  void anInterruptThatALoadHasLeft_isNotTheNextOnes() throws Exception {
    AsyncCacheAside<Long, String> cache =
        cache(
            key -> {
              if (key < 0) {
                Thread.currentThread().interrupt();
                throw new InterruptedException("of this load");
              }
              return String.valueOf(Thread.currentThread().isInterrupted());
            });
    List<CompletableFuture<Optional<String>>> others = new ArrayList<>();
    for (long key = 1; key <= CALLS; key++) {
      CompletableFuture<Optional<String>> unused = cache.get(-key);
      others.add(cache.get(key));
    }
    for (CompletableFuture<Optional<String>> other : others) {
      assertThat(other.get(30, TimeUnit.SECONDS)).contains("false");
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

  private Object onThePool(Blocking.Task<Object, Exception> task) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return Blocking.call(task);
              } catch (Throwable e) { // the answer, here
                return e;
              }
            },
            pool)
        .join();
  }

  /** The number of its threads may be meant as the bound of loads. */
  @Test
  void aPoolOfTheApplications_getsNoMoreThreads() throws Exception {
    ForkJoinPool narrow = new ForkJoinPool(1);
    CountDownLatch go = new CountDownLatch(1);
    Semaphore running = new Semaphore(0);
    CacheAside<Long, String> cache =
        CacheAside.builder(new InMemoryCacheStore(), "narrow", Serializer.utf8())
            .executor(narrow)
            .build(
                (Long key) -> {
                  running.release();
                  go.await();
                  return "value";
                });
    List<CompletableFuture<Optional<String>>> loads = new ArrayList<>();
    try {
      loads.add(cache.async().get(1L));
      loads.add(cache.async().get(2L));
      assertThat(running.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      assertThat(running.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
    } finally {
      go.countDown();
    }
    for (CompletableFuture<Optional<String>> load : loads) {
      assertThat(load.get(30, TimeUnit.SECONDS)).contains("value");
    }
    narrow.shutdown();
  }
}
