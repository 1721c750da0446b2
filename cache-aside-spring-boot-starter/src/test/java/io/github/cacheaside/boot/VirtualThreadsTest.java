package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** On which threads annotated methods run in the background. */
final class VirtualThreadsTest {
  private static String threadOf(Executor executor) throws Exception {
    CompletableFuture<String> name = new CompletableFuture<>();
    executor.execute(() -> name.complete(Thread.currentThread().getName()));
    return name.get(1, TimeUnit.MINUTES);
  }

  @Test
  void aPoolWithoutThem() throws Exception {
    BackgroundThreads threads = new BackgroundThreads(false);
    try {
      assertThat(threads.get()).isSameAs(threads.get());
      assertThat(threadOf(threads.get())).startsWith("cache-aside-load-");
    } finally {
      threads.destroy();
    }
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualOnesIfTheApplicationAsksForThem() throws Exception {
    BackgroundThreads threads = new BackgroundThreads(true);
    assertThat(threadOf(threads.get())).startsWith("cache-aside-load-");
    threads.destroy();
  }
}
