package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Many entries invalidated by one command, loads that are under way included. */
final class TagsTest extends CacheTest {

  private CacheAside<Long, Planet> tagged(CacheStore store, CacheLoader<Long, Planet> loader) {
    return ofParity(store)
        .tagsOfValue(planet -> Set.of("letter:" + planet.name().charAt(0)))
        .build(loader);
  }

  private CacheAsideBuilder<Long, Planet> ofParity(CacheStore store) {
    return builder(store)
        .absentTtl(Duration.ofMinutes(1))
        .tagsOfKey((Long id) -> Set.of("parity:" + id % 2));
  }

  private static Outcome outcome(CacheAside<Long, Planet> cache, long id) {
    return cache.read(id).outcome();
  }

  @Test
  void clearMakesEveryEntryAMiss_inEveryInstance() {
    CacheAside<Long, Planet> cache = builder(redis).clearable().build(table);
    CacheAside<Long, Planet> other = builder(otherRedis).clearable().build(table);
    cache.getAll(List.of(1L, 2L, 3L));
    settle();
    assertThat(outcome(other, 1)).isEqualTo(Outcome.HIT);
    table.set(1, "new");
    cache.clear();

    assertThat(other.read(1L)).isEqualTo(new Read<>(new Planet(1, "new"), Outcome.LOADED));
    assertThat(other.getAll(List.of(1L, 2L, 3L))).hasSize(3);
    settle();
    assertThat(other.stats().hits()).isEqualTo(2);
    assertThat(outcome(cache, 2)).isEqualTo(Outcome.HIT);
  }

  @Test
  void aTagOfTheKey_reachesItsEntriesOnly_absentRowsToo() {
    CacheAside<Long, Planet> cache = tagged(redis, table);
    cache.getAll(List.of(1L, 2L, 3L, 9L));
    settle();
    cache.invalidateTag("parity:1");

    assertThat(outcome(cache, 1)).isEqualTo(Outcome.LOADED);
    assertThat(outcome(cache, 2)).isEqualTo(Outcome.HIT);
    assertThat(outcome(cache, 3)).isEqualTo(Outcome.LOADED);
    assertThat(outcome(cache, 9)).isEqualTo(Outcome.LOADED);
    assertThat(outcome(cache, 9)).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void aTagOfTheValue() {
    CacheAside<Long, Planet> cache = tagged(redis, table);
    cache.getAll(List.of(1L, 2L));
    settle();
    tagged(otherRedis, table).invalidateTag("letter:V");

    assertThat(outcome(cache, 1)).isEqualTo(Outcome.HIT);
    assertThat(outcome(cache, 2)).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aTagOfTheKeyInvalidatedDuringALoad_leavesNoSurvivor() throws Exception {
    assertNoSurvivor("parity:1");
  }

  @Test
  void aTagOfTheValueInvalidatedDuringALoad_leavesNoSurvivor() throws Exception {
    assertNoSurvivor("letter:E");
  }

  private void assertNoSurvivor(String tag) throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = tagged(redis, slow);
    CacheAside<Long, Planet> writer = tagged(otherRedis, table);
    Future<Read<Planet>> old = start(() -> reader.read(3L));
    slow.hasRead.await();
    table.set(3, "Eden");
    writer.invalidateTag(tag);
    slow.mayReturn.countDown();
    assertThat(result(old).value()).isEqualTo(new Planet(3, "Earth"));
    settle();

    assertThat(reader.get(3L)).contains(new Planet(3, "Eden"));
    assertThat(writer.get(3L)).contains(new Planet(3, "Eden"));
  }

  @Test
  void anInsertUnderATagOfTheValue_endsACachedAbsence() throws Exception {
    CacheAside<Long, Planet> writer = tagged(otherRedis, table);
    assertThat(writer.get(9L)).isEmpty();
    settle();
    assertThat(outcome(writer, 9)).isEqualTo(Outcome.ABSENT);
    table.set(9, "Nine");
    writer.invalidateTag("letter:N");
    assertThat(writer.get(9L)).contains(new Planet(9, "Nine"));

    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = tagged(redis, slow);
    Future<Read<Planet>> absent = start(() -> reader.read(10L));
    slow.hasRead.await();
    table.set(10, "Ten");
    writer.invalidateTag("letter:T");
    slow.mayReturn.countDown();
    assertThat(absent.get().value()).isNull();
    settle();
    assertThat(writer.get(10L)).contains(new Planet(10, "Ten"));
  }

  @Test
  void clearDuringALoad_leavesNoSurvivor() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = builder(redis).clearable().build(slow);
    Future<Read<Planet>> old = start(() -> reader.read(3L));
    slow.hasRead.await();
    table.set(3, "Terra");
    builder(otherRedis).clearable().<Long>build(table).clear();
    slow.mayReturn.countDown();
    assertThat(result(old).value()).isEqualTo(new Planet(3, "Earth"));

    assertThat(reader.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void aLostGenerationIsAMiss() {
    CacheAside<Long, Planet> cache = builder(redis).clearable().build(table);
    cache.get(1L);
    redis.drop(name + "#").toCompletableFuture().join();
    assertThat(outcome(cache, 1)).isEqualTo(Outcome.LOADED);
    assertThat(outcome(cache, 1)).isEqualTo(Outcome.HIT);
  }

  @Test
  void anEntryFromBeforeTheCacheHadTags_isAMiss() {
    cache(table).get(1L);
    CacheAside<Long, Planet> cache = builder(redis).clearable().build(table);
    assertThat(cache.peek(1L)).isEmpty();
    assertThat(outcome(cache, 1)).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aPutHasTagsToo() {
    CacheAside<Long, Planet> cache = tagged(redis, table);
    cache.put(1L, new Planet(1, "Put"));
    settle();
    assertThat(outcome(cache, 1)).isEqualTo(Outcome.HIT);
    cache.invalidateTag("letter:P");
    assertThat(outcome(cache, 1)).isEqualTo(Outcome.LOADED);
  }

  /** It is the caller's function that fails, and not the store. */
  @Test
  @SuppressWarnings("NullAway") // what a caller without a checker does
  void aKeyWhoseTagsAreNotTold_isLoadedUncached_andNobodyElseNoticesIt() throws Exception {
    for (Function<Long, Set<String>> tags :
        List.<Function<Long, Set<String>>>of(
            id -> id == 3 ? null : Set.of("any"),
            id -> id == 3 ? Set.of("") : Set.of("any"),
            id -> Set.of(id == 3 ? thrown() : "any"))) {
      CacheAside<Long, Planet> cache = builder(redis).tagsOfKey(tags).build(table);
      cache.getAll(List.of(1L, 2L));
      settle();
      assertThat(cache.readAll(List.of(1L, 3L, 2L)).answers())
          .isEqualTo(
              Map.of(
                  1L, new Read<>(new Planet(1, "Mercury"), Outcome.HIT),
                  2L, new Read<>(new Planet(2, "Venus"), Outcome.HIT),
                  3L, new Read<>(new Planet(3, "Earth"), Outcome.BYPASSED)));
      assertThat(outcome(cache, 3)).isEqualTo(Outcome.BYPASSED);
      assertThat(result(cache.async().read(3L)).outcome()).isEqualTo(Outcome.BYPASSED);
      assertThat(cache.peek(3L)).isEmpty();
      assertThatThrownBy(() -> cache.put(3L, new Planet(3, "Earth")))
          .isNotInstanceOf(CacheStoreException.class);
      assertThat(outcome(cache, 1)).isEqualTo(Outcome.HIT);
      assertThat(cache.health().status()).isEqualTo(Health.Status.UP);
      assertThat(cache.stats().storeFailures()).isZero();
    }
  }

  private static String thrown() {
    throw new IllegalStateException("of the caller's function");
  }

  @Test
  void tagsThatAreNotToldWhenTheLeaseIsAskedFor_areNoFailureOfTheStoreEither() {
    AtomicInteger calls = new AtomicInteger();
    CacheAside<Long, Planet> cache =
        builder(redis)
            .tagsOfKey((Long id) -> Set.of(calls.incrementAndGet() == 2 ? thrown() : "any"))
            .build(table);
    assertThat(outcome(cache, 3)).isEqualTo(Outcome.BYPASSED);
    assertThat(cache.stats().storeFailures()).isZero();
    settle();
    assertThat(outcome(cache, 3)).as("no lease is left").isEqualTo(Outcome.LOADED);
  }

  @Test
  void whatACacheWasNotBuiltFor_itRefuses() {
    CacheAside<Long, Planet> cache = cache(table);
    assertThatThrownBy(cache::clear)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(name + " was built without clearable()");
    assertThatThrownBy(() -> cache.invalidateTag("a"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> tagged(redis, table).invalidateTag(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tag must have 1 to 200 characters");
  }

  @Test
  void layoutsForOtherProgramsHaveNoPlaceForTags() {
    Map<String, CacheAsideBuilder<Object, Planet>> tagged =
        Map.of(
            "clearable", builder(redis.plain()).clearable(),
            "tagsOfKey", builder(redis.hash()).tagsOfKey(key -> Set.of("a")),
            "tagsOfValue", builder(redis.plain()).tagsOfValue(planet -> Set.of("a")));
    tagged.forEach(
        (option, builder) ->
            assertThatThrownBy(() -> builder.build(table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(option + ": the plain and hash layouts have no place for tags"));
  }
}
