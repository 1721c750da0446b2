package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.Play.Beginning;
import io.github.cacheaside.Play.Cast;
import io.github.cacheaside.Play.Way;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InterleavingTest {

  @ParameterizedTest(name = "readers in {0}, writer in {1}: {2}, {3}")
  @CsvSource({
    "AB, '', INVALIDATE, NOTHING_CACHED",
    "AB, W, INVALIDATE, NOTHING_CACHED",
    "AB, W, FENCE,      NOTHING_CACHED",
    "AB, W, INVALIDATE, OLD_VALUE_CACHED",
    "AB, W, FENCE,      OLD_VALUE_CACHED",
    "AB, A, INVALIDATE, NOTHING_CACHED",
    "AA, W, INVALIDATE, NOTHING_CACHED",
    "AA, W, FENCE,      NOTHING_CACHED",
    "AA, A, INVALIDATE, NOTHING_CACHED",
    "AA, A, FENCE,      NOTHING_CACHED",
    "AA, A, FENCE,      OLD_VALUE_CACHED",
    "A, WX, FENCE,      NOTHING_CACHED",
    "A, WX, INVALIDATE, NOTHING_CACHED",
    "AB, W, INVALIDATE, LEASE_LOST",
  })
  void inEveryOrder_nothingIsStale(String readers, String writers, Way way, Beginning from) {
    Cast cast = new Cast(readers, writers, way, from, false);
    long began = System.nanoTime();
    Schedules.Found found =
        Schedules.all(order -> new Play(cast, new InMemoryCacheStore()).perform(order));
    System.out.println(
        cast + " " + found.schedules() + " in " + (System.nanoTime() - began) / 1_000_000);
    assertThat(found.wrong()).isEmpty();
  }
}
