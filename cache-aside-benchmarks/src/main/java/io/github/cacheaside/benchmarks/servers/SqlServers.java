package io.github.cacheaside.benchmarks.servers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The database servers that experiments with SQL run against, and pools of connections to them. */
public final class SqlServers {
  private SqlServers() {}

  /** MySQL where this JVM was told of one, PostgreSQL and MariaDB; or the one that is wanted. */
  public static List<DatabaseProduct> products() {
    List<DatabaseProduct> all = TestServers.databases();
    return all.size() == 1
        ? all
        : Stream.of(DatabaseProduct.MYSQL, DatabaseProduct.POSTGRESQL, DatabaseProduct.MARIADB)
            .filter(all::contains)
            .toList();
  }

  /** The first two of them, where an experiment is long. */
  public static List<DatabaseProduct> two() {
    return products().stream().limit(2).toList();
  }

  /** What to call a product in the name of a row. */
  public static String name(DatabaseProduct product) {
    return switch (product) {
      case MYSQL -> "MySQL";
      case MARIADB -> "MariaDB";
      case POSTGRESQL -> "PostgreSQL";
      case H2 -> "H2";
    };
  }

  /**
   * A pool, full from the start.
   *
   * @param isolation such as {@code TRANSACTION_READ_COMMITTED}; empty for the database's own
   */
  public static HikariDataSource pool(DatabaseServer server, int connections, String isolation) {
    HikariConfig config = config(server, connections);
    config.setJdbcUrl(server.jdbcUrl());
    if (!isolation.isEmpty()) {
      config.setTransactionIsolation(isolation);
    }
    return new HikariDataSource(config);
  }

  /** All of a pool's options but the address. */
  public static HikariConfig config(DatabaseServer server, int connections) {
    HikariConfig config = new HikariConfig();
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    config.setConnectionTimeout(60_000);
    return config;
  }

  public static void execute(DataSource database, List<String> statements) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }
}
