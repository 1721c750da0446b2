package io.github.cacheaside.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * One schema of a running database.
 *
 * <p>For MySQL and MariaDB the driver is the MariaDB one, which speaks to both; a MySQL server is
 * reached by MySQL's own driver if {@code com.mysql.cj.jdbc.Driver} is on the class path. The two
 * answer alike but for a few types, so a test of types should name its driver.
 */
public final class DatabaseServer implements AutoCloseable {
  private final DatabaseProduct product;
  private final DatabaseAddress address;
  private final String jdbcUrl;
  private final String origin;
  private final Runnable closing;
  private volatile boolean closed;

  private DatabaseServer(
      DatabaseProduct product,
      DatabaseAddress address,
      String jdbcUrl,
      String origin,
      Runnable closing) {
    this.product = product;
    this.address = address;
    this.jdbcUrl = jdbcUrl;
    this.origin = origin;
    this.closing = closing;
  }

  /** A server that was started for us and answers. */
  static DatabaseServer started(DatabaseAddress address, ServerControl control, String source) {
    return of(address, source, control::close);
  }

  /** A server that this JVM did not start; it must answer now. */
  static DatabaseServer foreign(DatabaseAddress address, String owner) {
    return of(address, owner + "'s", () -> {});
  }

  private static DatabaseServer of(DatabaseAddress address, String source, Runnable closing) {
    String version;
    try {
      version = Databases.version(DatabaseProduct.MARIADB, address);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the database does not answer at " + address + ": " + e.getMessage(), e);
    }
    boolean mariaDb = version.toLowerCase(Locale.ROOT).contains("mariadb");
    String product = mariaDb ? " " : " MySQL ";
    return new DatabaseServer(
        mariaDb ? DatabaseProduct.MARIADB : DatabaseProduct.MYSQL,
        address,
        mariaDb || !hasMySqlDriver()
            ? Databases.mariaDbUrl(address)
            : Databases.mariaDbUrl(address).replace("jdbc:mariadb:", "jdbc:mysql:"),
        source + product + version + " at " + address.host() + ":" + address.port(),
        closing);
  }

  /** A PostgreSQL that was started for us and answers. */
  static DatabaseServer postgres(DatabaseAddress address, ServerControl control) {
    return new DatabaseServer(
        DatabaseProduct.POSTGRESQL,
        address,
        Databases.postgresUrl(address),
        "embedded PostgreSQL at " + address.host() + ":" + address.port(),
        control::close);
  }

  /** An H2 in the memory of this JVM. */
  static DatabaseServer h2() {
    DatabaseAddress address = new DatabaseAddress("localhost", 0, "sa", "", "cacheaside");
    return h2(address, "H2 in memory");
  }

  private static DatabaseServer h2(DatabaseAddress address, String origin) {
    String url = "jdbc:h2:mem:" + address.database() + ";DB_CLOSE_DELAY=-1";
    return new DatabaseServer(
        DatabaseProduct.H2, address, url, origin, () -> shutdownH2(url, address));
  }

  private static void shutdownH2(String url, DatabaseAddress address) {
    try (Connection connection =
            DriverManager.getConnection(url, address.user(), address.password());
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      throw new IllegalStateException("H2 does not shut down: " + e.getMessage(), e);
    }
  }

  private static boolean hasMySqlDriver() {
    try {
      Class.forName("com.mysql.cj.jdbc.Driver");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Returns what kind of database this is. */
  public DatabaseProduct product() {
    return product;
  }

  /** Returns the host to connect to. */
  public String host() {
    return address.host();
  }

  /** Returns the port to connect to; 0 for one in this JVM's memory. */
  public int port() {
    return address.port();
  }

  /** Returns the user; on a server started here it may do everything. */
  public String user() {
    return address.user();
  }

  /** Returns the user's password. */
  public String password() {
    return address.password();
  }

  /** Returns the name of the schema. */
  public String database() {
    return address.database();
  }

  /** Returns the JDBC address of the schema, without user and password. */
  public String jdbcUrl() {
    return jdbcUrl;
  }

  /** Returns a data source without a pool: each call opens a new connection. */
  public DataSource dataSource() {
    return new DriverManagerDataSource(jdbcUrl, address.user(), address.password());
  }

  /** Says in one line where the server comes from and where it answers; names no password. */
  public String origin() {
    return origin;
  }

  /**
   * Creates an empty schema, so that tests don't disturb one another. A random suffix keeps its
   * name clear of schemas that exist. Closing the handle drops the schema, as does JVM exit.
   *
   * @param name how the schema's name begins: up to 40 letters, digits and underscores
   */
  public DatabaseServer createDatabase(String name) {
    if (!name.matches("\\w{1,40}")) {
      throw new IllegalArgumentException("not a name of 1 to 40 letters, digits or _: " + name);
    }
    String fresh = name + "_" + UUID.randomUUID().toString().substring(0, 8);
    if (product == DatabaseProduct.H2) {
      return h2(address.withDatabase(fresh), origin);
    }
    boolean postgres = product == DatabaseProduct.POSTGRESQL;
    String quoted = postgres ? "\"" + fresh + "\"" : "`" + fresh + "`";
    execute("CREATE DATABASE " + quoted + (postgres ? "" : " CHARACTER SET utf8mb4"));
    Runnable drop =
        () -> execute("DROP DATABASE IF EXISTS " + quoted + (postgres ? " WITH (FORCE)" : ""));
    // At JVM exit too: a server that we didn't start outlives us.
    OpenServers.add(drop);
    return new DatabaseServer(
        product,
        address.withDatabase(fresh),
        jdbcUrl.replaceFirst("/" + database() + "(?=\\?|$)", "/" + fresh),
        origin,
        () -> {
          OpenServers.remove(drop);
          drop.run();
        });
  }

  private void execute(String sql) {
    try {
      Databases.execute(product, address, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " failed on " + origin + ": " + e.getMessage(), e);
    }
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Drops a schema that {@link #createDatabase} made; stops a server that was started here and
   * deletes its files; leaves one that comes from the environment alone.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closing.run();
    }
  }

  @Override
  public String toString() {
    return origin + "/" + database();
  }
}
