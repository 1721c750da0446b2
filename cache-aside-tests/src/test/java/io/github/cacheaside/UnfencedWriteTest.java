package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Writes that go on without a fence: their keys are invalidated, or their callers are told. */
final class UnfencedWriteTest {
  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");

  private CacheAside<Long, Planet> cache(CacheStore store) {
    return CacheAside.builder(store, "planet", Serializer.json(Planet.class))
        .storeTimeout(Duration.ofSeconds(20))
        .unfencedWrites(UnfencedWrites.DEGRADE)
        .build(table);
  }

  private CacheAside<Long, Planet> outOfReach() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    store.failWith(new IllegalStateException("out of reach"));
    return cache(store);
  }

  /** Takes no marks, and answers the first removal when it is told to. */
  private static final class Ill extends ForwardingCacheStore {
    final CompletableFuture<Boolean> first = new CompletableFuture<>();
    final AtomicBoolean removed = new AtomicBoolean();

    Ill() {
      super(new InMemoryCacheStore());
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return CompletableFuture.failedFuture(new IllegalStateException("no memory"));
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return removed.getAndSet(true) ? super.drop(key) : first;
    }
  }

  @Test
  void whoIsInterruptedWhileAnUnfencedWriteIsInvalidated_isTold_andItIsTriedAgain() {
    Ill store = new Ill();
    CacheAside<Long, Planet> cache = cache(store);
    WriteFence fence = cache.fence(List.of(3L));
    cache.get(3L);
    Thread.currentThread().interrupt();
    assertThatThrownBy(fence::close)
        .isExactlyInstanceOf(CacheException.class)
        .hasMessage("interrupted while waiting for planet");
    assertThat(Thread.interrupted()).isTrue();
    store.first.completeExceptionally(new IllegalStateException("loading the dataset"));
    await().until(() -> cache.peek(3L).isEmpty());
  }

  @Test
  void anAsynchronousWriteWhoseWorkFails_failsWithThat_alsoIfInvalidatingFailsToo() {
    CacheAside<Long, Planet> cache = outOfReach();
    IOException failure = new IOException("rolled back");
    assertThatThrownBy(
            () ->
                cache
                    .async()
                    .write(List.of(3L), () -> CompletableFuture.failedFuture(failure))
                    .get(20, TimeUnit.SECONDS))
        .cause()
        .isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOfSatisfying(
            CacheStoreException.class,
            removal -> assertThat(removal).hasMessage("invalidating 1 key of planet failed"));
  }

  @Test
  void anAsynchronousWriteThatCantInvalidate_failsWithThat() {
    CacheAside<Long, Planet> cache = outOfReach();
    assertThatThrownBy(
            () ->
                cache
                    .async()
                    .write(List.of(3L), () -> CompletableFuture.completedFuture("done"))
                    .get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("invalidating 1 key of planet failed");
  }

  @Test
  void theAnswerOfAWriteThatCantInvalidate_isNotLost() {
    CacheAside<Long, Planet> cache = outOfReach();
    assertThatThrownBy(() -> cache.write(List.of(3L), () -> "order 17"))
        .isInstanceOfSatisfying(
            WriteNotInvalidatedException.class,
            told -> assertThat(told.result()).isEqualTo("order 17"));
    assertThatThrownBy(() -> cache.write(List.of(3L), () -> table.set(3, "Terra")))
        .isInstanceOfSatisfying(
            WriteNotInvalidatedException.class, told -> assertThat(told.result()).isNull());
    assertThat(table.row(3)).isEqualTo(new Planet(3, "Terra"));
    assertThatThrownBy(
            () ->
                cache
                    .async()
                    .write(List.of(3L), () -> CompletableFuture.completedFuture("order 18"))
                    .get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            WriteNotInvalidatedException.class,
            told -> assertThat(told.result()).isEqualTo("order 18"));
  }

  @Test
  void whoIsInterruptedAfterTheWork_getsItsAnswerAllTheSame() {
    Ill store = new Ill();
    CacheAside<Long, Planet> cache = cache(store);
    assertThatThrownBy(
            () ->
                cache.write(
                    List.of(3L),
                    () -> {
                      Thread.currentThread().interrupt();
                      return "order 17";
                    }))
        .hasCauseInstanceOf(InterruptedException.class)
        .isInstanceOfSatisfying(
            WriteNotInvalidatedException.class,
            told -> assertThat(told.result()).isEqualTo("order 17"));
    assertThat(Thread.interrupted()).isTrue();
    store.first.complete(true);
  }

  @Test
  void theWorksOwnFailureComesFirst_andTheOtherIsSuppressedInIt() {
    CacheAside<Long, Planet> cache = outOfReach();
    IOException failure = new IOException("rolled back");
    assertThatThrownBy(
            () ->
                cache.write(
                    List.of(3L),
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isExactlyInstanceOf(CacheStoreException.class);
  }

  @Test
  void aWriteThatIsNotBegun_saysSoByItsType() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    store.failWith(new IllegalStateException("out of reach"));
    CacheAside<Long, Planet> cache =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class)).build(table);
    assertThatThrownBy(() -> cache.write(List.of(3L), () -> table.set(3, "Terra")))
        .isInstanceOf(WriteNotBegunException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(
            cache.async().write(List.of(3L), () -> CompletableFuture.completedFuture("order 17")))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(WriteNotBegunException.class);
    assertThat(table.row(3)).isEqualTo(new Planet(3, "Earth"));
  }
}
