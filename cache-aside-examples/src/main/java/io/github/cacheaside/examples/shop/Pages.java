package io.github.cacheaside.examples.shop;

import java.sql.SQLException;
import java.util.List;

/** The pages of the shop. */
interface Pages {
  String COLUMNS = "SELECT f.id, f.title, f.category, f.rate, COUNT(r.id) AS rentals";
  String FROM = " FROM shop_film f LEFT JOIN shop_rental r ON r.film_id = f.id";
  String GROUP = " GROUP BY f.id, f.title, f.category, f.rate";

  /** The most rented films of a category. */
  String LIST =
      COLUMNS + FROM + " WHERE f.category = ?" + GROUP + " ORDER BY rentals DESC, f.id LIMIT 20";

  /** Films with a word in the title. */
  String SEARCH = COLUMNS + FROM + " WHERE f.title LIKE ?" + GROUP + " ORDER BY f.title LIMIT 20";

  /** One film. */
  String DETAIL = COLUMNS + FROM + " WHERE f.id = ?" + GROUP;

  List<Film> list(String category) throws SQLException;

  List<Film> search(String word) throws SQLException;

  List<Film> detail(long id) throws SQLException;
}
