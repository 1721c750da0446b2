package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.engine.write.Fence;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Writes behind a fence: intent, work, release. */
final class FencedWriteTest extends CacheTest {

  @Test
  void duringTheWorkReadersGoToTheDatabase_andAfterItTheNewValueIsCached() {
    CacheAside<Long, Planet> cache = cache(table);
    CacheAside<Long, Planet> other = otherCache(table);
    cache.get(3L);
    String answer =
        cache.write(
            List.of(3L),
            () -> {
              assertThat(other.read(3L))
                  .isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.BYPASSED));
              table.set(3, "Terra");
              assertThat(other.read(3L))
                  .isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.BYPASSED));
              return "done";
            });

    assertThat(answer).isEqualTo("done");
    assertThat(other.read(3L)).isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.LOADED));
    assertThat(other.read(3L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.stats().fencesLost()).isZero();
  }

  @Test
  void aFailedWorkIsRethrownAsItIs_andTheFenceIsGone() {
    CacheAside<Long, Planet> cache = cache(table);
    IOException failure = new IOException("rolled back");
    assertThatThrownBy(
            () ->
                cache.write(
                    List.of(3L),
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aLoadThatBeganBeforeTheFence_doesNotFill() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = cache(slow);
    var read = start(() -> reader.read(3L));
    slow.hasRead.await();
    otherCache(table).write(List.of(3L), () -> table.set(3, "Terra"));
    slow.mayReturn.countDown();

    assertThat(result(read).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(reader.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void twoWritersOfOneKey_theKeyIsFreeAfterBoth() {
    CacheAside<Long, Planet> one = cache(table);
    CacheAside<Long, Planet> two = otherCache(table);
    WriteFence first = one.fence(List.of(3L));
    WriteFence second = two.fence(List.of(3L, 3L));
    first.close();
    assertThat(one.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(second.mayCommit()).isTrue();
    second.close();
    second.close(); // once is enough, twice is harmless
    assertThat(second.mayCommit()).isFalse();
    assertThat(one.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(one.stats().fencesLost() + two.stats().fencesLost()).isZero();
  }

  @Test
  void aWorkLongerThanTheIntentIsRenewed() throws Exception {
    CacheAside<Long, Planet> cache = builder(redis).fenceTime(Duration.ofSeconds(3)).build(table);
    WriteFence fence = cache.fence(List.of(3L));
    TimeUnit.MILLISECONDS.sleep(6_500); // Redis' own clock can't be moved
    assertThat(fence.mayCommit()).isTrue();
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    fence.close();
    assertThat(cache.stats().fencesLost()).isZero();
  }

  @Test
  void aFenceThatTheStoreLost_isCounted_told_andNothingStaleStays() {
    AtomicInteger told = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        builder(redis)
            .listener(
                new CacheListener() {
                  @Override
                  public void onFenceLost(String cacheName, int keys) {
                    told.addAndGet(keys);
                  }
                })
            .build(table);
    CacheAside<Long, Planet> other = otherCache(table);
    cache.write(
        List.of(3L),
        () -> {
          releaseEverything();
          other.get(3L); // caches the old value, since the mark is gone
          table.set(3, "Terra");
        });

    assertThat(cache.stats().fencesLost()).isEqualTo(1);
    assertThat(told).hasValue(1);
    assertThat(other.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void aFenceThatTheStoreLost_andThatIsPlacedAnew_doesNotHold_andIsCounted() {
    CacheAside<Long, Planet> cache = builder(redis).fenceTime(Duration.ofMillis(600)).build(table);
    CacheAside<Long, Planet> other = otherCache(table);
    WriteFence fence = cache.fence(List.of(3L));
    releaseEverything();
    other.get(3L); // caches the old value, since the mark is gone
    await().until(() -> !fence.mayCommit() && other.read(3L).outcome() == Outcome.BYPASSED);
    fence.close();
    assertThat(cache.stats().fencesLost()).isEqualTo(1);
    assertThat(other.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  /** What an eviction or FLUSHALL does to a mark. */
  private void releaseEverything() {
    try (var client =
            io.lettuce.core.RedisClient.create(
                io.github.cacheaside.testkit.TestServers.redis().uri());
        var connection = client.connect()) {
      connection.sync().del(name + ":3");
    }
  }

  @Test
  void aFenceThatCouldNotBeRenewed_doesNotHold_andIsCounted() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    CacheAside<Long, Planet> cache = builder(store).fenceTime(Duration.ofMillis(60)).build(table);
    WriteFence fence = cache.fence(List.of(3L));
    store.failWith(new IllegalStateException("out of reach"));
    await().until(() -> !fence.mayCommit());
    store.failWith(null);
    await().pollDelay(Duration.ofMillis(100)).until(() -> !fence.mayCommit());
    fence.close();
    assertThat(cache.stats().fencesLost()).isEqualTo(1);
  }

  @Test
  void aRenewalThatIsAnsweredTooLate_tellsOfALostFenceAllTheSame() {
    CompletableFuture<Boolean> late = new CompletableFuture<>();
    AtomicInteger renewals = new AtomicInteger();
    ForwardingCacheStore store =
        new ForwardingCacheStore(new InMemoryCacheStore()) {
          @Override
          public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
            return renewals.incrementAndGet() == 1 ? late : super.renewIntent(key, token, ttl);
          }
        };
    CacheAside<Long, Planet> cache =
        builder(store)
            .storeTimeout(Duration.ofMillis(10))
            .fenceTime(Duration.ofMillis(300))
            .build(table);
    WriteFence fence = cache.fence(List.of(3L));
    await().until(() -> cache.stats().storeFailures() == 1);
    late.complete(false);
    await().until(() -> renewals.get() >= 3);
    assertThat(fence.mayCommit()).isFalse();
    fence.close();
    assertThat(cache.stats().fencesLost()).isEqualTo(1);
  }

  @Test
  void aFenceThatIsClosedInTheMiddleOfARenewal_isRenewedNoMore() {
    List<String> sent = new CopyOnWriteArrayList<>();
    CompletableFuture<Fence<?, ?>> fence = new CompletableFuture<>();
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    ForwardingCacheStore store =
        new ForwardingCacheStore(new InMemoryCacheStore()) {
          @Override
          public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
            sent.add("renewal");
            if (sent.size() == 1) {
              var unused = fence.join().closeAsync(); // the first of two keys was renewed
              return answered.thenCompose(go -> super.renewIntent(key, token, ttl));
            }
            return super.renewIntent(key, token, ttl);
          }

          @Override
          public CompletionStage<Boolean> release(String key, LeaseToken token) {
            sent.add("release");
            return super.release(key, token);
          }
        };
    CacheAside<Long, Planet> cache = builder(store).fenceTime(Duration.ofMillis(300)).build(table);
    fence.complete((Fence<?, ?>) cache.fence(List.of(3L, 4L)));
    await().until(() -> !sent.isEmpty() && !fence.join().mayCommit());
    answered.complete(true);
    await().until(() -> sent.size() >= 3);
    assertThat(sent).containsExactly("renewal", "release", "release");
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache.stats().fencesLost()).isZero();
  }

  @Test
  void whereNoFenceCanBePlaced_theWriteFailsBeforeItBegins() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    store.failWith(new IllegalStateException("out of reach"));
    CacheAside<Long, Planet> cache = builder(store).build(table);
    assertThatThrownBy(() -> cache.write(List.of(3L, 4L), () -> table.set(3, "Terra")))
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("fencing 2 keys of " + name + " failed");
    assertThat(table.row(3)).isEqualTo(new Planet(3, "Earth"));
  }

  @Test
  void orItGoesOnUnfenced_isCounted_andInvalidatesAfterwards() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    CacheAside<Long, Planet> cache =
        builder(store).unfencedWrites(UnfencedWrites.DEGRADE).build(table);
    cache.get(3L);
    store.failWith(new IllegalStateException("out of reach"));
    assertThatThrownBy(() -> cache.write(List.of(3L), () -> table.set(3, "Terra")))
        .isInstanceOf(CacheStoreException.class)
        .hasMessage("invalidating 1 key of " + name + " failed");
    assertThat(table.row(3)).isEqualTo(new Planet(3, "Terra"));
    assertThat(cache.stats().degradedWrites()).isEqualTo(1);
    store.failWith(null);
    await().until(() -> cache.stats().pendingInvalidations() == 0);
    assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void theAsynchronousWrite() throws Exception {
    CacheAside<Long, Planet> cache = cache(table);
    CompletableFuture<String> commit = new CompletableFuture<>();
    CompletableFuture<String> write = cache.async().write(List.of(3L), () -> commit);
    await().until(() -> cache.read(3L).outcome() == Outcome.BYPASSED);
    table.set(3, "Terra");
    commit.complete("done");
    assertThat(write.get(20, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.LOADED));
    assertThat(
            cache
                .async()
                .write(
                    List.of(3L),
                    () -> CompletableFuture.failedFuture(new IOException("rolled back"))))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(IOException.class);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void foreignLayoutsHaveNoFence() {
    CacheAside<Long, Planet> cache = builder(redis.plain()).build(table);
    assertThatThrownBy(() -> cache.write(List.of(3L), () -> table.set(3, "Terra")))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(table.row(3)).isEqualTo(new Planet(3, "Earth"));
  }
}
