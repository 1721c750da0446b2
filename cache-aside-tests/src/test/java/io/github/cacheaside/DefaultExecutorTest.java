package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.guard.DefaultExecutor;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asynchronous calls of caches that were given no executor. */
@Timeout(120)
final class DefaultExecutorTest {
  private static final int CALLS = 1_000;
  private static final long HIT = 0;

  private final Set<Thread> loaders = ConcurrentHashMap.newKeySet();
  private final Set<Thread> decoders = ConcurrentHashMap.newKeySet();
  private final Semaphore blocked = new Semaphore(0);
  private final CountDownLatch go = new CountDownLatch(1);

  /** Loads block until the test lets them go, but for that of the hit. */
  private AsyncCacheAside<Long, String> slow() throws Exception {
    AsyncCacheAside<Long, String> cache =
        cache(
            key -> {
              if (key != HIT) {
                block();
              }
              return "value";
            });
    assertThat(get(cache.get(HIT))).contains("value");
    return cache;
  }

  private AsyncCacheAside<Long, String> cache(CacheLoader<Long, String> loader) {
    return CacheAside.builder(new InMemoryCacheStore(), "default", decoding())
        .roundTripCheck(RoundTripCheck.OFF) // which decodes where the loader ran
        .build(
            (Long key) -> {
              loaders.add(Thread.currentThread());
              return loader.load(key);
            })
        .async();
  }

  private Serializer<String> decoding() {
    return new Serializer<>() {
      @Override
      public byte[] serialize(String value) throws Exception {
        return Serializer.utf8().serialize(value);
      }

      @Override
      public String deserialize(byte[] bytes) throws Exception {
        decoders.add(Thread.currentThread());
        return Serializer.utf8().deserialize(bytes);
      }
    };
  }

  private void block() throws InterruptedException {
    blocked.release();
    go.await();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  @Test
  void noCallHasAThreadOfItsOwn() throws Exception {
    AsyncCacheAside<Long, String> cache = cache(key -> "value");
    for (int pass = 0; pass < 2; pass++) {
      List<CompletableFuture<Optional<String>>> calls = new ArrayList<>();
      for (long key = 0; key < CALLS; key++) {
        calls.add(cache.get(key));
      }
      for (CompletableFuture<Optional<String>> call : calls) {
        assertThat(get(call)).contains("value");
      }
    }

    assertThat(loaders)
        .hasSizeLessThanOrEqualTo(DefaultExecutor.MOST_BLOCKED)
        .allMatch(Thread::isDaemon)
        .allMatch(thread -> thread.getName().startsWith("cache-aside-load-"))
        .extracting(Thread::getName)
        .doesNotHaveDuplicates();
    assertThat(decoders)
        .hasSizeBetween(1, DefaultExecutor.THREADS)
        .allMatch(Thread::isDaemon)
        .allMatch(thread -> thread.getName().matches("cache-aside-\\d+"))
        .doesNotContainAnyElementsOf(loaders)
        .extracting(Thread::getName)
        .doesNotHaveDuplicates();
  }

  @Test
  void howeverManyLoadsBlock_hitsHaveAllTheirThreads_andLoadsABound() throws Exception {
    AsyncCacheAside<Long, String> cache = slow();
    List<CompletableFuture<Optional<String>>> loads = new ArrayList<>();
    try {
      for (long key = 1; key <= 2L * DefaultExecutor.MOST_BLOCKED; key++) {
        loads.add(cache.get(key));
      }
      assertThat(blocked.tryAcquire(DefaultExecutor.MOST_BLOCKED, 30, TimeUnit.SECONDS)).isTrue();
      assertThat(blocked.tryAcquire(300, TimeUnit.MILLISECONDS)).as("one too many").isFalse();
      hitsRunAtOnce(cache);
    } finally {
      go.countDown();
    }
    for (CompletableFuture<Optional<String>> load : loads) {
      assertThat(get(load)).contains("value");
    }
  }

  @Test
  void soManyLoadsWait_andOneMoreFails() throws Exception {
    AsyncCacheAside<Long, String> cache = slow();
    List<CompletableFuture<Optional<String>>> loads = new ArrayList<>();
    try {
      for (long key = 1; key <= DefaultExecutor.MOST_BLOCKED; key++) {
        loads.add(cache.get(key));
      }
      assertThat(blocked.tryAcquire(DefaultExecutor.MOST_BLOCKED, 30, TimeUnit.SECONDS)).isTrue();
      long most = (long) DefaultExecutor.MOST_BLOCKED + DefaultExecutor.MOST_WAITING;
      List<CompletableFuture<Optional<String>>> more = new ArrayList<>();
      for (long key = 1L + DefaultExecutor.MOST_BLOCKED; key <= most + 1; key++) {
        more.add(cache.get(key));
      }
      Object first =
          CompletableFuture.anyOf(more.toArray(CompletableFuture<?>[]::new))
              .handle((answer, failure) -> failure)
              .get(30, TimeUnit.SECONDS);
      assertThat((Throwable) first)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(CacheLoadException.class)
          .hasRootCauseInstanceOf(RejectedExecutionException.class);
      assertThat(more.stream().filter(CompletableFuture::isDone)).hasSize(1);
    } finally {
      go.countDown();
    }
    for (CompletableFuture<Optional<String>> load : loads) {
      assertThat(get(load)).contains("value");
    }
  }

  /** As many as there are threads for them. */
  private static void hitsRunAtOnce(AsyncCacheAside<Long, String> cache) throws Exception {
    CyclicBarrier together = new CyclicBarrier(DefaultExecutor.THREADS);
    List<CompletableFuture<Outcome>> hits = new ArrayList<>();
    for (int i = 0; i < DefaultExecutor.THREADS; i++) {
      hits.add(
          cache
              .read(HIT)
              .thenApplyAsync(
                  read -> {
                    meet(together);
                    return read.outcome();
                  },
                  DefaultExecutor.POOL));
    }
    for (CompletableFuture<Outcome> hit : hits) {
      assertThat(get(hit)).isEqualTo(Outcome.HIT);
    }
  }

  private static void meet(CyclicBarrier together) {
    try {
      int unused = together.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("these threads are not there", e);
    }
  }

  @Test
  void norDoBulkLoadsBlockHits() throws Exception {
    blocksNoHits(cache -> cache.getAll(List.of(1L, 2L)));
  }

  @Test
  void norDoKeysToWarmThatAreSlowToCome() throws Exception {
    blocksNoHits(cache -> cache.warm(Stream.generate(this::slowKey).limit(1), Warming.unlimited()));
  }

  private Long slowKey() {
    try {
      block();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return HIT;
  }

  @Test
  void norDoesTheWorkOfWrites() throws Exception {
    blocksNoHits(
        cache ->
            cache.write(
                List.of(1L),
                () -> {
                  Long unused = slowKey();
                  return CompletableFuture.completedFuture("written");
                }));
  }

  /** A call that blocks, more often than hits have threads. */
  private interface Calls {
    CompletableFuture<?> call(AsyncCacheAside<Long, String> cache);
  }

  private void blocksNoHits(Calls calls) throws Exception {
    AsyncCacheAside<Long, String> cache = slow();
    List<CompletableFuture<?>> blocking = new ArrayList<>();
    ExecutorService application = Executors.newFixedThreadPool(DefaultExecutor.THREADS);
    try {
      for (int i = 0; i < DefaultExecutor.THREADS; i++) {
        blocking.add(
            CompletableFuture.supplyAsync(() -> calls.call(slowly()), application)
                .thenCompose(call -> call));
      }
      assertThat(blocked.tryAcquire(DefaultExecutor.THREADS, 30, TimeUnit.SECONDS)).isTrue();
      hitsRunAtOnce(cache);
    } finally {
      go.countDown();
      application.shutdown();
    }
    for (CompletableFuture<?> call : blocking) {
      assertThat(get(call)).isNotNull();
    }
  }

  private AsyncCacheAside<Long, String> slowly() {
    return cache(
        key -> {
          block();
          return "value";
        });
  }

  @Test
  void itsThreadsInheritNothingOfWhoeverNeedsThemFirst() throws Exception {
    InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
    user.set("somebody");
    Supplier<String> read = () -> String.valueOf(user.get());
    for (ExecutorService fresh :
        List.of(DefaultExecutor.newPool(), DefaultExecutor.newBlockingPool())) {
      assertThat(get(CompletableFuture.supplyAsync(read, fresh))).isEqualTo("null");
      fresh.shutdown();
    }
  }

  /**
   * Of this library loaded once more, by a loader that is neither the system's nor the caller's.
   */
  @Test
  void itsThreadsFindServicesWhereTheLibraryIs() throws Exception {
    Thread here = Thread.currentThread();
    ClassLoader before = here.getContextClassLoader();
    ClassLoader nowhere = ClassLoader.getPlatformClassLoader();
    URL library = CacheAside.class.getProtectionDomain().getCodeSource().getLocation();
    here.setContextClassLoader(new URLClassLoader(new URL[0], nowhere));
    try (URLClassLoader plugin = new URLClassLoader(new URL[] {library}, nowhere)) {
      for (String pool : List.of("newPool", "newBlockingPool")) {
        Method made = plugin.loadClass(DefaultExecutor.class.getName()).getDeclaredMethod(pool);
        made.setAccessible(true);
        ExecutorService fresh = (ExecutorService) made.invoke(null);
        Supplier<ClassLoader> context = () -> Thread.currentThread().getContextClassLoader();
        assertThat(get(CompletableFuture.supplyAsync(context, fresh))).as(pool).isSameAs(plugin);
        fresh.shutdown();
      }
    } finally {
      here.setContextClassLoader(before);
    }
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
      assertThat(get(other)).contains("false");
    }
  }

  /** It may be of the size of the connection pool. */
  @Test
  void anExecutorOfTheApplications_runsLoadsAndNobodyElseDoes() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ExecutorService narrow =
        Executors.newFixedThreadPool(
            1, task -> new Thread(task, "narrow-" + made.incrementAndGet()));
    AsyncCacheAside<Long, String> cache =
        CacheAside.builder(new InMemoryCacheStore(), "narrow", Serializer.utf8())
            .executor(narrow)
            .build((Long key) -> Thread.currentThread().getName())
            .async();
    for (long key = 1; key <= 10; key++) {
      assertThat(get(cache.get(key))).contains("narrow-1");
    }
    narrow.shutdown();
  }
}
