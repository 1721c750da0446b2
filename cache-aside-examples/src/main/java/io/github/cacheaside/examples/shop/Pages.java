package io.github.cacheaside.examples.shop;

import java.sql.SQLException;
import java.util.List;

/** The pages of the shop. */
public interface Pages {
  /** What a page shows. */
  String COLUMNS = "SELECT f.id, f.title, f.category, f.rate, COUNT(r.id) AS rentals";

  /** Where it comes from. */
  String FROM = " FROM shop_film f LEFT JOIN shop_rental r ON r.film_id = f.id";

  /** One line a film. */
  String GROUP = " GROUP BY f.id, f.title, f.category, f.rate";

  /** The most rented films of a category. */
  String LIST =
      COLUMNS + FROM + " WHERE f.category = ?" + GROUP + " ORDER BY rentals DESC, f.id LIMIT 20";

  /** Films with a word in the title. */
  String SEARCH = COLUMNS + FROM + " WHERE f.title LIKE ?" + GROUP + " ORDER BY f.title LIMIT 20";

  /** One film. */
  String DETAIL = COLUMNS + FROM + " WHERE f.id = ?" + GROUP;

  /**
   * The most rented films of a category.
   *
   * @param category such as {@code Drama}
   * @return 20 at most
   * @throws SQLException if the database refuses
   */
  List<Film> list(String category) throws SQLException;

  /**
   * Films with a word in the title.
   *
   * @param word the word
   * @return 20 at most, by title
   * @throws SQLException if the database refuses
   */
  List<Film> search(String word) throws SQLException;

  /**
   * One film.
   *
   * @param id its number
   * @return the film, or nothing
   * @throws SQLException if the database refuses
   */
  List<Film> detail(long id) throws SQLException;
}
