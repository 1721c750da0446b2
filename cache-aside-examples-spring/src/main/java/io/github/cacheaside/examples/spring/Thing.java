package io.github.cacheaside.examples.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One of those that the load reads and changes.
 *
 * @param name for people
 * @param read through its annotated method
 * @param change through its annotated method; answers the new version
 * @param version past all caches
 */
record Thing(
    String name, Supplier<? extends Versioned> read, LongSupplier change, LongSupplier version) {

  static List<Thing> all(Planets planets, Films films) {
    List<Thing> all = new ArrayList<>();
    for (long id = 1; id <= Stock.PLANETS; id++) {
      long planet = id;
      all.add(
          new Thing(
              "planet " + id,
              () -> planets.find(planet),
              () -> planets.rename(planet, "planet " + planet),
              () -> planets.version(planet)));
    }
    for (long id = 1; id <= Stock.CATEGORIES; id++) {
      long category = id;
      all.add(
          new Thing(
              "page " + id,
              () -> films.page(category),
              () -> films.rent(category, filmOf(category)),
              () -> films.version(category)));
    }
    return all;
  }

  private static long filmOf(long category) {
    int any = ThreadLocalRandom.current().nextInt(Stock.FILMS_OF_A_CATEGORY);
    return Stock.film(category, any);
  }
}
