package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** No value that is older than an acknowledged write is served after it. */
final class CoherenceTest extends CacheTest {

  @Test
  void aSlowLoadOvertakenByAnInvalidation_isReturnedButNotCached() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = cache(slow);
    CacheAside<Long, Planet> writer = otherCache(table);
    Future<Read<Planet>> read = start(() -> reader.read(3L));
    slow.hasRead.await();
    table.set(3, "Terra");
    writer.invalidate(3L);
    slow.mayReturn.countDown();

    assertThat(result(read).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(writer.get(3L)).contains(new Planet(3, "Terra"));
    assertThat(reader.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void aSlowLoadOvertakenInItsOwnInstance_isNotShared() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(slow);
    Future<Read<Planet>> old = start(() -> cache.read(3L));
    slow.hasRead.await();
    table.set(3, "Terra");
    cache.invalidate(3L);
    Future<Read<Planet>> young = start(() -> cache.read(3L));
    slow.mayReturn.countDown();

    assertThat(result(old).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(result(young).value()).isEqualTo(new Planet(3, "Terra"));
    assertThat(cache.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void aReadThatBeganAfterAWriteElsewhere_doesNotShareALoadThatBeganBefore() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = cache(slow);
    Future<Read<Planet>> old = start(() -> cache.read(3L));
    slow.hasRead.await();
    table.set(3, "Terra");
    otherCache(table).invalidate(3L); // this instance is not told
    Future<Read<Planet>> young = start(() -> cache.read(3L));
    slow.mayReturn.countDown();

    assertThat(result(old).value()).isEqualTo(new Planet(3, "Earth"));
    assertThat(result(young).value()).isEqualTo(new Planet(3, "Terra"));
  }

  @Test
  void anInsertEndsACachedAbsence() {
    CacheAside<Long, Planet> cache = builder(redis).absentTtl(Duration.ofMinutes(1)).build(table);
    assertThat(cache.get(9L)).isEmpty();
    assertThat(cache.read(9L).outcome()).isEqualTo(Outcome.ABSENT);
    table.set(9, "Pluto");
    cache.invalidate(9L);

    assertThat(cache.get(9L)).contains(new Planet(9, "Pluto"));
  }

  @Test
  void whileAWriteIsInFlight_readsGoToTheDatabase_andCacheNothing() {
    CacheAside<Long, Planet> cache = cache(table);
    LeaseToken writer = new LeaseToken(3, 4);
    redis.intent(name + ":3", writer, Duration.ofMinutes(1)).toCompletableFuture().join();

    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(cache.getAll(List.of(1L, 3L))).hasSize(2);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
    cache.put(3L, new Planet(3, "put"));
    assertThat(cache.peek(3L)).isEmpty();
    redis.release(name + ":3", writer).toCompletableFuture().join();
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void aBulkLoadOvertakenByAnInvalidation_isNotCached() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = cache(slow);
    Future<Map<Long, Planet>> read = start(() -> reader.getAll(List.of(3L)));
    slow.hasRead.await();
    table.set(3, "Terra");
    otherCache(table).invalidateAll(List.of(3L, 4L));
    slow.mayReturn.countDown();

    assertThat(result(read)).containsEntry(3L, new Planet(3, "Earth"));
    assertThat(reader.get(3L)).contains(new Planet(3, "Terra"));
  }
}
