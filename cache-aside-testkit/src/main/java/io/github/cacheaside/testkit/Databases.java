package io.github.cacheaside.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The few statements that setting databases up takes; for MySQL and MariaDB over the MariaDB
 * driver.
 */
final class Databases {
  private Databases() {}

  /** MySQL 8 hands its key to a client without TLS only when asked; MariaDB ignores the option. */
  static String mariaDbUrl(DatabaseAddress address) {
    return "jdbc:mariadb://"
        + address.host()
        + ":"
        + address.port()
        + "/"
        + address.database()
        + "?allowPublicKeyRetrieval=true";
  }

  static String postgresUrl(DatabaseAddress address) {
    return "jdbc:postgresql://" + address.host() + ":" + address.port() + "/" + address.database();
  }

  static boolean answers(DatabaseAddress address) throws SQLException {
    return answers(DatabaseProduct.MARIADB, address);
  }

  static boolean answers(DatabaseProduct product, DatabaseAddress address) throws SQLException {
    return !version(product, address).isEmpty();
  }

  static String version(DatabaseProduct product, DatabaseAddress address) throws SQLException {
    try (Connection connection = connect(product, address);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT VERSION()")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  static void execute(DatabaseProduct product, DatabaseAddress address, String sql)
      throws SQLException {
    try (Connection connection = connect(product, address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(DatabaseProduct product, DatabaseAddress address)
      throws SQLException {
    String url =
        product == DatabaseProduct.POSTGRESQL
            ? postgresUrl(address) + "?connectTimeout=2&socketTimeout=10"
            : mariaDbUrl(address) + "&connectTimeout=2000&socketTimeout=10000";
    return DriverManager.getConnection(url, address.user(), address.password());
  }
}
