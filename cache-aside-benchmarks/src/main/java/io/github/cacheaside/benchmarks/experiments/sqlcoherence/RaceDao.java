package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Plain JDBC, as an application has it; knows no cache. What it is given is where it reads. */
final class RaceDao {
  private final DataSource dataSource;
  private final String hint;

  RaceDao(DataSource dataSource) {
    this(dataSource, "");
  }

  /** With a comment before each query. */
  RaceDao(DataSource dataSource, String hint) {
    this.dataSource = dataSource;
    this.hint = hint;
  }

  long read(int key) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return read(connection, key);
    }
  }

  long read(Connection connection, int key) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(hint + RaceTables.one(key))) {
      select.setInt(1, RaceTables.rowOf(key));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("no row of key " + key);
        }
        return row.getLong("version");
      }
    }
  }

  long[] list(int table) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(hint + RaceTables.all(table));
        ResultSet row = select.executeQuery()) {
      long[] versions = new long[RaceTables.ROWS];
      int rows = 0;
      while (row.next()) {
        versions[rows++] = row.getLong(1);
      }
      return versions;
    }
  }

  void write(int key, long version, Way way) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      switch (way) {
        case STATEMENT -> update(connection, key, version);
        case BATCH -> batch(connection, key, version);
        default -> transaction(connection, key, version, way);
      }
    }
  }

  private static void transaction(Connection connection, int key, long version, Way way)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      update(connection, key, version);
      if (way == Way.ROLLBACK) {
        connection.rollback();
      } else if (way == Way.COMMIT) {
        connection.commit();
      }
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true); // which commits, too
    }
  }

  static void update(Connection connection, int key, long version) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(RaceTables.update(key))) {
      set(update, key, version);
      update.executeUpdate();
    }
  }

  private static void batch(Connection connection, int key, long version) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(RaceTables.update(key))) {
      set(update, key, version);
      update.addBatch();
      update.executeBatch();
    }
  }

  private static void set(PreparedStatement update, int key, long version) throws SQLException {
    update.setLong(1, version);
    update.setInt(2, RaceTables.rowOf(key));
  }
}
