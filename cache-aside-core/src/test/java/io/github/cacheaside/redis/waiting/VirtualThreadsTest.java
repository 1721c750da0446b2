package io.github.cacheaside.redis.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Told apart, on JDKs that have them. */
final class VirtualThreadsTest {
  @Test
  void aPlatformThreadIsNone() {
    assertThat(VirtualThreads.isCurrent()).isFalse();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void aVirtualThreadIsOne() throws Exception {
    ExecutorService threads =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    assertThat(threads.submit(VirtualThreads::isCurrent).get(30, TimeUnit.SECONDS)).isTrue();
    threads.shutdown();
  }
}
