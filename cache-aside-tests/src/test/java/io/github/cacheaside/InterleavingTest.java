package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.Play.Beginning;
import io.github.cacheaside.Play.Cast;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.TestServers;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real engine in every order of its marked steps: readers and writers of one key, each in the
 * JVM that a letter names. Look, lease, database read, return and fill of the readers; commit, call
 * and drop of a writer, or mark, commit and release.
 *
 * <p>No read that began after a write had returned may be older than it, nor, if the write was
 * fenced, one that began after the commit; every call must return; and afterwards nothing old is
 * cached, and nothing keeps a value from being cached. Every order is walked over the store in
 * memory; samples of a finer grain too, and over Redis. No time passes in a play. Where the orders
 * are very many, an ordinary build walks a sample, and -Pthorough all of them.
 */
final class InterleavingTest {
  private static final boolean THOROUGH = Boolean.getBoolean("cacheaside.thorough");

  /** Plays with more orders than this are walked to their end in a thorough run only. */
  private static final int MOST_WALKED = 3000;

  private static final int SAMPLE = THOROUGH ? 1000 : 300;
  private static final int REDIS_SAMPLE = THOROUGH ? 100 : 30;
  private static final int MUTANT_SAMPLE = 50_000;

  static RedisCacheStore redis;

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @ParameterizedTest(name = "readers in {0}, fenced writes in {1}, others in {2}, {3}")
  @CsvSource({
    "AB, '', '', NOTHING_CACHED,   20",
    "AA, '', '', NOTHING_CACHED,   10",
    "AB, '', W,  NOTHING_CACHED,   20000",
    "AB, W,  '', NOTHING_CACHED,   20000",
    "AB, '', W,  OLD_VALUE_CACHED, 40",
    "AB, W,  '', OLD_VALUE_CACHED, 600",
    "AB, '', '', OLD_VALUE_DUE,    20",
    "A,  '', W,  OLD_VALUE_DUE,    20",
    "A,  W,  '', OLD_VALUE_DUE,    20",
    "AA, '', A,  OLD_VALUE_DUE,    20",
    "A,  '', A,  OLD_VALUE_DUE,    20",
    "AB, '', '', OLD_VALUE_STALE,  20",
    "AA, '', '', OLD_VALUE_STALE,  2",
    "A,  '', W,  OLD_VALUE_STALE,  20",
    "A,  W,  '', OLD_VALUE_STALE,  20",
    "AA, '', A,  OLD_VALUE_STALE,  20",
    "AB, '', A,  NOTHING_CACHED,   20000",
    "AA, '', W,  NOTHING_CACHED,   3000",
    "AA, W,  '', NOTHING_CACHED,   3000",
    "AA, '', A,  NOTHING_CACHED,   8000",
    "AA, A,  '', NOTHING_CACHED,   5000",
    "AA, A,  '', OLD_VALUE_CACHED, 300",
    "A,  '', WX, NOTHING_CACHED,   9000",
    "A,  WX, '', NOTHING_CACHED,   3000",
    "A,  W,  X,  NOTHING_CACHED,   3000",
    "A,  '', W,  LEASE_LOST,       500",
    "A,  W,  '', LEASE_LOST,       500",
    "aB, '', '', NOTHING_CACHED,   20",
    "aA, '', '', NOTHING_CACHED,   10",
    "aa, '', '', NOTHING_CACHED,   10",
    "a,  '', W,  NOTHING_CACHED,   50",
    "a,  W,  '', NOTHING_CACHED,   100",
    "aB, '', W,  OLD_VALUE_CACHED, 40",
    "aB, '', '', OLD_VALUE_STALE,  20",
    "a,  '', W,  OLD_VALUE_STALE,  50",
    "a,  W,  '', OLD_VALUE_STALE,  100",
    "a,  W,  X,  NOTHING_CACHED,   15000",
    "a,  '', W,  LEASE_LOST,       1900",
    "a,  W,  '', LEASE_LOST,       1400",
    "aB, '', W,  NOTHING_CACHED,   20000",
    "aB, W,  '', NOTHING_CACHED,   20000",
    "aA, '', W,  NOTHING_CACHED,   20000",
    "aA, '', A,  NOTHING_CACHED,   20000",
    "aA, A,  '', NOTHING_CACHED,   20000",
    "ab, '', A,  NOTHING_CACHED,   20000",
    "aa, '', A,  NOTHING_CACHED,   20000",
  })
  void inEveryOrder_nothingIsStale(
      String readers, String fencing, String invalidating, Beginning from, int atLeast) {
    Cast cast = new Cast(readers, fencing, invalidating, from, false);
    Function<IntUnaryOperator, List<String>> play =
        order -> new Play(cast, new InMemoryCacheStore()).perform(order);
    boolean walked = THOROUGH || atLeast <= MOST_WALKED;
    Schedules.Found found = walked ? Schedules.all(play) : Schedules.some(MOST_WALKED, play);
    assertThat(found.wrong()).isEmpty();
    assertThat(found.schedules()).isGreaterThanOrEqualTo(walked ? atLeast : MOST_WALKED);
  }

  @ParameterizedTest(name = "readers in {0}, fenced writes in {1}, others in {2}, {3}")
  @CsvSource({
    "AB, '', W,  NOTHING_CACHED",
    "AB, W,  '', NOTHING_CACHED",
    "AB, '', A,  NOTHING_CACHED",
    "AB, A,  '', NOTHING_CACHED",
    "AA, '', A,  NOTHING_CACHED",
    "AA, A,  '', NOTHING_CACHED",
    "AB, '', W,  LEASE_LOST",
    "AB, W,  '', LEASE_LOST",
    "AA, '', A,  LEASE_LOST",
    "AA, A,  '', LEASE_LOST",
    "AB, WX, '', NOTHING_CACHED",
    "AAB, W, A,  OLD_VALUE_CACHED",
    "AB, '', W,  OLD_VALUE_DUE",
    "AB, W,  '', OLD_VALUE_DUE",
    "AAB, W, A,  OLD_VALUE_DUE",
    "AB, '', W,  OLD_VALUE_STALE",
    "AB, W,  '', OLD_VALUE_STALE",
    "AAB, W, A,  OLD_VALUE_STALE",
    "aB, '', W,  NOTHING_CACHED",
    "aA, A,  '', NOTHING_CACHED",
    "aAb, W, A,  OLD_VALUE_CACHED",
    "aB, W,  '', OLD_VALUE_STALE",
    "aA, '', A,  LEASE_LOST",
  })
  void inSomeOrdersOfAFinerGrain_nothingIsStale(
      String readers, String fencing, String invalidating, Beginning from) {
    Cast cast = new Cast(readers, fencing, invalidating, from, true);
    Schedules.Found found =
        Schedules.some(SAMPLE, order -> new Play(cast, new InMemoryCacheStore()).perform(order));
    assertThat(found.wrong()).isEmpty();
  }

  @ParameterizedTest(name = "readers in {0}, fenced writes in {1}, others in {2}, {3}")
  @CsvSource({
    "AB, '', W,  NOTHING_CACHED, false", "AB, W,  '', NOTHING_CACHED, false",
    "AA, '', A,  NOTHING_CACHED, false", "AA, A,  '', NOTHING_CACHED, false",
    "AB, '', W,  NOTHING_CACHED, true", "AB, W,  '', NOTHING_CACHED, true",
    "AA, '', A,  LEASE_LOST,     true", "AB, A,  '', LEASE_LOST,     true",
    "AB, WX, '', NOTHING_CACHED, true", "AAB, W, A,  OLD_VALUE_CACHED, true",
    "AB, '', W,  OLD_VALUE_DUE, false", "AB, W,  '', OLD_VALUE_DUE, true",
    "AB, '', W,  OLD_VALUE_STALE, false", "AB, W,  '', OLD_VALUE_STALE, true",
    "aB, '', W,  NOTHING_CACHED, false", "aB, W,  '', NOTHING_CACHED, true",
    "aA, A,  '', NOTHING_CACHED, true", "aAb, W, A,  OLD_VALUE_CACHED, true",
    "aB, W,  '', OLD_VALUE_STALE, false", "aA, '', A,  LEASE_LOST,     true",
  })
  void inSomeOrdersOverRedis_nothingIsStale(
      String readers, String fencing, String invalidating, Beginning from, boolean fine) {
    Cast cast = new Cast(readers, fencing, invalidating, from, fine);
    Schedules.Found found =
        Schedules.some(REDIS_SAMPLE, order -> new Play(cast, redis).perform(order));
    assertThat(found.wrong()).isEmpty();
  }

  @Test
  void withoutLeases_theFlightTableOfOneJvmKeepsOldValuesOut() {
    withoutLeases("AA", 2000);
    withoutLeases("aA", 200);
  }

  private static void withoutLeases(String readers, int moreThan) {
    Cast cast = new Cast(readers, "", "A", Beginning.NOTHING_CACHED, false);
    Schedules.Found found =
        Schedules.all(
            order -> new Play(cast, new ForeignStore(new InMemoryCacheStore())).perform(order));
    assertThat(found.wrong()).isEmpty();
    assertThat(found.schedules()).isGreaterThan(moreThan);
    found = Schedules.some(REDIS_SAMPLE, order -> new Play(cast, redis.plain()).perform(order));
    assertThat(found.wrong()).isEmpty();
  }

  /** Under leases detaching only saves work: the token is dead, and joiners look at the age. */
  @ParameterizedTest(name = "readers and writer in one JVM, fenced writes in {0}, others in {1}")
  @CsvSource({"'', A", "A, ''"})
  void underLeases_nothingDependsOnDetaching(String fencing, String invalidating) {
    Cast cast = new Cast("AA", fencing, invalidating, Beginning.NOTHING_CACHED, false);
    Schedules.Found found =
        Schedules.all(
            order ->
                new Play(cast, new InMemoryCacheStore(), Mutant.IgnoresDetach::new).perform(order));
    assertThat(found.wrong()).isEmpty();
    assertThat(found.schedules()).isGreaterThan(3000);
  }

  static List<Mutant> mutants() {
    return Mutant.all();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void aMutantIsFoundOut_andGoesWrongTheSameWayOverRedis(Mutant mutant) {
    Schedules.Found found =
        Schedules.some(
            MUTANT_SAMPLE, order -> mutant.over(new InMemoryCacheStore()).perform(order));
    assertThat(found.wrong()).isNotEmpty().allMatch(wrong -> wrong.contains(mutant.shownBy()));
    int seed = found.schedules() - 1;
    assertThat(mutant.over(redis).perform(Schedules.random(seed))).isEqualTo(found.wrong());
  }
}
