package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application in a class loader of its own, library and client included, is collected whole. */
@Tag("long")
@Timeout(300)
final class RedeployTest {

  /** What such an application does. */
  public static final class Application implements java.util.function.Consumer<String> {
    @Override
    public void accept(String uri) {
      ExecutorService executor = Executors.newFixedThreadPool(2);
      try (RedisCacheStore store = RedisCacheStore.connect(uri)) {
        CacheAside<Integer, String> cache =
            CacheAsideMetrics.monitor(
                new SimpleMeterRegistry(),
                CacheAside.builder(store, "redeployed", Serializer.utf8())
                    .nearCache(100)
                    .executor(executor)
                    .loadTimeout(Duration.ofSeconds(20))
                    .softLoadTimeout(Duration.ofSeconds(10))
                    .build((Integer key) -> "v" + key));
        AsyncCacheAside<Integer, String> async =
            CacheAside.builder(store, "async", Serializer.utf8())
                .build((Integer key) -> "v" + key)
                .async();
        for (int i = 0; i < 20; i++) {
          cache.get(i % 3);
          async.get(i % 3).join();
          async.get(100 + i).join();
        }
        join(cache);
        cache.fence(List.of(1)).close();
        cache.invalidate(2);
      } finally {
        executor.shutdown();
      }
    }

    /** One waits for the load of the other. */
    private static void join(CacheAside<Integer, String> cache) {
      var one = cache.async().get(50);
      var other = cache.async().get(50);
      one.join();
      other.join();
    }
  }

  /** Takes the place of the application's records in the JDK. */
  private record Own(String text) {}

  /**
   * JDK 17 keeps the class whose {@code equals} or {@code hashCode} as a record it has linked last
   * ({@code MethodHandle.asTypeCache} of the handles in {@code java.lang.runtime.ObjectMethods}),
   * until it links that of another one. So does any application with records.
   */
  private static void letTheJdkForgetItsRecords() {
    assertThat(new Own("a")).isEqualTo(new Own("a")).hasSameHashCodeAs(new Own("a"));
    assertThat(new Own("a").toString()).contains("a");
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(new File(entry).toURI().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** As a server does: on a thread that ends, with the application's loader as its context. */
  private static WeakReference<ClassLoader> deploy(String uri) throws Exception {
    URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                @SuppressWarnings("unchecked")
                var application =
                    (java.util.function.Consumer<String>)
                        loader
                            .loadClass(Application.class.getName())
                            .getConstructor()
                            .newInstance();
                application.accept(uri);
              } catch (Throwable e) {
                failure[0] = e;
              }
            });
    thread.setContextClassLoader(loader);
    thread.start();
    thread.join();
    if (failure[0] != null) {
      throw new AssertionError(failure[0]);
    }
    loader.close();
    return new WeakReference<>(loader);
  }

  @Test
  void aRedeployedApplicationIsCollected() throws Exception {
    try (RedisServer server = TestServers.newRedis()) {
      WeakReference<ClassLoader> loader = deploy(server.uri());
      letTheJdkForgetItsRecords();
      await()
          .atMost(120, TimeUnit.SECONDS)
          .until(
              () -> {
                System.gc();
                return loader.get() == null;
              });
    }
  }
}
