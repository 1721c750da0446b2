package io.github.cacheaside.examples.spring;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.springframework.jdbc.core.JdbcTemplate;

/** Fills the tables, the same rows each time. */
final class Stock {
  static final int PLANETS = 8;
  static final int CATEGORIES = 4;
  static final int FILMS_OF_A_CATEGORY = 50;

  private static final List<String> NAMES =
      List.of("Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune");
  private static final List<String> TABLES =
      List.of(
          "spring_planet (id BIGINT PRIMARY KEY, name VARCHAR(30), version BIGINT)",
          "spring_category (id BIGINT PRIMARY KEY, version BIGINT)",
          "spring_film (id BIGINT PRIMARY KEY, category BIGINT, title VARCHAR(60),"
              + " rate DECIMAL(5, 2), INDEX (category))",
          "spring_rental (id BIGINT AUTO_INCREMENT PRIMARY KEY, film BIGINT, INDEX (film))");

  private final JdbcTemplate jdbc;
  private final int rentals;

  Stock(JdbcTemplate jdbc, int rentals) {
    this.jdbc = jdbc;
    this.rentals = rentals;
  }

  void fill() {
    for (String table : TABLES) {
      jdbc.execute("DROP TABLE IF EXISTS " + table.substring(0, table.indexOf(' ')));
      jdbc.execute("CREATE TABLE " + table);
    }
    for (int id = 1; id <= PLANETS; id++) {
      jdbc.update("INSERT INTO spring_planet VALUES (?, ?, 1)", id, NAMES.get(id - 1));
    }
    List<Object[]> films = new ArrayList<>();
    for (int category = 1; category <= CATEGORIES; category++) {
      jdbc.update("INSERT INTO spring_category VALUES (?, 1)", category);
      for (int i = 0; i < FILMS_OF_A_CATEGORY; i++) {
        long id = film(category, i);
        films.add(new Object[] {id, category, "film " + id, BigDecimal.valueOf(199 + i, 2)});
      }
    }
    jdbc.batchUpdate("INSERT INTO spring_film VALUES (?, ?, ?, ?)", films);
    Random random = new Random(1);
    List<Object[]> rented = new ArrayList<>();
    for (int i = 0; i < rentals; i++) {
      rented.add(new Object[] {1L + random.nextInt(films.size())});
    }
    jdbc.batchUpdate("INSERT INTO spring_rental (film) VALUES (?)", rented);
  }

  /** The id of a film, of those that a category has. */
  static long film(long category, int number) {
    return (category - 1) * FILMS_OF_A_CATEGORY + number + 1;
  }
}
