package io.github.cacheaside.examples;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * Ranks what a database has counted of its statements by what a cache would gain: {@code
 * performance_schema} of MySQL and MariaDB, {@code pg_stat_statements} of PostgreSQL.
 */
final class Advise {
  private static final double SLOW_MILLIS = 100;
  private static final double OFTEN_A_MINUTE = 100;
  private static final double WASTEFUL_ROWS = 100;
  private static final double QUICK_MILLIS = 2;
  private static final int MOST_LINES = 15;
  private static final int WIDTH = 70;

  private static final String OF_MYSQL =
      """
      SELECT DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT / 1e9, SUM_ROWS_EXAMINED, SUM_ROWS_SENT,
             GREATEST(TIMESTAMPDIFF(SECOND, FIRST_SEEN, LAST_SEEN), 1) / 60
      FROM performance_schema.events_statements_summary_by_digest
      WHERE SCHEMA_NAME = ? AND DIGEST_TEXT LIKE 'SELECT%' AND COUNT_STAR > 0
      ORDER BY SUM_TIMER_WAIT DESC LIMIT 200\
      """;

  private static final String OF_POSTGRESQL =
      """
      SELECT s.query, s.calls, s.total_exec_time, 0, s.rows,
             GREATEST(EXTRACT(EPOCH FROM (now() - i.stats_reset)), 1) / 60
      FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid, pg_stat_statements_info i
      WHERE d.datname = ? AND s.query ~* '^[[:space:]]*SELECT' AND s.calls > 0
      ORDER BY s.total_exec_time DESC LIMIT 200\
      """;

  private Advise() {}

  /**
   * What was counted of one statement.
   *
   * @param examined rows that the database has read; 0 if it does not tell
   * @param minutes for how long it was counted
   */
  record Counted(
      String template, long calls, double totalMillis, long examined, long sent, double minutes) {

    double meanMillis() {
      return totalMillis / calls;
    }

    double callsAMinute() {
      return calls / minutes;
    }

    double examinedForOne() {
      return examined / (double) Math.max(1, sent);
    }

    /** How many of the three signs it has: slow, often, many rows read for few. */
    int signs() {
      return (meanMillis() > SLOW_MILLIS ? 1 : 0)
          + (callsAMinute() > OFTEN_A_MINUTE ? 1 : 0)
          + (examinedForOne() >= WASTEFUL_ROWS ? 1 : 0);
    }

    String verdict() {
      if (signs() == 0) {
        return "leave it";
      }
      return meanMillis() < QUICK_MILLIS ? "load, not latency" : "cache it";
    }
  }

  static void run(Servers servers, PrintStream out) throws SQLException {
    out.println();
    run(servers.dataSource(), out);
  }

  static void run(DataSource database, PrintStream out) throws SQLException {
    List<Counted> counted = read(database);
    if (counted.isEmpty()) {
      out.println("The database has counted no SELECT of this schema.");
      out.println("MySQL and MariaDB count with performance_schema=ON (MariaDB's default is OFF),");
      out.println(
          "PostgreSQL with shared_preload_libraries=pg_stat_statements and CREATE EXTENSION");
      out.println(
          "pg_stat_statements. Without either, put an AdvisingDataSource before your pool.");
      return;
    }
    print(ranked(counted), out);
  }

  /** Most signs first, then what takes the most time. */
  static List<Counted> ranked(List<Counted> counted) {
    return counted.stream()
        .sorted(
            Comparator.comparingInt(Counted::signs)
                .thenComparingDouble(Counted::totalMillis)
                .reversed())
        .toList();
  }

  private static void print(List<Counted> ranked, PrintStream out) {
    double all = ranked.stream().mapToDouble(Counted::totalMillis).sum();
    out.printf(
        "%6s %9s %10s %10s %9s  %-17s  %s%n",
        "time", "calls", "a minute", "mean", "read/row", "advice", "template");
    for (Counted each : ranked.subList(0, Math.min(MOST_LINES, ranked.size()))) {
      out.printf(
          Locale.ROOT,
          "%4.0f %% %9d %10.0f %7.2f ms %9.0f  %-17s  %s%n",
          100 * each.totalMillis() / all,
          each.calls(),
          each.callsAMinute(),
          each.meanMillis(),
          each.examinedForOne(),
          each.verdict(),
          shortened(each.template()));
    }
    out.println();
    out.printf(
        Locale.ROOT,
        "Worth a cache: over %.0f ms on average, over %.0f calls a minute, or %.0f rows read for"
            + " one.%n",
        SLOW_MILLIS,
        OFTEN_A_MINUTE,
        WASTEFUL_ROWS);
    out.println(
        "Whether the parameters repeat the database can't tell: an AdvisingDataSource can.");
  }

  private static String shortened(String template) {
    String line = template.replaceAll("\\s+", " ").strip();
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...";
  }

  private static List<Counted> read(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      String product = connection.getMetaData().getDatabaseProductName();
      boolean postgres = product.equals("PostgreSQL");
      if (postgres && !hasExtension(connection)) {
        return List.of();
      }
      try (PreparedStatement select =
          connection.prepareStatement(postgres ? OF_POSTGRESQL : OF_MYSQL)) {
        select.setString(1, connection.getCatalog());
        return rows(select);
      }
    }
  }

  private static boolean hasExtension(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'")) {
      return found.next();
    }
  }

  private static List<Counted> rows(PreparedStatement select) throws SQLException {
    List<Counted> counted = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        counted.add(
            new Counted(
                row.getString(1),
                row.getLong(2),
                row.getDouble(3),
                row.getLong(4),
                row.getLong(5),
                row.getDouble(6)));
      }
    }
    return counted;
  }
}
