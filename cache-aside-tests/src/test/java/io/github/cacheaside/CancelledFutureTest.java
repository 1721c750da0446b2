package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever callers do to their futures, what was begun is brought to its end. */
final class CancelledFutureTest {
  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");
  private final Late store = new Late();

  /** Answers lookups and the first removal when it is told to. */
  private static final class Late extends OneLookupStore {
    CompletableFuture<Void> mayLook = CompletableFuture.completedFuture(null);
    final CompletableFuture<Boolean> firstRemoval = new CompletableFuture<>();
    final AtomicBoolean removing = new AtomicBoolean();

    Late() {
      super(new InMemoryCacheStore());
    }

    private CompletionStage<Boolean> remove(Supplier<CompletionStage<Boolean>> operation) {
      return removing.getAndSet(true) ? operation.get() : firstRemoval;
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return mayLook.thenCompose(now -> super.lookup(key));
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return remove(() -> super.drop(key));
    }

    @Override
    public CompletionStage<Boolean> soften(String key, Duration maxStale) {
      return remove(() -> store.soften(key, maxStale));
    }

    @Override
    public CompletionStage<Optional<LeaseToken>> generation(String key) {
      return store.generation(key);
    }

    @Override
    public CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
      return store.generationOr(key, fresh);
    }

    @Override
    public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
      return remove(() -> store.newGeneration(key, fresh));
    }
  }

  private CacheAsideBuilder<Object, Planet> builder(CacheStore over) {
    return CacheAside.builder(over, "planet", Serializer.json(Planet.class))
        .storeTimeout(Duration.ofSeconds(20));
  }

  private void assertIsTriedAgain(
      Function<AsyncCacheAside<Long, Planet>, CompletableFuture<Void>> removal) {
    CacheAside<Long, Planet> cache =
        builder(store)
            .tagsOfKey(id -> Set.of("rocky"))
            .clearable()
            .ttl(Ttl.from((Planet planet) -> Duration.ofMinutes(planet.name().length())))
            .build(table);
    cache.get(3L);
    CompletableFuture<Void> removing = removal.apply(cache.async());
    await().untilTrue(store.removing);
    removing.cancel(false);
    store.firstRemoval.completeExceptionally(new IllegalStateException("loading the dataset"));

    await().until(() -> cache.peek(3L).isEmpty());
  }

  @Test
  void anInvalidationThatFails_isTriedAgain() {
    assertIsTriedAgain(async -> async.invalidate(3L));
  }

  @Test
  void aSoftInvalidationThatFails_isTriedAgain() {
    assertIsTriedAgain(async -> async.softInvalidate(3L, Duration.ofMinutes(1)));
  }

  @Test
  void theInvalidationOfATagThatFails_isTriedAgain() {
    assertIsTriedAgain(async -> async.invalidateTag("rocky"));
  }

  @Test
  void aClearThatFails_isTriedAgain() {
    assertIsTriedAgain(AsyncCacheAside::clear);
  }

  @Test
  void aPutOfWhatHasExpired_whoseInvalidationFails_isTriedAgain() {
    assertIsTriedAgain(async -> async.put(3L, new Planet(3, "")));
  }

  @Test
  void aReadThatBreaks_leavesNoFlightBehind() {
    CacheAside<Long, Planet> cache =
        builder(
                new ForwardingCacheStore(store) {
                  @Override
                  public CompletionStage<Lookup> lease(
                      String key, LeaseToken token, Duration lease) {
                    throw new NoClassDefFoundError("a class of the driver");
                  }
                })
            .executor(Runnable::run)
            .build(table);
    store.mayLook = new CompletableFuture<>();
    cache.async().read(3L).cancel(false);
    store.mayLook.complete(null);
    assertThat(cache.health().flights()).isZero();
  }

  @Test
  void readsAreCounted() {
    CacheAside<Long, Planet> cache = builder(store).executor(Runnable::run).build(table);
    store.mayLook = new CompletableFuture<>();
    cache.async().read(1L).cancel(false);
    cache.async().getAll(List.of(2L)).cancel(false);
    cache.async().readAll(List.of(3L)).cancel(false);
    store.mayLook.complete(null);
    assertThat(cache.stats().misses()).isEqualTo(3);
    assertThat(cache.getAll(List.of(1L, 2L, 3L))).hasSize(3);
    assertThat(cache.stats().hits()).isEqualTo(3);
  }
}
