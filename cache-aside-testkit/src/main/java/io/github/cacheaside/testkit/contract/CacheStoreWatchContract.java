package io.github.cacheaside.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What a {@link CacheStore} that implements {@link CacheStore#watch} must do, besides {@link
 * CacheStoreContract}. Nothing here looks a key up to learn of a change, so a watch that ends was
 * told.
 *
 * <p>Each test uses keys of its own, so the store may be shared.
 */
public abstract class CacheStoreWatchContract {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final LeaseToken MINE = new LeaseToken(1, 1);
  private static final LeaseToken THEIRS = new LeaseToken(1, 2);
  private static final StoredValue VALUE = StoredValue.of(new byte[] {1});

  private final String key = "watch-contract:" + UUID.randomUUID();

  /** Made by the test runner. */
  protected CacheStoreWatchContract() {}

  /**
   * The store under test.
   *
   * @return the same one during a test
   */
  protected abstract CacheStore store();

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().copy().orTimeout(5, TimeUnit.SECONDS).join();
  }

  private void lease() {
    assertThat(now(store().lease(key, MINE, LONG))).isEqualTo(Lookup.GRANTED);
  }

  /** Watches the key; a store may need a moment before its first watch. */
  private CompletionStage<Void> watch() throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      Optional<CompletionStage<Void>> watch = store().watch(key);
      if (watch.isPresent()) {
        return watch.get();
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError("the store can't tell within 10 seconds");
  }

  @Test
  void aFillIsTold() throws InterruptedException {
    lease();
    CompletionStage<Void> ended = watch();
    assertThat(now(store().fill(key, MINE, VALUE, LONG))).isTrue();
    now(ended);
    assertThat(now(store().lookup(key))).isInstanceOf(Lookup.Hit.class);
  }

  @Test
  void aDropIsTold() throws InterruptedException {
    lease();
    CompletionStage<Void> ended = watch();
    assertThat(now(store().drop(key))).isTrue();
    now(ended);
  }

  @Test
  void anAbandonedLeaseIsTold() throws InterruptedException {
    lease();
    CompletionStage<Void> ended = watch();
    assertThat(now(store().abandon(key, MINE))).isTrue();
    now(ended);
  }

  @Test
  void aPutIsTold() throws InterruptedException {
    lease();
    CompletionStage<Void> ended = watch();
    assertThat(now(store().put(key, VALUE, LONG))).isTrue();
    now(ended);
  }

  @Test
  void aWriteIntentIsTold() throws InterruptedException {
    lease();
    CompletionStage<Void> ended = watch();
    assertThat(now(store().intent(key, THEIRS, LONG))).isTrue();
    now(ended);
  }

  @Test
  void everyWatchOfALeaseIsTold_andTheNextLeaseCanBeWatchedToo() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      lease();
      CompletionStage<Void> first = watch();
      CompletionStage<Void> second = watch();
      assertThat(now(store().abandon(key, MINE))).isTrue();
      now(first);
      now(second);
    }
  }

  @Test
  void aWatchOfAKeyThatIsNotLeasedEndsAtOnce() throws InterruptedException {
    now(watch());
    assertThat(now(store().put(key, VALUE, LONG))).isTrue();
    now(watch());
    assertThat(now(store().drop(key))).isTrue();
    assertThat(now(store().intent(key, MINE, LONG))).isTrue();
    now(watch());
  }
}
