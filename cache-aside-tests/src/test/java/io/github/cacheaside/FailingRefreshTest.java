package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An error in the background is not the next reader's loss, nor repeated with every hit. */
final class FailingRefreshTest extends ExpiryCase {
  private static final Expiry BACKGROUND = Expiry.soft(SOFT).staleWhileRevalidate();
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final AtomicBoolean broken = new AtomicBoolean();

  private void becomesStale(CacheAside<Long, Planet> cache) {
    assertThat(cache.get(3L)).contains(OLD);
    table.set(3, "Terra");
    pass(SOFT);
    broken.set(true);
  }

  private void isLoadedAnew(CacheAside<Long, Planet> cache) {
    broken.set(false);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(NEW, Outcome.HIT));
  }

  @Test
  void whileTheLeaseIsAskedFor_itLeavesNoFlight() {
    CacheStore store =
        new ForwardingCacheStore(this.store) {
          @Override
          public CompletionStage<Lookup> refresh(
              String key,
              LeaseToken token,
              Duration lease,
              StoredValue.Timing seen,
              Duration early) {
            if (broken.get()) {
              throw new NoClassDefFoundError("of the store");
            }
            return super.refresh(key, token, lease, seen, early);
          }
        };
    CacheAside<Long, Planet> cache = builder(store, BACKGROUND).build(table);
    becomesStale(cache);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(background.runAll()).isEqualTo(1);
    assertThat(cache.stats().storeFailures()).isEqualTo(1);

    assertThat(cache.health().flights()).isZero();
    isLoadedAnew(cache);
  }

  @Test
  void ofAnExecutorWithoutAThread_itIsCounted_andALaterHitTriesAgain() {
    CacheAside<Long, Planet> cache =
        builder(store, BACKGROUND)
            .executor(
                task -> {
                  if (broken.get()) {
                    throw new InternalError("no thread to be had");
                  }
                  background.execute(task);
                })
            .build(table);
    becomesStale(cache);
    assertThat(cache.read(3L)).isEqualTo(STALE);
    assertThat(cache.stats().shedRefreshes()).isEqualTo(1);

    isLoadedAnew(cache);
  }

  @Test
  void ofTheLoader_itIsCounted_andTriedAgainWhenTheLeaseIsOver() {
    AtomicInteger calls = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        cache(
            BACKGROUND,
            id -> {
              calls.incrementAndGet();
              if (broken.get()) {
                throw new ExceptionInInitializerError("of the driver");
              }
              return table.load(id);
            });
    becomesStale(cache);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.read(3L)).isEqualTo(STALE);
      background.runAll();
    }
    assertThat(calls).hasValue(2);
    assertThat(cache.stats().failedRefreshes()).isEqualTo(1);

    pass(LEASE);
    isLoadedAnew(cache);
  }

  /** Nobody waits for this lease, and a store that is full would have each hit load. */
  @Test
  void ofTheFill_itIsTriedAgainWhenTheLeaseIsOver() {
    CacheStore store =
        new ForwardingCacheStore(this.store) {
          @Override
          public CompletionStage<Boolean> fill(
              String key, LeaseToken token, StoredValue value, Duration ttl) {
            return broken.get()
                ? CompletableFuture.failedFuture(new IllegalStateException("full"))
                : super.fill(key, token, value, ttl);
          }
        };
    CacheAside<Long, Planet> cache = builder(store, BACKGROUND).build(table);
    becomesStale(cache);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.read(3L)).isEqualTo(STALE);
      background.runAll();
    }
    assertThat(table.loads).hasValue(2);

    pass(LEASE);
    isLoadedAnew(cache);
  }
}
