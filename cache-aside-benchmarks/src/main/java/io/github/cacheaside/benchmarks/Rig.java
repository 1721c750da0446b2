package io.github.cacheaside.benchmarks;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Servers, board and workers of one run of one subject, all of them its own. */
final class Rig implements AutoCloseable {
  private final RedisServer redis;
  private final DatabaseServer database;
  private final Board board;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private int slots;

  Rig(int keys) throws IOException, SQLException {
    this.redis = TestServers.newRedis();
    this.database = TestServers.database().createDatabase("bench");
    this.board = Board.create(keys);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(SqlDatabase.DDL);
    }
  }

  RedisServer redis() {
    return redis;
  }

  Board board() {
    return board;
  }

  /** How many workers have been started. */
  synchronized int started() {
    return slots;
  }

  /** What every worker of this rig has to know. */
  Setup setup() {
    return new Setup(Map.of("redis", redis.uri(), "board", board.file().toString()))
        .with("keys", board.keys())
        .with(new Setup.Sql(database.jdbcUrl(), database.user(), database.password()));
  }

  /** Starts a worker with a slot of its own. */
  synchronized WorkerProcess add(Setup setup, List<String> wrapper) throws IOException {
    if (slots == Board.SLOTS) {
      throw new IllegalStateException("no more than " + Board.SLOTS + " workers a run");
    }
    WorkerProcess worker = WorkerProcess.start(setup.with("slot", slots++), wrapper);
    workers.add(worker);
    return worker;
  }

  /** Lets the oracle know what has been committed, whoever has died before saying so. */
  void publishCommitted() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, version FROM counter")) {
      while (rows.next()) {
        board.publishCommitted(rows.getInt(1), rows.getLong(2));
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    workers.forEach(WorkerProcess::close);
    board.close();
    database.close();
    redis.close();
  }
}
