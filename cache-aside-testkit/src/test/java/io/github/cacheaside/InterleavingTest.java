package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.TestServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real engine in every order of its marked steps: two readers and one writer of one key, each
 * in the JVM that a letter names. Look, lease, database read and fill of the readers; commit, call
 * and drop of the writer, or mark, commit and release.
 *
 * <p>No read that began after the write had returned may be old, nor, if the write was fenced, one
 * that began after the commit; every call must return; and afterwards nothing old may be cached.
 * Every order is walked over the store in memory, and a sample over Redis.
 */
final class InterleavingTest {
  private static final int SAMPLE = 300;
  private static final int FINE_SAMPLE = 1500;

  static RedisCacheStore redis;

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @ParameterizedTest(name = "readers in {0}, writer in {1}, old value cached: {2}, fenced: {3}")
  @CsvSource({
    "AB, W, false, false, 4000",
    "AB, W, false, true, 9000",
    "AB, W, true, false, 30",
    "AB, W, true, true, 100",
    "AB, A, false, false, 4000",
    "AB, A, false, true, 9000",
    "AA, W, false, false, 500",
    "AA, W, false, true, 1500",
    "AA, A, false, false, 1000",
    "AA, A, false, true, 1500",
    "AA, A, true, false, 20",
    "AA, A, true, true, 100",
  })
  void inEveryOrder_nothingIsStale(
      String readers, String writer, boolean cached, boolean fenced, int atLeast) {
    Play.Cast cast = new Play.Cast(readers, writer, cached, fenced, false);
    Schedules.Found found =
        Schedules.all(chooser -> new Play(cast, new InMemoryCacheStore()).perform(chooser));
    assertThat(found.wrong()).isEmpty();
    assertThat(found.schedules()).isGreaterThan(atLeast);
  }

  @ParameterizedTest(name = "readers in {0}, writer in {1}, fenced: {2}")
  @CsvSource({
    "AB, W, false", "AB, W, true", "AB, A, false", "AB, A, true",
    "AA, W, false", "AA, W, true", "AA, A, false", "AA, A, true",
  })
  void inSomeOrdersWhereTheEngineStopsBetweenItsSteps_nothingIsStale(
      String readers, String writer, boolean fenced) {
    Play.Cast cast = new Play.Cast(readers, writer, false, fenced, true);
    Schedules.Found found =
        Schedules.some(
            FINE_SAMPLE, 3, chooser -> new Play(cast, new InMemoryCacheStore()).perform(chooser));
    assertThat(found.wrong()).isEmpty();
  }

  @ParameterizedTest(name = "readers in {0}, writer in {1}, fenced: {2}, fine: {3}")
  @CsvSource({
    "AB, W, false, false", "AB, W, true, false", "AA, A, false, false", "AA, A, true, false",
    "AB, W, false, true", "AB, W, true, true", "AA, A, false, true", "AA, A, true, true",
  })
  void inSomeOrdersOverRedis_nothingIsStale(
      String readers, String writer, boolean fenced, boolean fine) {
    Play.Cast cast = new Play.Cast(readers, writer, false, fenced, fine);
    Schedules.Found found =
        Schedules.some(SAMPLE, 5, chooser -> new Play(cast, redis).perform(chooser));
    assertThat(found.wrong()).isEmpty();
    assertThat(found.schedules()).isEqualTo(SAMPLE);
  }

  @ParameterizedTest
  @EnumSource
  void aMutantOfTheStore_isFoundOut(MutantStores mutant) {
    for (String readers : new String[] {"AB", "AA"}) {
      Play.Cast cast = new Play.Cast(readers, "W", false, mutant.isOfFences(), false);
      assertThat(
              Schedules.all(
                      chooser ->
                          new Play(cast, mutant.of(new InMemoryCacheStore())).perform(chooser))
                  .wrong())
          .anyMatch(InterleavingTest::tellsOfAnOldValue);
      assertThat(
              Schedules.some(1000, 7, chooser -> new Play(cast, mutant.of(redis)).perform(chooser))
                  .wrong())
          .as("over Redis")
          .anyMatch(InterleavingTest::tellsOfAnOldValue);
    }
  }

  private static boolean tellsOfAnOldValue(String wrong) {
    return wrong.contains("got an old value");
  }
}
