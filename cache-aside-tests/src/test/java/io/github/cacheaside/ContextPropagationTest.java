package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A load sees the context of the thread that made the call, on whatever thread it runs. */
final class ContextPropagationTest extends CacheTest {
  private static final int CALLS = 200;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ThreadLocal<String> TENANT = new ThreadLocal<>();
  private static final AtomicInteger CAPTURED = new AtomicInteger();

  private static final ContextPropagation TENANTS =
      () -> {
        CAPTURED.incrementAndGet();
        String tenant = TENANT.get();
        return task -> () -> with(tenant, task);
      };

  private final Map<Long, String> seen = new ConcurrentHashMap<>();

  private static void with(String tenant, Runnable task) {
    String before = TENANT.get();
    TENANT.set(tenant);
    try {
      task.run();
    } finally {
      TENANT.set(before);
    }
  }

  private Planet see(long id) {
    seen.put(id, String.valueOf(TENANT.get()));
    return new Planet(id, "seen");
  }

  private void assertSeen(Iterable<Long> keys) {
    for (long key : keys) {
      assertThat(seen).containsEntry(key, "tenant " + key);
    }
  }

  private static List<Long> keys() {
    return LongStream.range(0, CALLS).boxed().toList();
  }

  private void assertEachCallSeesItsOwn(CacheAside<Long, Planet> cache) {
    CAPTURED.set(0);
    List<CompletableFuture<?>> reads = new ArrayList<>();
    for (long key : keys()) {
      with("tenant " + key, () -> reads.add(cache.async().get(key)));
    }
    reads.forEach(CompletableFuture::join);
    assertSeen(keys());
    assertThat(CAPTURED.get()).as("once a call").isEqualTo(CALLS);
    assertThat(TENANT.get()).isNull();
  }

  @Test
  void onTheDefaultExecutor() {
    assertEachCallSeesItsOwn(builder(redis).contextPropagation(TENANTS).build(this::see));
  }

  @Test
  void onAnExecutorOfOnesOwn() {
    assertEachCallSeesItsOwn(
        builder(redis).contextPropagation(TENANTS).executor(threads).build(this::see));
  }

  @Test
  void onAnExecutorThatCapturesWhoeverHandsOver() {
    Executor capturing =
        task -> {
          String tenant = TENANT.get();
          threads.execute(() -> with(tenant, task));
        };
    assertEachCallSeesItsOwn(
        builder(redis).contextPropagation(TENANTS).executor(capturing).build(this::see));
  }

  /** Without a hook: such an executor is handed each call by the thread that makes it. */
  @Test
  void onAnExecutorThatCaptures_withoutAHook() {
    Executor capturing =
        task -> {
          String tenant = TENANT.get();
          threads.execute(() -> with(tenant, task));
        };
    CacheAside<Long, Planet> cache = builder(redis).executor(capturing).build(this::see);
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (long key : keys()) {
      with("tenant " + key, () -> calls.add(cache.async().get(key)));
    }
    with("tenant 1000", () -> calls.add(cache.async().getAll(List.of(1000L))));
    with(
        "tenant 1001",
        () ->
            calls.add(
                cache
                    .async()
                    .write(List.of(1L), () -> CompletableFuture.completedFuture(see(1001L)))));
    with("tenant 1002", () -> calls.add(cache.async().warm(List.of(1002L), Warming.unlimited())));
    calls.forEach(CompletableFuture::join);
    assertSeen(keys());
    assertSeen(List.of(1000L, 1001L, 1002L));
  }

  @Test
  void anExecutorOfOneThread_isNotKeptByReadsThatWaitForALoad() throws Exception {
    SlowLoader slow = new SlowLoader();
    java.util.concurrent.ExecutorService one = java.util.concurrent.Executors.newFixedThreadPool(1);
    try {
      CacheAside<Long, Planet> blocking = builder(redis).maxWait(MINUTE).executor(one).build(slow);
      java.util.concurrent.Future<Read<Planet>> leader = start(() -> blocking.read(1L));
      slow.hasRead.await();
      blocking.put(2L, new Planet(2, "hit"));
      List<CompletableFuture<?>> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waiting.add(blocking.async().get(1L));
      }
      long began = System.nanoTime();
      assertThat(blocking.async().read(2L).join().outcome()).isEqualTo(Outcome.HIT);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(MINUTE);
      slow.mayReturn.countDown();
      waiting.forEach(CompletableFuture::join);
      assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
    } finally {
      one.shutdown();
    }
  }

  @Test
  void withATimeOut_alsoOfBlockingCalls() {
    CacheAside<Long, Planet> cache =
        builder(redis)
            .contextPropagation(TENANTS)
            .executor(threads)
            .loadTimeout(MINUTE)
            .build(this::see);
    assertEachCallSeesItsOwn(cache);
    with("tenant 1000", () -> cache.get(1000L));
    with("tenant 1001", () -> cache.getAll(List.of(1001L)));
    assertSeen(List.of(1000L, 1001L));
  }

  @Test
  void inCoalescedLoadsThatOfTheLeader() throws Exception {
    CountDownLatch mayReturn = new CountDownLatch(1);
    CountDownLatch loading = new CountDownLatch(1);
    CacheLoader<Long, Planet> bulk =
        CacheLoader.of(
            id -> {
              loading.countDown();
              mayReturn.await();
              return see(id);
            },
            ids -> {
              String leader = TENANT.get();
              return ids.stream()
                  .collect(
                      java.util.stream.Collectors.toMap(
                          id -> id,
                          id -> {
                            seen.put(id, leader);
                            return new Planet(id, "seen");
                          }));
            });
    CacheAside<Long, Planet> cache =
        builder(redis)
            .contextPropagation(TENANTS)
            .executor(threads)
            .coalesceMisses(10, MINUTE)
            .build(bulk);
    List<CompletableFuture<?>> reads = new ArrayList<>();
    with("tenant 0", () -> reads.add(cache.async().get(0L)));
    loading.await();
    for (long key = 1; key < 6; key++) {
      long id = key;
      with("tenant " + id, () -> reads.add(cache.async().get(id)));
    }
    mayReturn.countDown();
    reads.forEach(CompletableFuture::join);

    assertThat(seen).containsEntry(0L, "tenant 0").hasSize(6);
    assertThat(seen.values()).allMatch(tenant -> tenant.startsWith("tenant "));
  }

  @Test
  void afterAWaitForTheLoadOfAnotherProcess() throws Exception {
    redis.lease(name + ":7", new LeaseToken(1, 2), MINUTE).toCompletableFuture().join();
    CacheAside<Long, Planet> cache =
        builder(redis)
            .contextPropagation(TENANTS)
            .executor(threads)
            .maxWait(Duration.ofMillis(50))
            .build(this::see);
    CompletableFuture<?>[] read = new CompletableFuture<?>[1];
    with("tenant 7", () -> read[0] = cache.async().get(7L));
    read[0].join();
    assertSeen(List.of(7L));
  }

  @Test
  void forOneWhoHasGivenUpWaiting() throws Exception {
    SlowLoader slow = new SlowLoader();
    AtomicInteger loads = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        builder(redis)
            .contextPropagation(TENANTS)
            .executor(threads)
            .maxWait(Duration.ofMillis(50))
            .build(id -> loads.getAndIncrement() == 0 ? slow.load(id) : see(id));
    CompletableFuture<?>[] reads = new CompletableFuture<?>[2];
    with("first", () -> reads[0] = cache.async().get(1L));
    slow.hasRead.await();
    with("tenant 1", () -> reads[1] = cache.async().get(1L));
    reads[1].join();
    slow.mayReturn.countDown();
    reads[0].join();
    assertSeen(List.of(1L));
  }

  @Test
  void inTheBackground() {
    CacheAside<Long, Planet> cache =
        builder(redis)
            .contextPropagation(TENANTS)
            .executor(threads)
            .expiry(Expiry.soft(Duration.ofMillis(1)).staleWhileRevalidate())
            .build(this::see);
    cache.get(5L);
    settle();
    await()
        .until(
            () -> {
              with("tenant 5", () -> cache.get(5L));
              return "tenant 5".equals(seen.get(5L));
            });
  }

  @Test
  void inBulkReadsWritesAndWarmings() {
    CacheAside<Long, Planet> cache =
        builder(redis).contextPropagation(TENANTS).executor(threads).build(this::see);
    CompletableFuture<?>[] done = new CompletableFuture<?>[3];
    with("tenant 11", () -> done[0] = cache.async().getAll(List.of(11L)));
    with("tenant 12", () -> done[1] = cache.async().warm(List.of(12L), Warming.unlimited()));
    with(
        "tenant 13",
        () ->
            done[2] =
                cache
                    .async()
                    .write(List.of(13L), () -> CompletableFuture.completedFuture(see(13L))));
    CompletableFuture.allOf(done).join();
    assertSeen(List.of(11L, 12L, 13L));
  }

  @Test
  void nothingIsCapturedWithoutAHook_norForBlockingCallsOnTheirOwnThread() {
    CAPTURED.set(0);
    try (RedisCacheStore store = RedisCacheStore.connect(TestServers.redis().uri())) {
      CacheAside<Long, Planet> cache =
          builder(store).contextPropagation(TENANTS).executor(threads).build(this::see);
      with("tenant 1", () -> cache.get(1L));
      with("tenant 1", () -> cache.get(1L));
      assertSeen(List.of(1L));
      assertThat(CAPTURED.get()).isZero();
    }
  }

  @Test
  void aCaptureThatThrows_leavesNoFlight() {
    AtomicInteger captures = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        builder(redis)
            .contextPropagation(
                () -> {
                  if (captures.getAndIncrement() == 0) {
                    throw new IllegalStateException("no context");
                  }
                  return task -> task;
                })
            .executor(threads)
            .loadTimeout(MINUTE)
            .maxWait(MINUTE)
            .build(this::see);
    assertThatThrownBy(() -> cache.get(3L)).hasMessageContaining("no context");
    assertThat(cache.health().flights()).isZero();
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }
}
