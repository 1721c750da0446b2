package io.github.cacheaside;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Two JVM-like instances (own connection, own cache) over one real Redis, and threads to run. */
abstract class CacheTest {
  static RedisCacheStore redis;
  static RedisCacheStore otherRedis;

  final String name = "planet-" + UUID.randomUUID();
  final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");
  final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
    otherRedis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
    otherRedis.close();
  }

  @AfterEach
  void stopThreads() throws InterruptedException {
    threads.shutdownNow();
    if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
      throw new AssertionError("threads hang");
    }
  }

  /** A builder with a time-out that a busy machine does not reach. */
  CacheAsideBuilder<Object, Planet> builder(CacheStore store) {
    return CacheAside.builder(store, name, Serializer.json(Planet.class))
        .storeTimeout(Duration.ofSeconds(4));
  }

  CacheAside<Long, Planet> cache(CacheLoader<Long, Planet> loader) {
    return builder(redis).build(loader);
  }

  CacheAside<Long, Planet> otherCache(CacheLoader<Long, Planet> loader) {
    return builder(otherRedis).build(loader);
  }

  <T> Future<T> start(Callable<T> task) {
    return threads.submit(task);
  }

  <T> List<Future<T>> startTogether(int count, Callable<T> task) {
    CountDownLatch ready = new CountDownLatch(count);
    List<Future<T>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(
          start(
              () -> {
                ready.countDown();
                ready.await();
                return task.call();
              }));
    }
    return results;
  }

  static <T> T result(Future<T> future) throws Exception {
    return Objects.requireNonNull(future.get(60, TimeUnit.SECONDS));
  }

  /** No read waits for a fill; one with tags of the value takes two more round trips. */
  static void settle() {
    for (int i = 0; i < 3; i++) {
      redis.ping().toCompletableFuture().join();
      otherRedis.ping().toCompletableFuture().join();
    }
  }

  /** A loader that reads its row, then says so, then waits for leave to return. */
  final class SlowLoader implements CacheLoader<Long, Planet> {
    final CountDownLatch hasRead = new CountDownLatch(1);
    final CountDownLatch mayReturn = new CountDownLatch(1);

    @Override
    public @Nullable Planet load(Long id) throws Exception {
      Planet read = table.load(id);
      hasRead.countDown();
      if (!mayReturn.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody lets the loader return");
      }
      return read;
    }
  }
}
