package io.github.cacheaside.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The few statements that setting databases up takes, over the MariaDB driver. */
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

  static boolean answers(DatabaseAddress address) throws SQLException {
    return !version(address).isEmpty();
  }

  static String version(DatabaseAddress address) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT VERSION()")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  static void execute(DatabaseAddress address, String sql) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(DatabaseAddress address) throws SQLException {
    String url = mariaDbUrl(address) + "&connectTimeout=2000&socketTimeout=10000";
    return DriverManager.getConnection(url, address.user(), address.password());
  }
}
