package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.Play.Beginning;
import io.github.cacheaside.Play.Cast;
import io.github.cacheaside.Stage.Grain;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.TestServers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real engine in every order of its marked steps: two readers and one writer of one key, each
 * in the JVM that a letter names. Look, lease, load and fill of the readers; commit, call and drop
 * of the writer, or mark, commit and release.
 *
 * <p>No read that began after the write had returned may be old, nor, if the write was fenced, one
 * that began after the commit; every call must return; and afterwards nothing old may be cached.
 * Every order is walked over the store in memory, samples of a finer grain too, and over Redis.
 */
final class InterleavingTest {
  private static final int SAMPLE = 400;
  private static final int REDIS_SAMPLE = 60;

  static RedisCacheStore redis;

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @ParameterizedTest(name = "readers in {0}, writer in {1}, fenced: {2}, {3}, {4}")
  @CsvSource({
    "AB, W, false, NOTHING_CACHED,   LOADS, 4000",
    "AB, W, true,  NOTHING_CACHED,   LOADS, 9000",
    "AB, W, false, OLD_VALUE_CACHED, LOADS, 30",
    "AB, W, true,  OLD_VALUE_CACHED, LOADS, 100",
    "AB, A, false, NOTHING_CACHED,   LOADS, 4000",
    "AA, W, false, NOTHING_CACHED,   READS, 2000",
    "AA, W, true,  NOTHING_CACHED,   LOADS, 1500",
    "AA, A, false, NOTHING_CACHED,   READS, 5000",
    "AA, A, true,  NOTHING_CACHED,   LOADS, 1500",
    "AA, A, true,  OLD_VALUE_CACHED, LOADS, 100",
  })
  void inEveryOrder_nothingIsStale(
      String readers, String writer, boolean fenced, Beginning from, Grain grain, int atLeast) {
    Cast cast = new Cast(readers, writer, fenced);
    Schedules.Found found =
        Schedules.all(
            order -> new Play(cast, from, grain, new InMemoryCacheStore()).perform(order));
    assertThat(found.wrong()).isEmpty();
    assertThat(found.schedules()).isGreaterThan(atLeast);
  }

  @ParameterizedTest(name = "readers in {0}, writer in {1}, fenced: {2}, {3}")
  @CsvSource({
    "AB, W, false, NOTHING_CACHED", "AB, W, true, NOTHING_CACHED",
    "AB, A, false, NOTHING_CACHED", "AB, A, true, NOTHING_CACHED",
    "AA, W, false, NOTHING_CACHED", "AA, W, true, NOTHING_CACHED",
    "AA, A, false, NOTHING_CACHED", "AA, A, true, NOTHING_CACHED",
    "AB, W, false, LEASE_LOST", "AB, W, true, LEASE_LOST",
    "AA, A, false, LEASE_LOST", "AA, A, true, LEASE_LOST",
  })
  void inSomeOrdersOfAFinerGrain_nothingIsStale(
      String readers, String writer, boolean fenced, Beginning from) {
    Cast cast = new Cast(readers, writer, fenced);
    Schedules.Found found =
        Schedules.some(
            SAMPLE,
            3,
            order -> new Play(cast, from, Grain.ALL, new InMemoryCacheStore()).perform(order));
    assertThat(found.wrong()).isEmpty();
  }

  @ParameterizedTest(name = "readers in {0}, writer in {1}, fenced: {2}, {3}")
  @CsvSource({
    "AB, W, false, LOADS", "AB, W, true, LOADS", "AA, A, false, READS", "AA, A, true, READS",
    "AB, W, false, ALL", "AB, W, true, ALL", "AA, A, false, ALL", "AA, A, true, ALL",
  })
  void inSomeOrdersOverRedis_nothingIsStale(
      String readers, String writer, boolean fenced, Grain grain) {
    Cast cast = new Cast(readers, writer, fenced);
    for (Beginning from : List.of(Beginning.NOTHING_CACHED, Beginning.LEASE_LOST)) {
      Schedules.Found found =
          Schedules.some(
              REDIS_SAMPLE, 5, order -> new Play(cast, from, grain, redis).perform(order));
      assertThat(found.wrong()).isEmpty();
      assertThat(found.schedules()).isEqualTo(REDIS_SAMPLE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMutantOfTheStore_isFoundOut(MutantStores mutant) {
    for (String readers : List.of("AB", "AA")) {
      Cast cast = new Cast(readers, "W", mutant.isOfFences());
      assertThat(
              Schedules.all(order -> play(cast, mutant.of(new InMemoryCacheStore())).perform(order))
                  .wrong())
          .anyMatch(wrong -> wrong.contains("got an old value"));
      assertThat(
              Schedules.some(1000, 7, order -> play(cast, mutant.of(redis)).perform(order)).wrong())
          .as("over Redis")
          .anyMatch(wrong -> wrong.contains("got an old value"));
    }
  }

  private static Play play(Cast cast, CacheStore store) {
    return new Play(cast, Beginning.NOTHING_CACHED, Grain.LOADS, store);
  }
}
