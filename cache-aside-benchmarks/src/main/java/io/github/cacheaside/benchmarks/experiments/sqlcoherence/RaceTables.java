package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.benchmarks.servers.SqlServers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Some small tables of versions. Key k is row k mod {@link #ROWS} of table k / {@link #ROWS}. */
final class RaceTables {
  static final int TABLES = 4;
  static final int ROWS = 4;
  static final int KEYS = TABLES * ROWS;

  private RaceTables() {}

  /** Makes them; each row has version 1. */
  static void create(DataSource database) throws SQLException {
    List<String> statements = new ArrayList<>();
    for (int table = 0; table < TABLES; table++) {
      String name = name(table);
      statements.add("CREATE TABLE " + name + " (id INT PRIMARY KEY, version BIGINT NOT NULL)");
      for (int row = 0; row < ROWS; row++) {
        statements.add("INSERT INTO " + name + " VALUES (" + row + ", 1)");
      }
    }
    SqlServers.execute(database, statements);
  }

  static String name(int table) {
    return "sql_race_" + table;
  }

  static String[] names() {
    return IntStream.range(0, TABLES).mapToObj(RaceTables::name).toArray(String[]::new);
  }

  static String nameOf(int key) {
    return name(tableOf(key));
  }

  static int tableOf(int key) {
    return key / ROWS;
  }

  static int rowOf(int key) {
    return key % ROWS;
  }

  /** The query of one version, with the row as its parameter. */
  static String one(int key) {
    return "SELECT version FROM " + nameOf(key) + " WHERE id = ?";
  }

  /** The query of all versions of a table. */
  static String all(int table) {
    return "SELECT version FROM " + name(table) + " ORDER BY id";
  }

  /** The statement that sets a version; its parameters are the version and the row. */
  static String update(int key) {
    return "UPDATE " + nameOf(key) + " SET version = ? WHERE id = ?";
  }
}
