package io.github.cacheaside.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.TestServers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A database and a driver to it, with the two protocols that most drivers have. */
public enum Door {
  MYSQL(DatabaseProduct.MYSQL, "Connector/J", "jdbc:mysql://%s:%d/%s?sslMode=DISABLED"),
  MYSQL_BINARY(
      DatabaseProduct.MYSQL,
      "Connector/J",
      "jdbc:mysql://%s:%d/%s?sslMode=DISABLED&useServerPrepStmts=true"),
  MYSQL_BY_MARIADB(DatabaseProduct.MYSQL, "MariaDB", "jdbc:mariadb://%s:%d/%s?sslMode=DISABLED"),
  MARIADB(DatabaseProduct.MARIADB, "MariaDB", "jdbc:mariadb://%s:%d/%s?x=y"),
  MARIADB_BINARY(
      DatabaseProduct.MARIADB, "MariaDB", "jdbc:mariadb://%s:%d/%s?useServerPrepStmts=true"),
  MARIADB_BY_MYSQL(
      DatabaseProduct.MARIADB, "Connector/J", "jdbc:mysql://%s:%d/%s?sslMode=DISABLED"),
  POSTGRESQL(
      DatabaseProduct.POSTGRESQL,
      "pgjdbc",
      "jdbc:postgresql://%s:%d/%s?prepareThreshold=0&binaryTransfer=false"),
  POSTGRESQL_BINARY(
      DatabaseProduct.POSTGRESQL, "pgjdbc", "jdbc:postgresql://%s:%d/%s?prepareThreshold=-1"),
  H2(DatabaseProduct.H2, "H2", "");

  private final DatabaseProduct product;
  private final String driver;
  private final String url;

  Door(DatabaseProduct product, String driver, String url) {
    this.product = product;
    this.driver = driver;
    this.url = url;
  }

  /** Those to the databases that are tested with. */
  public static Stream<Door> all() {
    List<DatabaseProduct> products = TestServers.databases();
    return Arrays.stream(values()).filter(door -> products.contains(door.product));
  }

  /** One to each database. */
  public static Stream<Door> ofEachDatabase() {
    return TestServers.databases().stream()
        .map(product -> all().filter(door -> door.product == product).findFirst().orElseThrow());
  }

  public DatabaseProduct product() {
    return product;
  }

  public String driver() {
    return driver;
  }

  public boolean isOfMySql() {
    return product == DatabaseProduct.MYSQL || product == DatabaseProduct.MARIADB;
  }

  /** An empty schema; closing it drops it. */
  public DatabaseServer schema(String name) {
    return TestServers.database(product).createDatabase(name);
  }

  public HikariDataSource pool(DatabaseServer schema, int connections) {
    HikariConfig config = new HikariConfig();
    String address =
        product == DatabaseProduct.H2
            ? schema.jdbcUrl()
            : String.format(url, schema.host(), schema.port(), schema.database());
    config.setJdbcUrl(isOfMySql() ? address + "&allowPublicKeyRetrieval=true" : address);
    config.setUsername(schema.user());
    config.setPassword(schema.password());
    config.setMaximumPoolSize(connections);
    return new HikariDataSource(config);
  }
}
