package io.github.cacheaside;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loader that reads its own key would wait for itself: it gets an exception at once. */
@Timeout(20) // each waits for a minute if it waits
final class SelfReadTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicReference<CacheAside<Long, Planet>> self = new AtomicReference<>();
  private final AtomicReference<CacheAside<Long, Planet>> other = new AtomicReference<>();
  private final AtomicInteger loads = new AtomicInteger();

  private CacheAside<Long, Planet> self() {
    return requireNonNull(self.get());
  }

  private CacheAside<Long, Planet> other() {
    return requireNonNull(other.get());
  }

  private CacheAsideBuilder<Object, Planet> patient() {
    return builder(new InMemoryCacheStore()).maxWait(MINUTE).leaseTime(MINUTE);
  }

  private void assertRefused(CacheAside<Long, Planet> cache) {
    assertRefused(() -> cache.get(1L));
    assertThat(cache.health().flights()).isZero();
  }

  private void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
    assertThatThrownBy(read)
        .isInstanceOf(CacheLoadException.class)
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a loader of "
                + name
                + " reads a key that it is loading, itself or by way of another load");
  }

  @Test
  void directly() {
    self.set(patient().build(id -> load(self(), id)));
    assertRefused(self());
    assertThat(loads).hasValue(1);
  }

  private Planet load(CacheAside<Long, Planet> cache, long id) {
    loads.incrementAndGet();
    return cache.get(id).orElseThrow();
  }

  @Test
  void byWayOfAnotherKey() {
    self.set(patient().build(id -> load(self(), 3 - id)));
    assertRefused(self());
    assertThat(loads).hasValue(2);
  }

  @Test
  void byWayOfAnotherCache() {
    other.set(
        CacheAside.builder(new InMemoryCacheStore(), "moon", Serializer.json(Planet.class))
            .maxWait(MINUTE)
            .build(id -> load(self(), id)));
    self.set(patient().build(id -> load(other(), id)));
    assertRefused(self());
  }

  @Test
  void byABulkRead() {
    self.set(patient().build(id -> self().getAll(List.of(id, 2L)).get(id)));
    assertRefused(self());
  }

  @Test
  void inABulkLoad() {
    self.set(
        patient()
            .build(
                CacheLoader.of(
                    id -> load(self(), id),
                    ids -> {
                      self().get(2L);
                      return java.util.Map.of();
                    })));
    assertRefused(() -> self().getAll(List.of(1L, 2L, 3L)));
    assertThat(self().health().flights()).isZero();
  }

  @Test
  void byAnAsynchronousReadThatIsJoined() {
    self.set(patient().executor(threads).build(id -> join(id)));
    assertRefused(self());
  }

  private Planet join(long id) {
    try {
      return self().async().get(id).join().orElseThrow();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  @Test
  void byAsynchronousReadsByWayOfAnotherKey_onTheDefaultExecutor() {
    self.set(patient().build(id -> join(3 - id)));
    assertRefused(self());
    assertThatThrownBy(() -> self().async().get(1L).join())
        .hasRootCauseInstanceOf(IllegalStateException.class);
    assertThat(self().health().flights()).isZero();
  }

  @Test
  void onTheThreadsOfLoadsWithATimeOut() {
    self.set(patient().executor(threads).loadTimeout(MINUTE).build(id -> load(self(), 3 - id)));
    assertRefused(self());
  }

  @Test
  void inACoalescedLoad() {
    CacheLoader<Long, Planet> bulk =
        CacheLoader.of(id -> load(self(), 3 - id), ids -> java.util.Map.of());
    self.set(patient().coalesceMisses(10, Duration.ofMillis(1)).build(bulk));
    assertRefused(self());
  }

  @Test
  void afterTheLoaderHasInvalidatedItsKey() {
    self.set(
        patient()
            .build(
                id -> {
                  self().invalidate(id);
                  return load(self(), id);
                }));
    assertRefused(self());
    assertThat(loads).hasValue(1);
  }

  @Test
  void inRedisToo() {
    self.set(builder(redis).maxWait(MINUTE).build(id -> load(self(), 3 - id)));
    assertRefused(self());
  }

  @Test
  void anotherThreadMayReadTheKeyAfterwards() {
    AtomicInteger turn = new AtomicInteger();
    self.set(
        patient().build(id -> turn.getAndIncrement() == 0 ? load(self(), id) : table.load(id)));
    assertRefused(self());
    assertThat(self().read(1L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aHitIsNoMatter() {
    self.set(patient().build(id -> table.load(id)));
    self().get(1L);
    CacheAside<Long, Planet> reader = patient().build(id -> self().get(id).orElseThrow());
    assertThat(reader.get(1L)).contains(new Planet(1, "Mercury"));
  }
}
