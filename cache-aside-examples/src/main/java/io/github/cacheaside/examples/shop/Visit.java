package io.github.cacheaside.examples.shop;

import java.sql.SQLException;
import java.util.Random;

/** The pages that visitors open: few films and words are asked for often, most seldom. */
final class Visit {
  /** A kind of page. */
  enum Kind {
    LIST,
    SEARCH,
    DETAIL
  }

  private final Pages pages;
  private final int films;
  private final Random random;

  Visit(Pages pages, int films, long seed) {
    this.pages = pages;
    this.films = films;
    this.random = new Random(seed);
  }

  /** The next kind: of ten pages six are details, three lists. */
  Kind next() {
    int of10 = random.nextInt(10);
    return of10 < 6 ? Kind.DETAIL : of10 < 9 ? Kind.LIST : Kind.SEARCH;
  }

  void open(Kind kind) throws SQLException {
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
