package io.github.cacheaside.examples.spring;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

/**
 * The page of a category.
 *
 * @param films the most rented films
 * @param version raised by each change of the category
 */
public record Page(long id, List<Film> films, long version) implements Versioned, Serializable {

  /** A film on a page. */
  public record Film(long id, String title, BigDecimal rate, long rentals)
      implements Serializable {}
}
