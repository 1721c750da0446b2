package io.github.cacheaside.testkit;

import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * One schema of a running MySQL or MariaDB.
 *
 * <p>The driver is the MariaDB one, which speaks to both; a MySQL server is reached by MySQL's own
 * driver if {@code com.mysql.cj.jdbc.Driver} is on the class path. The two answer alike but for a
 * few types, so a test of types should name its driver.
 */
public final class DatabaseServer implements AutoCloseable {
  private final DatabaseAddress address;
  private final String jdbcUrl;
  private final String origin;
  private final Runnable closing;
  private volatile boolean closed;

  private DatabaseServer(DatabaseAddress address, String jdbcUrl, String origin, Runnable closing) {
    this.address = address;
    this.jdbcUrl = jdbcUrl;
    this.origin = origin;
    this.closing = closing;
  }

  /** A server that was started for us and answers. */
  static DatabaseServer started(DatabaseAddress address, ServerControl control, String source) {
    return of(address, source, control::close);
  }

  /** A server that somebody else runs; it must answer now. */
  static DatabaseServer foreign(DatabaseAddress address, String owner) {
    return of(address, owner + "'s", () -> {});
  }

  private static DatabaseServer of(DatabaseAddress address, String source, Runnable closing) {
    String version;
    try {
      version = Databases.version(address);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the database does not answer at " + address + ": " + e.getMessage(), e);
    }
    boolean mariaDb = version.toLowerCase(Locale.ROOT).contains("mariadb");
    String product = mariaDb ? " " : " MySQL ";
    return new DatabaseServer(
        address,
        mariaDb || !hasMySqlDriver()
            ? Databases.mariaDbUrl(address)
            : Databases.mariaDbUrl(address).replace("jdbc:mariadb:", "jdbc:mysql:"),
        source + product + version + " at " + address.host() + ":" + address.port(),
        closing);
  }

  private static boolean hasMySqlDriver() {
    try {
      Class.forName("com.mysql.cj.jdbc.Driver");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Returns the host to connect to. */
  public String host() {
    return address.host();
  }

  /** Returns the port to connect to. */
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

  /** Returns a source of plain connections, without a pool: each is opened anew. */
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
    execute("CREATE DATABASE `" + fresh + "` CHARACTER SET utf8mb4");
    Runnable drop = () -> execute("DROP DATABASE IF EXISTS `" + fresh + "`");
    // At JVM exit too: a server that we didn't start outlives us.
    OpenServers.add(drop);
    return new DatabaseServer(
        address.withDatabase(fresh),
        jdbcUrl.replace("/" + database() + "?", "/" + fresh + "?"),
        origin,
        () -> {
          OpenServers.remove(drop);
          drop.run();
        });
  }

  private void execute(String sql) {
    try {
      Databases.execute(address, sql);
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
