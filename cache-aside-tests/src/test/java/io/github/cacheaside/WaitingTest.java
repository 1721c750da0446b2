package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who waits for a load in another instance looks when it is told to, and also by itself. */
final class WaitingTest extends CacheTest {
  private static final Pattern GETS = Pattern.compile("cmdstat_get:calls=(\\d+)");
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void aToldWaiterLooksAFewTimesOnly() throws Exception {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore loading = RedisCacheStore.connect(server.uri());
        RedisCacheStore waiting = RedisCacheStore.connect(server.uri());
        RedisClient client = RedisClient.create(server.uri());
        var raw = client.connect()) {
      await().until(() -> waiting.watch("any").isPresent());
      SlowLoader slow = new SlowLoader();
      CacheAside<Long, Planet> cache = builder(loading).build(slow);
      CacheAside<Long, Planet> other = builder(waiting).build(table);
      Future<Read<Planet>> leader = start(() -> cache.read(1L));
      slow.hasRead.await();
      raw.sync().configResetstat();
      long began = System.nanoTime();
      Future<Read<Planet>> waiter = start(() -> other.read(1L));
      TimeUnit.MILLISECONDS.sleep(500); // 62 looks if it polled
      slow.mayReturn.countDown();

      assertThat(result(waiter).outcome()).isEqualTo(Outcome.AWAITED);
      long pauses = (System.nanoTime() - began) / 100_000_000;
      assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
      Matcher gets = GETS.matcher(raw.sync().info("commandstats"));
      assertThat(gets.find()).isTrue();
      // its first look, the one it was told to make, one a pause, and one message for nothing
      assertThat(Integer.parseInt(gets.group(1))).isLessThanOrEqualTo((int) (4 + pauses));
    }
  }

  @Test
  void aWaiterIsAnsweredWhereNobodyTells_hereForWantOfResp3() throws Exception {
    assertAnsweredByPolling("rename-command HELLO \"\"");
  }

  @Test
  void aWaiterIsAnsweredWhereNobodyTells_hereForWantOfRights() throws Exception {
    assertAnsweredByPolling("user default on nopass ~* &* +@all -client");
  }

  private void assertAnsweredByPolling(String config) throws Exception {
    try (RedisServer server = TestServers.newRedis(config);
        RedisCacheStore loading = RedisCacheStore.connect(server.uri());
        RedisCacheStore waiting = RedisCacheStore.connect(server.uri())) {
      SlowLoader slow = new SlowLoader();
      Future<Read<Planet>> leader = start(() -> builder(loading).build(slow).read(1L));
      slow.hasRead.await();
      Future<Read<Planet>> waiter = start(() -> builder(waiting).build(table).read(1L));
      TimeUnit.MILLISECONDS.sleep(100); // for the waiter to wait; not asserted
      assertThat(waiting.watch("any")).isEmpty();
      slow.mayReturn.countDown();

      assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
      assertThat(result(waiter).value()).isEqualTo(new Planet(1, "Mercury"));
      assertThat(table.loads).hasValue(1);
    }
  }

  @Test
  void aWaiterLooksByItself_ifNobodyEverTells() throws Exception {
    assertAnswered(new TellingStore(new CompletableFuture<>()));
  }

  @Test
  void aStoreThatAlwaysTellsForNothingDoesNotMakeTheWaiterSpin() throws Exception {
    TellingStore store = new TellingStore(CompletableFuture.completedFuture(null));
    long began = System.nanoTime();
    assertAnswered(store);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    assertThat(store.lookups.get()).isLessThanOrEqualTo((int) (4 + 2 * millis / 8));
  }

  @Test
  void aWatchThatFailsMeansLookAgain() throws Exception {
    assertAnswered(new TellingStore(CompletableFuture.failedFuture(new IllegalStateException())));
  }

  private void assertAnswered(TellingStore store) throws Exception {
    String key = name + ":1";
    LeaseToken token = new LeaseToken(1, 2);
    store.lease(key, token, LONG);
    Future<Read<Planet>> waiter = start(() -> builder(store).build(table).read(1L));
    await().until(() -> store.watches.get() > 1);
    store.fill(key, token, StoredValue.absent(), LONG);

    await().until(waiter::isDone);
    assertThat(result(waiter).outcome()).isEqualTo(Outcome.AWAITED);
    assertThat(table.loads).hasValue(0);
  }

  /** A store whose watches all end the same way. */
  private static final class TellingStore implements CacheStore {
    private final CacheStore entries = new InMemoryCacheStore();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();
    private final CompletionStage<Void> end;

    TellingStore(CompletionStage<Void> end) {
      this.end = end;
    }

    @Override
    public Optional<CompletionStage<Void>> watch(String key) {
      watches.incrementAndGet();
      return Optional.of(end);
    }

    @Override
    public CompletionStage<Optional<LeaseToken>> generation(String key) {
      return entries.generation(key);
    }

    @Override
    public CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
      return entries.generationOr(key, fresh);
    }

    @Override
    public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
      return entries.newGeneration(key, fresh);
    }

    @Override
    public Coherence coherence() {
      return Coherence.LEASE;
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      lookups.incrementAndGet();
      return entries.lookup(key);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      return entries.lease(key, token, lease);
    }

    @Override
    public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
      return entries.renew(key, token, lease);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return entries.fill(key, token, value, ttl);
    }

    @Override
    public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
      return entries.abandon(key, token);
    }

    @Override
    public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
      return entries.put(key, value, ttl);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return entries.drop(key);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return entries.intent(key, token, ttl);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return entries.release(key, token);
    }

    @Override
    public void close() {
      entries.close();
    }
  }
}
