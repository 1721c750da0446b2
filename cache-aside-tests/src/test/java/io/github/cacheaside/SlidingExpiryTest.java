package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A value that is read lives on, up to its TTL; one that nobody reads goes. */
final class SlidingExpiryTest extends ExpiryCase {
  private static final Duration IDLE = Duration.ofMinutes(8);
  private static final Expiry SLIDING = Expiry.sliding(IDLE);

  /** Counts how often lives are prolonged. */
  private static final class Counting extends ForwardingCacheStore {
    final AtomicInteger touches = new AtomicInteger();

    Counting(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> touch(String key, StoredValue.Timing seen, Duration idle) {
      touches.incrementAndGet();
      return store.touch(key, seen, idle);
    }
  }

  private final Counting counting = new Counting(store);
  private final CacheAside<Long, Planet> cache = builder(counting, SLIDING).build(table);

  @Test
  void aValueThatNobodyReads_goesAfterItsIdleTime() {
    cache.get(3L);
    pass(IDLE);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void oneThatIsRead_livesOn_untilItsTtlIsOver() {
    cache.get(3L);
    Duration step = IDLE.minusMinutes(1);
    Duration age = step;
    for (; age.compareTo(HARD) < 0; age = age.plus(step)) {
      pass(step);
      assertThat(cache.read(3L)).as("after " + age).isEqualTo(HIT);
    }
    pass(HARD.minus(age.minus(step)).minusMillis(1));
    assertThat(cache.getAll(List.of(3L))).hasSize(1);
    assertThat(table.bulkLoads).hasValue(0);
    pass(Duration.ofMillis(1));
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void manyHits_prolongItAFewTimes() {
    cache.get(3L);
    for (int i = 0; i < 800; i++) {
      pass(IDLE.dividedBy(800));
      cache.read(3L);
    }
    assertThat(counting.touches.get()).isBetween(8, 9);
  }

  @Test
  void aPeekProlongsNothing_andNorDoesAReadOfAnAgelessValue() {
    cache.get(3L);
    pass(IDLE.minusMillis(1));
    assertThat(cache.peek(3L)).contains(OLD);
    pass(Duration.ofMillis(1));
    assertThat(cache.peek(3L)).isEmpty();
    builder(store).ttl(HARD).<Long>build(table).get(3L);
    assertThat(cache.read(3L)).isEqualTo(HIT);
    assertThat(counting.touches).hasValue(0);
  }

  @Test
  void overRedis_aHitProlongsALife() {
    CacheAside<Long, Planet> sliding =
        builder(redis, Expiry.sliding(Duration.ofSeconds(4))).build(table);
    sliding.get(3L);
    settle();
    for (int i = 0; i < 3; i++) {
      grow(redis, Duration.ofMillis(1_600));
      assertThat(sliding.read(3L)).isEqualTo(HIT);
      settle();
    }
    grow(redis, Duration.ofMillis(4_050));
    assertThat(sliding.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }
}
