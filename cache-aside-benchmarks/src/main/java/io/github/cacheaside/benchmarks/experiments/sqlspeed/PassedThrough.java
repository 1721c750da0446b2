package io.github.cacheaside.benchmarks.experiments.sqlspeed;

import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.jdbc.datasource.CacheRule;
import io.github.cacheaside.jdbc.datasource.CachingDataSource;
import io.github.cacheaside.spi.CacheStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.sql.DataSource;

/**
 * Statements that no rule is about, by the pool itself and through the data source that caches, in
 * turns of a quarter of a second.
 */
final class PassedThrough {
  static final String POOL = "pool";
  static final String THROUGH = "data-source";

  private static final int ROWS = 1_000;
  private static final Duration TURN = Duration.ofMillis(250);

  private PassedThrough() {}

  /** What is executed. */
  enum Kind {
    /** One row by its primary key, in autocommit mode. */
    QUERY {
      @Override
      void run(Connection connection, int row) throws SQLException {
        query(connection, row);
      }
    },
    /** One row is changed, in autocommit mode. */
    UPDATE {
      @Override
      void run(Connection connection, int row) throws SQLException {
        update(connection, row);
      }
    },
    /** A transaction that reads a row, changes it and commits. */
    TRANSACTION {
      @Override
      void run(Connection connection, int row) throws SQLException {
        connection.setAutoCommit(false);
        query(connection, row);
        update(connection, row);
        connection.commit();
        connection.setAutoCommit(true);
      }
    };

    abstract void run(Connection connection, int row) throws SQLException;

    private static void query(Connection connection, int row) throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement("SELECT name, visits FROM passed WHERE id = ?")) {
        select.setInt(1, row);
        try (ResultSet result = select.executeQuery()) {
          if (!result.next() || result.getString("name").isEmpty() || result.getInt("visits") < 0) {
            throw new SQLException("no row " + row);
          }
        }
      }
    }

    private static void update(Connection connection, int row) throws SQLException {
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE passed SET visits = visits + 1 WHERE id = ?")) {
        update.setInt(1, row);
        update.executeUpdate();
      }
    }
  }

  static void create(DataSource pool) throws SQLException {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE passed (id INT PRIMARY KEY, name VARCHAR(30) NOT NULL, visits INT NOT NULL)");
    for (int row = 0; row < ROWS; row++) {
      statements.add("INSERT INTO passed VALUES (" + row + ", 'Visitor " + row + "', 0)");
    }
    SqlServers.execute(pool, statements);
  }

  /** Measures a kind, with so many pairs of turns. */
  static Rounds measure(Kind kind, CacheStore store, DataSource pool, int callers, int pairs)
      throws Exception {
    DataSource through =
        CachingDataSource.builder(store, pool)
            .name("passed")
            .rule(CacheRule.ofTables(Duration.ofMinutes(1), "shop_film", "shop_rental"))
            .build();
    Map<String, Hammer.Call> calls = new LinkedHashMap<>();
    calls.put(POOL, random -> run(kind, pool, random));
    calls.put(THROUGH, random -> run(kind, through, random));
    Rounds unused = rounds(calls, callers, 2); // warms up
    return rounds(calls, callers, pairs);
  }

  private static Rounds rounds(Map<String, Hammer.Call> calls, int callers, int pairs)
      throws Exception {
    return Rounds.measure(calls, pairs, call -> Hammer.measure(callers, TURN, call));
  }

  private static void run(Kind kind, DataSource source, SplittableRandom random)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      kind.run(connection, random.nextInt(ROWS));
    }
  }
}
