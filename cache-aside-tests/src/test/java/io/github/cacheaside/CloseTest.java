package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that is closed with all kinds of work in flight, some of it stuck in Redis. */
final class CloseTest {
  /** Longer than any test here waits: what ends before was ended by closing. */
  private static final Duration STORE_TIMEOUT = Duration.ofMinutes(5);

  private static final long LIMIT_SECONDS = 30;

  /** Less than it takes until a connection without answers is given up anyway. */
  private static final long ENDED_SECONDS = 2;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Future<?>> work = new ArrayList<>();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private CacheAside<Long, String> cache(RedisCacheStore store) {
    return CacheAside.builder(store, "closing", Serializer.utf8())
        .storeTimeout(STORE_TIMEOUT)
        .leaseTime(STORE_TIMEOUT.multipliedBy(2))
        .executor(threads)
        .circuitBreaker(CircuitBreaker.off())
        .build(
            id -> {
              if (id == 99) {
                loading.countDown();
                closed.await();
              }
              return "v" + id;
            });
  }

  private void start(Callable<?> call) {
    work.add(
        threads.submit(
            () -> {
              begun.incrementAndGet();
              return call.call();
            }));
  }

  @Test
  void nothingHangs_andAllCompletesOrThrowsACacheException() throws Exception {
    try (RedisServer server = TestServers.newRedis()) {
      RedisCacheStore store = RedisCacheStore.connect(server.uri());
      CacheAside<Long, String> cache = cache(store);
      cache.getAll(LongStream.range(0, 20).boxed().toList());
      start(() -> cache.get(99L)); // loads when the store is closed, and fills after that
      loading.await();
      server.pause();
      startStuck(cache);
      await().until(() -> begun.get() == work.size());

      Future<?> closing = threads.submit(store::close);
      closing.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      closed.countDown();
      for (Future<?> each : work) {
        assertEnded(each);
      }
      assertThat(work.get(0).get()).as("the load under way").isNotNull();
      assertThat(cache.get(1L)).contains("v1");
      assertThatThrownBy(() -> cache.invalidate(1L)).isInstanceOf(CacheStoreException.class);
    }
  }

  private void startStuck(CacheAside<Long, String> cache) {
    for (long id = 0; id < 20; id++) {
      long key = id;
      start(() -> cache.get(key));
      start(() -> cache.async().get(key).get());
    }
    start(() -> cache.getAll(List.of(1L, 2L, 200L)));
    start(() -> cache.async().getAll(List.of(1L, 2L, 201L)).get());
    start(() -> cache.readAll(List.of(1L, 202L)));
    start(() -> cache.get(300L)); // a miss
    start(
        () -> {
          cache.invalidate(1L);
          return 1;
        });
    start(
        () -> {
          cache.put(2L, "put");
          return 2;
        });
    start(() -> cache.write(List.of(3L), () -> "written"));
    start(() -> cache.warm(LongStream.range(400, 600).boxed().toList(), Warming.perSecond(1_000)));
    start(() -> cache.warm(LongStream.range(1_000, 2_000).boxed().toList(), Warming.unlimited()));
  }

  private static void assertEnded(Future<?> each) throws Exception {
    try {
      each.get(ENDED_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      assertThat(cause instanceof ExecutionException ? cause.getCause() : cause)
          .isInstanceOf(CacheException.class);
    }
  }

  @Test
  void invalidationsUnderWay_areTakenOrThrow() throws Exception {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore witness = RedisCacheStore.connect(server.uri())) {
      RedisCacheStore store = RedisCacheStore.connect(server.uri());
      CacheAside<Long, String> cache = cache(store);
      CacheAside<Long, String> other = cache(witness);
      List<Long> keys = LongStream.range(100, 2_000).boxed().toList();
      other.warm(keys, Warming.unlimited());
      List<Long> taken = new ArrayList<>();
      Future<?> writer =
          threads.submit(
              () -> {
                for (long key : keys) {
                  cache.invalidate(key);
                  taken.add(key);
                  begun.incrementAndGet();
                }
              });
      await().until(() -> begun.get() > 50);
      store.close();
      assertEnded(writer);
      assertThat(taken).isNotEmpty();
      assertThat(taken).allMatch(key -> other.peek(key).isEmpty());
    }
  }
}
