package io.github.cacheaside.benchmarks.experiments.tutorial;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The tutorial's table of planets, or a second one of a million stars; each with the counter that
 * the oracle compares. A write goes by primary key, so it is cheap in both.
 */
enum TutorialTable {
  /** Read by primary key. Each subject has eight planets of its own. */
  PLANET(8, "id") {
    @Override
    void create(Statement statement) throws SQLException {
      statement.execute(
          "CREATE TABLE planet (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,"
              + " name VARCHAR(30), version INT UNSIGNED NOT NULL)");
      statement.execute("INSERT INTO planet VALUES (1, 'Planet 1', 1)");
      grow(statement, "planet", "id + %1$d, CONCAT('Planet ', id + %1$d), 1", 1_000);
    }

    @Override
    Object criterion(long id) {
      return id;
    }
  },

  /** Read by a column without an index, so each read of the database looks at every row. */
  STAR(10_000, "code") {
    @Override
    void create(Statement statement) throws SQLException {
      statement.execute(
          "CREATE TABLE star (id INT UNSIGNED PRIMARY KEY, code CHAR(8) NOT NULL,"
              + " name VARCHAR(30), version INT UNSIGNED NOT NULL)");
      statement.execute("INSERT INTO star VALUES (1, 'S0000001', 'Star 1', 1)");
      String next = "id + %1$d, CONCAT('S', LPAD(id + %1$d, 7, '0')), CONCAT('Star ', id + %1$d)";
      grow(statement, "star", next + ", 1", 1_000_000);
    }

    @Override
    Object criterion(long id) {
      return String.format(Locale.ROOT, "S%07d", id);
    }
  };

  private final int keys;
  private final String column;

  TutorialTable(int keys, String column) {
    this.keys = keys;
    this.column = column;
  }

  abstract void create(Statement statement) throws SQLException;

  /** What a read looks for. */
  abstract Object criterion(long id);

  String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many rows a subject uses; the others are looked at and never found. */
  int keys() {
    return keys;
  }

  /** The query of a read, with one parameter. */
  String query() {
    return "SELECT name, version FROM " + table() + " WHERE " + column + " = ?";
  }

  /** Doubles a table's rows until there are enough. */
  private static void grow(Statement statement, String table, String columns, int rows)
      throws SQLException {
    for (int have = 1; have < rows; have *= 2) {
      String next = String.format(Locale.ROOT, columns, have);
      statement.execute(
          "INSERT INTO %s SELECT %s FROM %s WHERE id + %d <= %d"
              .formatted(table, next, table, have, rows));
    }
  }

  static HikariDataSource pool(String url, String user, String password, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    config.setConnectionTimeout(60_000);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    return new HikariDataSource(config);
  }

  /** With an index the stars can be read as quickly as the planets. */
  void index(DataSource pool) throws SQLException {
    if (this == STAR) {
      execute(pool, "CREATE INDEX by_code ON star (code)");
    }
  }

  /** Takes the index away, and makes sure that a read looks at every row. */
  void dropIndex(DataSource pool) throws SQLException {
    if (this == STAR) {
      execute(pool, "DROP INDEX by_code ON star");
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement();
          ResultSet plan =
              statement.executeQuery("EXPLAIN " + query().replace("?", "'S0000001'"))) {
        if (!plan.next() || !"ALL".equals(plan.getString("type"))) {
          throw new IllegalStateException("a read of the stars does not look at every row");
        }
      }
    }
  }

  private static void execute(DataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** How many SELECTs the server has run, by whomever. */
  static long selects(DataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet status = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Com_select'")) {
      status.next();
      return status.getLong(2);
    }
  }

  /** The rows of one subject: no two subjects share any. */
  Rows rows(DataSource pool, int subject) {
    return new Rows(this, pool, (long) subject * keys);
  }

  /** The data access object that all subjects use. */
  record Rows(TutorialTable table, DataSource pool, long before) implements Database {

    @Override
    public @Nullable Row read(long key) throws SQLException {
      try (Connection connection = pool.getConnection();
          PreparedStatement read = connection.prepareStatement(table.query())) {
        return read(read, key);
      }
    }

    /** Runs the query of a read; null if there is no row. */
    @Nullable Row read(PreparedStatement read, long key) throws SQLException {
      read.setObject(1, table.criterion(id(key)));
      try (ResultSet rows = read.executeQuery()) {
        return rows.next() ? new Row(key, rows.getLong("version"), rows.getString("name")) : null;
      }
    }

    private long id(long key) {
      return before + key + 1;
    }

    @Override
    public long write(long key, BeforeCommit beforeCommit) throws SQLException {
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
          statement.executeUpdate(
              "UPDATE " + table.table() + " SET version = version + 1 WHERE id = " + id(key));
          long version = version(statement, key);
          beforeCommit.run();
          connection.commit();
          return version;
        } catch (SQLException | RuntimeException e) {
          connection.rollback();
          throw e;
        } finally {
          connection.setAutoCommit(true);
        }
      }
    }

    /** Asks by primary key, also where reads don't. */
    long version(long key) throws SQLException {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        return version(statement, key);
      }
    }

    private long version(Statement statement, long key) throws SQLException {
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT version FROM " + table.table() + " WHERE id = " + id(key))) {
        rows.next();
        return rows.getLong(1);
      }
    }

    @Override
    public void close() {}
  }
}
