package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.engine.guard.UnreadableEntries;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** An entry that can't be read goes, also if the connection that carried it was closed over it. */
final class UnreadableEntryTest {
  private static final String KEY = "unreadable:1";

  /** Its removals fail for some time, as they do after a reply that costs the connection. */
  private static final class Unremovable extends ForwardingCacheStore {
    final AtomicInteger drops = new AtomicInteger();

    private final int failures;

    Unremovable(CacheStore store, int failures) {
      super(store);
      this.failures = failures;
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return drops.incrementAndGet() <= failures
          ? CompletableFuture.failedStage(new IllegalStateException("the connection is closed"))
          : super.drop(key);
    }
  }

  private static Lookup lookup(CacheStore store) {
    return store.lookup(KEY).toCompletableFuture().join();
  }

  /** Nobody but the one reader asks for the key, and its own two removals fail. */
  @Test
  void itsRemovalIsTriedAgainWithoutAnotherReader() {
    try (CacheStore memory = new InMemoryCacheStore()) {
      Unremovable store = new Unremovable(memory, 2);
      CacheAside<Integer, String> text =
          CacheAside.builder(store, "unreadable", Serializer.utf8()).build((Integer id) -> "row");
      text.put(1, "no JSON");
      CacheAside<Integer, Planet> planets =
          CacheAside.builder(store, "unreadable", Serializer.json(Planet.class))
              .build((Integer id) -> null);

      assertThat(planets.get(1)).isEmpty();

      await().atMost(Duration.ofSeconds(60)).until(() -> !(lookup(memory) instanceof Lookup.Hit));
      assertThat(store.drops).hasValueGreaterThan(2);
    }
  }

  @Test
  void aStoreThatRemovesNothingIsAskedEightTimesForEach() {
    try (CacheStore memory = new InMemoryCacheStore()) {
      Unremovable store = new Unremovable(memory, Integer.MAX_VALUE);
      AtomicInteger pauses = new AtomicInteger();
      Timers now =
          (pause, task) -> {
            pauses.incrementAndGet();
            task.run();
            return CompletableFuture.completedFuture(null);
          };
      Settings<Integer, String> settings =
          CacheAside.builder(store, "unreadable", Serializer.utf8()).settings(id -> "row");

      new UnreadableEntries(store, new StoreGuard(new Counters(), settings), now).remove(KEY);

      assertThat(store.drops).hasValue(8);
      assertThat(pauses).hasValue(7);
    }
  }

  /** Has something under the key that is so large that no reply after it comes in time. */
  private static final class Blocked extends ForwardingCacheStore {
    private final AtomicBoolean dropped = new AtomicBoolean();

    Blocked(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return dropped.get()
          ? super.lookup(key)
          : CompletableFuture.completedStage(Lookup.UNDECODABLE);
    }

    @Override
    public CompletionStage<Lookup> lookup(
        String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
      return dropped.get() ? super.lookup(key, ifMissing) : lookup(key);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration time) {
      return dropped.get()
          ? super.lease(key, token, time)
          : CompletableFuture.failedStage(new IllegalStateException("the connection is closed"));
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      dropped.set(true);
      return super.drop(key);
    }
  }

  @Test
  void whatIsInTheWayOfItsLease_isRemovedAllTheSame() {
    try (CacheStore memory = new InMemoryCacheStore()) {
      Blocked store = new Blocked(memory);
      CacheAside<Integer, String> cache =
          CacheAside.builder(store, "unreadable", Serializer.utf8()).build((Integer id) -> "row");
      assertThat(cache.get(1)).contains("row");
      await().until(store.dropped::get);
      assertThat(cache.read(1).outcome()).isEqualTo(Outcome.LOADED);
      assertThat(cache.read(1).outcome()).isEqualTo(Outcome.HIT);
    }
  }
}
