package io.github.cacheaside.examples.shop;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Who rents films and changes prices; plain JDBC, within a transaction or not. */
public final class Clerk {
  private final int films;
  private final Random random = new Random(7);
  private final AtomicInteger rental;

  /**
   * A clerk.
   *
   * @param stock whose films there are
   */
  public Clerk(Stock stock) {
    this.films = stock.films();
    this.rental = new AtomicInteger(stock.rentals());
  }

  /**
   * A film that a customer asks for.
   *
   * @return its number
   */
  public long film() {
    return 1L + random.nextInt(films);
  }

  /**
   * Rents a film.
   *
   * @param connection where to
   * @param film its number
   * @throws SQLException if the database refuses
   */
  public void rent(Connection connection, long film) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO shop_rental (id, film_id, customer) VALUES (?, ?, 1)")) {
      insert.setInt(1, rental.incrementAndGet());
      insert.setLong(2, film);
      insert.executeUpdate();
    }
  }

  /**
   * Changes what a film costs.
   *
   * @param connection where to
   * @param film its number
   * @throws SQLException if the database refuses
   */
  public void reprice(Connection connection, long film) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE shop_film SET rate = ? WHERE id = ?")) {
      update.setBigDecimal(1, BigDecimal.valueOf(99 + random.nextInt(500), 2));
      update.setLong(2, film);
      update.executeUpdate();
    }
  }
}
