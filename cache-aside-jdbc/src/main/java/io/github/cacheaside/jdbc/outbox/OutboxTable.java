package io.github.cacheaside.jdbc.outbox;

import io.github.cacheaside.jdbc.InvalidationLog.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The table and its statements. A row is taken by moving its due time, so that others leave it
 * alone for a moment, and nobody holds a connection while it is invalidated.
 */
final class OutboxTable {
  static final int MOST_COUNTED = 100_000;

  /** For as long others leave rows alone that one outbox has taken, or could not invalidate. */
  static final Duration CLAIM = Duration.ofMillis(500);

  private static final int TIMEOUT_SECONDS = 10;

  private final DataSource dataSource;
  private final String schema;
  private final String table;
  private final Duration delay;
  private volatile @Nullable OutboxDialect dialect;
  private volatile boolean skipsLocked = true;

  OutboxTable(DataSource dataSource, String schema, String table, Duration delay) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.table = table;
    this.delay = delay;
  }

  /** A row that was read; {@code kind} is as it stands in the table. */
  record Row(String id, String cache, String kind, String name) {}

  /** A row to be written. */
  record NewRow(String id, String cache, Kind kind, String name) {}

  /** How many rows there are, and how old the oldest is. */
  record Census(int rows, Duration oldest) {
    static final Census NONE = new Census(0, Duration.ZERO);
  }

  private String name() {
    return schema + table;
  }

  private OutboxDialect dialect(Connection connection) throws SQLException {
    OutboxDialect known = dialect;
    if (known == null) {
      known = OutboxDialect.of(connection);
      dialect = known;
    }
    return known;
  }

  void create() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : dialect(connection).script(schema, table)) {
        statement.execute(sql);
      }
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }

  void insert(Connection connection, List<NewRow> rows) throws SQLException {
    String due = dialect(connection).after(delay);
    String sql =
        "INSERT INTO " + name() + " (id, cache, kind, name, due) VALUES (?, ?, ?, ?, " + due + ")";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (NewRow row : rows) {
        insert.setString(1, row.id());
        insert.setString(2, row.cache());
        insert.setString(3, row.kind().name().toLowerCase(Locale.ROOT));
        insert.setString(4, row.name());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /**
   * Takes rows that are due, so that nobody else does for the time of a {@link #CLAIM}.
   *
   * @param except the ids of rows that are left alone
   */
  List<Row> claim(Collection<String> caches, Collection<String> except, int most)
      throws SQLException {
    return OutboxTransaction.run(
        dataSource,
        connection -> {
          List<Row> rows = lock(connection, caches, except, most);
          putOff(connection, rows.stream().map(Row::id).toList(), CLAIM);
          return rows;
        });
  }

  private List<Row> lock(
      Connection connection, Collection<String> caches, Collection<String> except, int most)
      throws SQLException {
    if (!skipsLocked) {
      return lock(connection, caches, except, most, "");
    }
    try {
      return lock(connection, caches, except, most, " SKIP LOCKED");
    } catch (SQLException e) {
      if (!String.valueOf(e.getSQLState()).startsWith("42")) {
        throw e;
      }
      connection.rollback();
      List<Row> rows = lock(connection, caches, except, most, "");
      skipsLocked = false; // as in MariaDB before 10.6: it was that word, for without it it works
      return rows;
    }
  }

  private List<Row> lock(
      Connection connection,
      Collection<String> caches,
      Collection<String> except,
      int most,
      String skip)
      throws SQLException {
    String sql =
        "SELECT id, cache, kind, name FROM "
            + name()
            + " WHERE cache IN ("
            + places(caches.size())
            + ") AND due <= "
            + dialect(connection).now()
            + (except.isEmpty() ? "" : " AND id NOT IN (" + places(except.size()) + ")")
            + " LIMIT "
            + most
            + " FOR UPDATE"
            + skip;
    List<String> texts = new ArrayList<>(caches);
    texts.addAll(except);
    try (PreparedStatement select = prepare(connection, sql, texts);
        ResultSet result = select.executeQuery()) {
      List<Row> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(
            new Row(
                result.getString(1),
                result.getString(2),
                result.getString(3),
                result.getString(4)));
      }
      return rows;
    }
  }

  /** Leaves rows alone for a time. */
  void putOff(List<String> ids, Duration time) throws SQLException {
    OutboxTransaction.run(
        dataSource,
        connection -> {
          putOff(connection, ids, time);
          return ids.size();
        });
  }

  private void putOff(Connection connection, List<String> ids, Duration time) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    String sql =
        "UPDATE "
            + name()
            + " SET due = "
            + dialect(connection).after(time)
            + " WHERE id IN ("
            + places(ids.size())
            + ")";
    try (PreparedStatement update = prepare(connection, sql, ids)) {
      update.executeUpdate();
    }
  }

  void delete(Collection<String> ids) throws SQLException {
    String sql = "DELETE FROM " + name() + " WHERE id IN (" + places(ids.size()) + ")";
    OutboxTransaction.run(
        dataSource,
        connection -> {
          try (PreparedStatement delete = prepare(connection, sql, ids)) {
            return delete.executeUpdate();
          }
        });
  }

  Census census() throws SQLException {
    return OutboxTransaction.run(
        dataSource,
        connection -> {
          String sql =
              "SELECT COUNT(*), "
                  + dialect(connection).millisSince("MIN(written)")
                  + " FROM (SELECT written FROM "
                  + name()
                  + " ORDER BY id LIMIT "
                  + MOST_COUNTED
                  + ") some_rows";
          try (PreparedStatement select = prepare(connection, sql, List.of());
              ResultSet result = select.executeQuery()) {
            result.next();
            return new Census(
                result.getInt(1), Duration.ofMillis(Math.max(0, (long) result.getDouble(2))));
          }
        });
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, Collection<String> texts) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      int index = 0;
      for (String text : texts) {
        statement.setString(++index, text);
      }
      return statement;
    } catch (SQLException | RuntimeException | Error e) {
      try (statement) {
        throw e;
      }
    }
  }

  private static String places(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }
}
