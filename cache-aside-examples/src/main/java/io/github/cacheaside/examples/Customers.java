package io.github.cacheaside.examples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The table {@code customer} of the recipes; it is emptied and filled again on each run. */
final class Customers {
  private Customers() {}

  static void seed(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS customer (id INT UNSIGNED PRIMARY KEY, name VARCHAR(60),"
              + " email VARCHAR(80), credit DECIMAL(10, 2), since DATE)");
      connection.setAutoCommit(false);
      statement.executeUpdate("DELETE FROM customer");
      statement.executeUpdate(
          "INSERT INTO customer (id, name, email, credit, since) VALUES"
              + " (1001, 'Ada Lovelace', 'ada@example.org', 250.00, '2015-12-10'),"
              + " (1002, 'Grace Hopper', 'grace@example.org', 99.50, '2016-12-09'),"
              + " (1003, 'Alan Turing', NULL, 0.00, '2019-06-23')");
      connection.commit();
    }
  }

  static void rename(DataSource database, long id, String name) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE customer SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }
}
