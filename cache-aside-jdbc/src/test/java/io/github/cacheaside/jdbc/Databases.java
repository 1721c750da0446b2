package io.github.cacheaside.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.testkit.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** Connections for tests. */
public final class Databases {
  private Databases() {}

  /** A driver for MariaDB and MySQL. */
  enum Driver {
    MARIADB("jdbc:mariadb://%s:%d/%s?allowPublicKeyRetrieval=true"),
    MARIADB_BINARY("jdbc:mariadb://%s:%d/%s?allowPublicKeyRetrieval=true&useServerPrepStmts=true"),
    MYSQL("jdbc:mysql://%s:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true"),
    MYSQL_BINARY(
        "jdbc:mysql://%s:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true"
            + "&useServerPrepStmts=true");

    private final String url;

    Driver(String url) {
      this.url = url;
    }

    boolean isMariaDb() {
      return this == MARIADB || this == MARIADB_BINARY;
    }

    String url(DatabaseServer server) {
      return String.format(url, server.host(), server.port(), server.database());
    }
  }

  static HikariConfig config(DatabaseServer server, Driver driver, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(driver.url(server));
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(connections);
    return config;
  }

  static HikariDataSource pool(DatabaseServer server, Driver driver, int connections) {
    return new HikariDataSource(config(server, driver, connections));
  }

  public static void execute(DataSource dataSource, String... statements) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A time-out that a busy machine does not reach. */
  static CacheAsideBuilder<Object, List<Row>> patient(
      CacheAsideBuilder<Object, List<Row>> builder) {
    return builder.storeTimeout(Duration.ofSeconds(5));
  }
}
