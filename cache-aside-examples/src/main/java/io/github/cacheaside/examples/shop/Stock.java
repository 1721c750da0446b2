package io.github.cacheaside.examples.shop;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;

/** Fills the shop: films and a long history of rentals, the same ones each time. */
public final class Stock {
  static final List<String> CATEGORIES =
      List.of("Action", "Comedy", "Drama", "Family", "Horror", "Music", "Sci-Fi", "Travel");
  static final List<String> WORDS =
      List.of(
          "Academy", "Bright", "Castle", "Dragon", "Empire", "Forest", "Garden", "Harbour",
          "Island", "Jungle", "Kingdom", "Lantern", "Mirror", "Night", "Ocean", "Palace");

  private static final int RENTALS_OF_A_FILM = 40;
  private static final int BATCH = 2_000;
  private static final int LINES_OF_PROGRESS = 10;

  private final DataSource database;
  private final int rentals;
  private final int films;
  private final PrintStream out;

  /**
   * A stock.
   *
   * @param database where to
   * @param rentals how many rows
   * @param out gets a line for each tenth of them
   */
  public Stock(DataSource database, int rentals, PrintStream out) {
    this.database = database;
    this.rentals = rentals;
    this.films = Math.max(1, rentals / RENTALS_OF_A_FILM);
    this.out = out;
  }

  /**
   * How many films there are; their numbers begin at 1.
   *
   * @return one for 40 rentals
   */
  public int films() {
    return films;
  }

  /** How many rentals it begins with; their numbers begin at 1. */
  int rentals() {
    return rentals;
  }

  /**
   * Makes the tables, which replace an earlier run's, and fills them.
   *
   * @throws SQLException if the database refuses
   */
  public void fill() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS shop_rental");
      statement.execute("DROP TABLE IF EXISTS shop_film");
      statement.execute(
          "CREATE TABLE shop_film (id INT PRIMARY KEY, title VARCHAR(60) NOT NULL,"
              + " category VARCHAR(10) NOT NULL, rate DECIMAL(5, 2) NOT NULL)");
      statement.execute(
          "CREATE TABLE shop_rental (id INT PRIMARY KEY, film_id INT NOT NULL,"
              + " customer INT NOT NULL)");
      connection.setAutoCommit(false);
      fillFilms(connection);
      fillRentals(connection);
      statement.execute("CREATE INDEX shop_rental_film ON shop_rental (film_id)");
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private void fillFilms(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO shop_film VALUES (?, ?, ?, ?)")) {
      for (int id = 1; id <= films; id++) {
        insert.setInt(1, id);
        insert.setString(2, word(id) + " " + word(id / WORDS.size()) + " " + id);
        insert.setString(3, CATEGORIES.get(id % CATEGORIES.size()));
        insert.setBigDecimal(4, java.math.BigDecimal.valueOf(199 + id % 5 * 100, 2));
        insert.addBatch();
        if (id % BATCH == 0 || id == films) {
          insert.executeBatch();
        }
      }
      connection.commit();
    }
  }

  private static String word(int number) {
    return WORDS.get(number % WORDS.size());
  }

  private void fillRentals(Connection connection) throws SQLException {
    Random random = new Random(1);
    int line = Math.max(1, rentals / LINES_OF_PROGRESS);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO shop_rental VALUES (?, ?, ?)")) {
      for (int row = 1; row <= rentals; row++) {
        insert.setInt(1, row);
        insert.setInt(2, 1 + random.nextInt(films));
        insert.setInt(3, random.nextInt(1_000));
        insert.addBatch();
        if (row % BATCH == 0 || row == rentals) {
          insert.executeBatch();
          connection.commit();
        }
        if (row % line == 0) {
          out.printf("  %,d of %,d rentals%n", row, rentals);
        }
      }
    }
  }
}
