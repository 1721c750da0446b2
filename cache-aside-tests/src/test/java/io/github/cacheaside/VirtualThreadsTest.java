package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads wait without holding on to the threads that carry them. */
@WithServers
@EnabledForJreRange(min = JRE.JAVA_21)
final class VirtualThreadsTest {
  private static final String PINNED = "jdk.VirtualThreadPinned";
  private static final int THREADS = 400;

  @TempDir private Path directory;

  @Test
  void manyMoreCallersThanCarriers_allWaitForOneLoad(RedisServer server) throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, String> cache =
          cache(
              store,
              key -> {
                loading.countDown();
                go.await();
                return "value";
              });
      ExecutorService threads = virtualThreads();
      List<Future<Read<String>>> reads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        reads.add(threads.submit(() -> cache.read(1L)));
      }
      assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
      // a carrier is free although all of them wait, the loader included
      assertThat(threads.submit(() -> "runs").get(30, TimeUnit.SECONDS)).isEqualTo("runs");
      go.countDown();
      for (Future<Read<String>> read : reads) {
        assertThat(read.get(30, TimeUnit.SECONDS).value()).isEqualTo("value");
      }
      assertThat(cache.stats().loads()).isEqualTo(1);
      threads.shutdown();
    }
  }

  @Test
  void nothingOfThisLibraryPins(RedisServer server) throws Exception {
    try (RedisCacheStore store = RedisCacheStore.connect(server.uri());
        Recording recording = new Recording()) {
      CacheAside<Long, String> cache = cache(store, key -> "value " + key);
      call(cache); // classes are loaded, which may pin
      recording.enable(PINNED).withoutThreshold().withStackTrace();
      recording.start();
      call(cache);
      recording.stop();
      Path file = directory.resolve("pinned.jfr");
      recording.dump(file);
      assertThat(Files.size(file)).isPositive();
      assertThat(pinnedByUs(file)).isEmpty();
    }
  }

  private static void call(CacheAside<Long, String> cache) throws Exception {
    ExecutorService threads = virtualThreads();
    List<Future<?>> calls = new ArrayList<>();
    List<Long> many = LongStream.range(0, 50).boxed().toList();
    for (int i = 0; i < THREADS; i++) {
      long key = i % 50;
      calls.add(threads.submit(() -> cache.get(key)));
      calls.add(threads.submit(() -> cache.getAll(many)));
      calls.add(threads.submit(() -> cache.invalidate(key)));
      calls.add(threads.submit(() -> cache.write(List.of(key), () -> "written")));
    }
    for (Future<?> call : calls) {
      call.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
  }

  private static Set<String> pinnedByUs(Path file) throws Exception {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(PINNED))
        .filter(VirtualThreadsTest::isOurs)
        .map(RecordedEvent::toString)
        .collect(Collectors.toSet());
  }

  private static boolean isOurs(RecordedEvent event) {
    return event.getStackTrace() == null
        || event.getStackTrace().getFrames().stream()
            .limit(20)
            .anyMatch(
                frame -> frame.getMethod().getType().getName().startsWith("io.github.cacheaside"));
  }

  private static CacheAside<Long, String> cache(
      RedisCacheStore store, CacheLoader<Long, String> loader) {
    return CacheAside.builder(store, "virtual", Serializer.utf8())
        .storeTimeout(Duration.ofSeconds(5))
        .leaseTime(Duration.ofSeconds(20))
        .fenceTime(Duration.ofSeconds(30))
        .maxWait(Duration.ofSeconds(30))
        .build(loader);
  }

  /** By its name, since it is of JDK 21. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }
}
