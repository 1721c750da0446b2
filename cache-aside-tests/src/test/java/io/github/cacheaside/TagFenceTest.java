package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A fence around all entries of a tag: nothing old is cached over a commit, whatever fails. */
final class TagFenceTest extends CacheTest {

  private CacheAsideBuilder<Long, Planet> tagged(CacheStore store) {
    return builder(store)
        .absentTtl(Duration.ofMinutes(1))
        .tagsOfKey((Long id) -> Set.of("parity:" + id % 2));
  }

  private CacheAsideBuilder<Object, Planet> taggedByValue(CacheStore store) {
    return builder(store)
        .absentTtl(Duration.ofMinutes(1))
        .tagsOfValue(planet -> Set.of("size:" + planet.name().length()));
  }

  /** A loader whose caller waits between the database and the cache. */
  private final class Slow implements CacheLoader<Long, Planet> {
    final CountDownLatch hasRead = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public @Nullable Planet load(Long id) throws Exception {
      Planet row = table.load(id);
      hasRead.countDown();
      assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
      return row;
    }
  }

  /** Forgets the marks: the mutant that must fail. */
  private static final class Markless extends ForwardingCacheStore {
    Markless(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return key.contains("##!")
          ? CompletableFuture.completedStage(Lookup.MISSING)
          : super.lookup(key);
    }

    @Override
    public void close() {}
  }

  private static String name(CacheAside<Long, Planet> cache, long id) {
    return cache.get(id).orElseThrow().name();
  }

  @Test
  void readersGoToTheDatabaseWhileTheFenceStands_andAfterItSeeWhatWasCommitted() {
    CacheAside<Long, Planet> cache = tagged(redis).build(table);
    CacheAside<Long, Planet> other = tagged(otherRedis).build(table);
    cache.getAll(List.of(1L, 2L, 3L));
    settle();
    try (WriteFence fence = cache.fenceTags(List.of("parity:1"))) {
      assertThat(other.read(1L).outcome()).isNotEqualTo(Outcome.HIT);
      settle();
      assertThat(other.read(1L).outcome()).as("not cached").isNotEqualTo(Outcome.HIT);
      assertThat(other.read(2L).outcome()).as("another tag").isEqualTo(Outcome.HIT);
      table.set(1, "new");
      assertThat(fence.mayCommit()).isTrue();
    }
    assertThat(name(other, 1)).isEqualTo("new");
    settle();
    assertThat(cache.read(1L)).isEqualTo(new Read<>(new Planet(1, "new"), Outcome.HIT));
  }

  /** The writer is gone after its commit, and a reader comes late with what it has read before. */
  private String afterALoadThatBeganWithinTheFence(CacheStore store) throws Exception {
    Slow slow = new Slow();
    CacheAside<Long, Planet> reader = tagged(store).build(slow);
    CacheAside<Long, Planet> writer =
        tagged(otherRedis).fenceTime(Duration.ofMinutes(1)).build(table);
    writer.fenceTags(List.of("parity:1")); // and never closed
    Future<String> late = start(() -> name(reader, 1));
    assertThat(slow.hasRead.await(60, TimeUnit.SECONDS)).isTrue();
    table.set(1, "new");
    slow.goOn.countDown();
    assertThat(late.get(60, TimeUnit.SECONDS)).isEqualTo("Mercury");
    settle();
    return name(reader, 1);
  }

  @Test
  void aWriterThatDiesAfterItsCommitLeavesNothingOld() throws Exception {
    assertThat(afterALoadThatBeganWithinTheFence(redis)).isEqualTo("new");
  }

  @Test
  void theSameWithoutLookingForMarksWouldBeOld() throws Exception {
    assertThat(afterALoadThatBeganWithinTheFence(new Markless(redis))).isEqualTo("Mercury");
  }

  @Test
  void aLoadThatBeganBeforeTheFenceIsNotCached() throws Exception {
    Slow slow = new Slow();
    CacheAside<Long, Planet> reader = tagged(redis).build(slow);
    CacheAside<Long, Planet> writer = tagged(otherRedis).build(table);
    Future<String> late = start(() -> name(reader, 1));
    assertThat(slow.hasRead.await(60, TimeUnit.SECONDS)).isTrue();
    WriteFence fence = writer.fenceTags(List.of("parity:1"));
    table.set(1, "new");
    fence.close();
    slow.goOn.countDown();
    assertThat(late.get(60, TimeUnit.SECONDS)).isEqualTo("Mercury");
    settle();

    assertThat(name(reader, 1)).isEqualTo("new");
  }

  /** Only the value tells its tag, so every load within the fence is left uncached. */
  @Test
  void aTagOfTheValue() throws Exception {
    Slow slow = new Slow();
    CacheAside<Long, Planet> reader = taggedByValue(redis).build(slow);
    CacheAside<Long, Planet> writer =
        taggedByValue(otherRedis).fenceTime(Duration.ofMinutes(1)).build(table);
    writer.fenceTags(List.of("size:7"));
    Future<String> late = start(() -> name(reader, 1));
    assertThat(slow.hasRead.await(60, TimeUnit.SECONDS)).isTrue();
    table.set(1, "new");
    slow.goOn.countDown();
    late.get(60, TimeUnit.SECONDS);
    settle();

    assertThat(name(reader, 1)).isEqualTo("new");
  }

  @Test
  void aFenceAroundAllEntries() throws Exception {
    Slow slow = new Slow();
    CacheAside<Long, Planet> reader = builder(redis).clearable().build(slow);
    CacheAside<Long, Planet> writer =
        builder(otherRedis).clearable().fenceTime(Duration.ofMinutes(1)).build(table);
    writer.fenceAll();
    Future<String> late = start(() -> name(reader, 2));
    assertThat(slow.hasRead.await(60, TimeUnit.SECONDS)).isTrue();
    table.set(2, "new");
    slow.goOn.countDown();
    late.get(60, TimeUnit.SECONDS);
    settle();

    assertThat(name(reader, 2)).isEqualTo("new");
  }

  @Test
  void aPutWithinTheFenceDoesNothing() {
    CacheAside<Long, Planet> cache = tagged(redis).build(table);
    try (WriteFence fence = cache.fenceTags(List.of("parity:1", "parity:1"))) {
      cache.put(1L, new Planet(1, "old"));
      assertThat(cache.peek(1L)).isEmpty();
      assertThat(fence.mayCommit()).isTrue();
    }
    cache.put(1L, new Planet(1, "put"));
    assertThat(cache.peek(1L)).contains(new Planet(1, "put"));
  }

  @Test
  void theFenceOfAWriterThatDiedEnds() {
    CacheAside<Long, Planet> reader = tagged(otherRedis).build(table);
    String mark = name + "##!parity:1";
    LeaseToken dead = new LeaseToken(1, 2);
    redis.intent(mark, dead, Duration.ofMinutes(1)).toCompletableFuture().join();
    reader.get(1L);
    settle();
    assertThat(reader.read(1L).outcome()).as("the mark stands").isNotEqualTo(Outcome.HIT);

    redis.intent(mark, dead, Duration.ofMillis(1)).toCompletableFuture().join();
    await().atMost(Duration.ofSeconds(60)).until(() -> reader.read(1L).outcome() == Outcome.HIT);
  }

  @Test
  void ifTheStoreIsDown_thePolicyDecides() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      CacheAside<Long, Planet> fails =
          builder(store).storeTimeout(Duration.ofMillis(200)).clearable().build(table);
      CacheAside<Long, Planet> degrades =
          builder(store)
              .storeTimeout(Duration.ofMillis(200))
              .clearable()
              .unfencedWrites(UnfencedWrites.DEGRADE)
              .build(table);
      server.kill();

      assertThatThrownBy(fails::fenceAll).isInstanceOf(WriteNotBegunException.class);
      WriteFence fence = degrades.fenceAll();
      assertThat(fence.mayCommit()).isTrue();
      assertThatThrownBy(fence::close).isInstanceOf(CacheStoreException.class);
      assertThat(degrades.stats().degradedWrites()).isEqualTo(1);
      assertThat(degrades.stats().pendingInvalidations()).isPositive();
    }
  }

  @Test
  void whatACacheHasNoTagsForIsRefused() {
    assertThatThrownBy(() -> cache(table).fenceAll())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("clearable()");
    assertThatThrownBy(() -> builder(redis).clearable().build(table).fenceTags(List.of("a")))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("tagsOfKey()");
    assertThatThrownBy(() -> tagged(redis).build(table).fenceTags(List.of("#")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Answers about marks when the test says so, and counts the fills that were sent. */
  private static final class LateMarks extends ForwardingCacheStore {
    private final CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
    private final AtomicInteger fills = new AtomicInteger();

    LateMarks(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return key.contains("##!")
          ? mayAnswer.thenCompose(now -> super.lookup(key))
          : super.lookup(key);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      fills.incrementAndGet();
      return super.fill(key, token, value, ttl);
    }

    @Override
    public void close() {}
  }

  @Test
  void whoBlocksForATicket_hasSentItsFillBeforeItGoesOn() throws Exception {
    LateMarks late = new LateMarks(redis);
    CacheAside<Long, Planet> cache =
        tagged(late)
            .storeTimeout(Duration.ofSeconds(5))
            .leaseTime(Duration.ofMinutes(1))
            .build(table);
    Ticket<Planet> ticket = cache.ticket(1L);
    Thread reader = Thread.currentThread();
    Future<Boolean> answered =
        start(
            () -> {
              await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
              return late.mayAnswer.complete(null);
            });
    CompletableFuture<Boolean> filling = ticket.fillAsync(new Planet(1, "Mercury"));
    assertThat(late.fills).hasValue(1);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(result(filling)).isTrue();
    assertThat(answered.get(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoDoesNotBlockForATicket_orHasGivenItAway_doesNotWaitWhenItFills() throws Exception {
    LateMarks late = new LateMarks(redis);
    CacheAside<Long, Planet> cache =
        tagged(late)
            .storeTimeout(Duration.ofSeconds(5))
            .leaseTime(Duration.ofMinutes(1))
            .build(table);
    CompletableFuture<Boolean> first =
        result(cache.async().ticket(1L)).fillAsync(new Planet(1, "Mercury"));
    Ticket<Planet> given = cache.ticket(2L);
    CompletableFuture<Boolean> second =
        start(() -> given.fillAsync(new Planet(2, "Venus"))).get(60, TimeUnit.SECONDS);
    assertThat(late.fills).hasValue(0);
    late.mayAnswer.complete(null);
    assertThat(result(first)).isTrue();
    assertThat(result(second)).isTrue();
  }
}
