package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A near hit allocates what the API returns, and nothing else. */
final class NearAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 20_000;
  private static final int ROUNDS = 10;
  private static final Long KEY = 3L;

  /** Caffeine hands work to its executor once in many reads: less than a byte a read. */
  private static final double NOTHING = 4;

  private final Planet earth = new Planet(3, "Earth");
  private final CacheAside<Long, Planet> cache =
      CacheAside.builder(new InMemoryCacheStore(), "planet", Serializer.json(Planet.class))
          .nearCache(100)
          .build((Long key) -> earth);

  /** Where results go, so that the compiler can't leave them out. */
  private @Nullable Object seen;

  @BeforeEach
  void readUntilNear() {
    while (cache.read(KEY).outcome() != Outcome.NEAR) {
      Thread.onSpinWait();
    }
  }

  @Test
  void read_allocatesItsAnswer() {
    double answer = bytesEach(() -> new Read<>(earth, Outcome.NEAR));
    assertThat(answer).isPositive();
    assertThat(bytesEach(() -> cache.read(KEY))).isLessThan(answer + NOTHING);
  }

  @Test
  void get_allocatesItsOptional() {
    double optional = bytesEach(() -> Optional.of(earth));
    assertThat(optional).isPositive();
    assertThat(bytesEach(() -> cache.get(KEY))).isLessThan(optional + NOTHING);
  }

  /**
   * In the thriftiest of some rounds: what a JIT compiler or Caffeine does now and then is not it.
   */
  private double bytesEach(Supplier<Object> call) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        seen = call.get();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(seen).isNotNull();
    assertThat(cache.read(KEY).outcome()).isEqualTo(Outcome.NEAR);
    return (double) least / CALLS;
  }
}
