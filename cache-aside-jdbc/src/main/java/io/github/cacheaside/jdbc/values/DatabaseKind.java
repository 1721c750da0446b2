package io.github.cacheaside.jdbc.values;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** The database behind a connection, as far as types differ. */
public enum DatabaseKind {
  /** MariaDB, too. */
  MYSQL,
  POSTGRESQL,
  H2,
  OTHER;

  public static DatabaseKind of(Connection connection) throws SQLException {
    String product =
        String.valueOf(connection.getMetaData().getDatabaseProductName()).toLowerCase(Locale.ROOT);
    return switch (product) {
      case "mysql", "mariadb" -> MYSQL;
      case "postgresql" -> POSTGRESQL;
      case "h2" -> H2;
      default -> OTHER;
    };
  }

  /** The database of a result; {@link #OTHER} if the result does not tell. */
  public static DatabaseKind of(ResultSet result) throws SQLException {
    Statement statement = result.getStatement();
    return statement == null ? OTHER : of(statement.getConnection());
  }
}
