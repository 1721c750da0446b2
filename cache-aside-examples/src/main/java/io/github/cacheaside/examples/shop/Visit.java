package io.github.cacheaside.examples.shop;

import java.sql.SQLException;
import java.util.Random;

/** The pages that visitors open: few films and words are asked for often, most seldom. */
public final class Visit {
  /** A kind of page. */
  public enum Kind {
    /** The most rented films of a category. */
    LIST,
    /** Films with a word in the title. */
    SEARCH,
    /** One film. */
    DETAIL
  }

  private final Pages pages;
  private final int films;
  private final Random random;

  /**
   * A visitor.
   *
   * @param pages where pages come from
   * @param films how many films there are
   * @param seed decides what is opened
   */
  public Visit(Pages pages, int films, long seed) {
    this.pages = pages;
    this.films = films;
    this.random = new Random(seed);
  }

  /**
   * The next kind: of ten pages six are details, three lists.
   *
   * @return the kind
   */
  public Kind next() {
    int of10 = random.nextInt(10);
    return of10 < 6 ? Kind.DETAIL : of10 < 9 ? Kind.LIST : Kind.SEARCH;
  }

  /**
   * Opens a page of a kind.
   *
   * @param kind which
   * @throws SQLException if the database refuses
   */
  public void open(Kind kind) throws SQLException {
    switch (kind) {
      case LIST -> pages.list(Stock.CATEGORIES.get(random.nextInt(Stock.CATEGORIES.size())));
      case SEARCH -> pages.search(Stock.WORDS.get(random.nextInt(Stock.WORDS.size())));
      case DETAIL -> pages.detail(film());
    }
  }

  /** Squared, so that a tenth of the films has a third of the visits. */
  private long film() {
    double share = random.nextDouble();
    return 1 + (long) (share * share * films);
  }
}
