package io.github.cacheaside.benchmarks.workers;

import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
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

/** Servers, shared memory and workers of one run of one subject, all of them its own. */
public final class TestBed implements AutoCloseable {
  private final RedisServer redis;
  private final DatabaseServer database;
  private final SharedMemory shared;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private int slots;

  public TestBed(int keys) throws IOException, SQLException {
    this.redis = TestServers.newRedis();
    this.database = TestServers.database().createDatabase("bench");
    this.shared = SharedMemory.create(keys);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(SqlDatabase.DDL);
    }
  }

  public RedisServer redis() {
    return redis;
  }

  public SharedMemory shared() {
    return shared;
  }

  /** How many workers have been started. */
  public synchronized int started() {
    return slots;
  }

  /** What every worker of this rig has to know. */
  public WorkerSetup setup() {
    return new WorkerSetup(Map.of("redis", redis.uri(), "board", shared.file().toString()))
        .with("keys", shared.keys())
        .with(new SqlDatabase.Address(database.jdbcUrl(), database.user(), database.password()));
  }

  /** Starts a worker with a slot of its own. */
  public synchronized WorkerProcess add(WorkerSetup setup, List<String> wrapper)
      throws IOException {
    if (slots == SharedMemory.SLOTS) {
      throw new IllegalStateException("no more than " + SharedMemory.SLOTS + " workers a run");
    }
    WorkerProcess worker = WorkerProcess.start(setup.with("slot", slots++), wrapper);
    workers.add(worker);
    return worker;
  }

  /** Lets the oracle know what has been committed, whoever has died before saying so. */
  public void publishCommitted() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, version FROM counter")) {
      while (rows.next()) {
        shared.publishCommitted(rows.getInt(1), rows.getLong(2));
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    workers.forEach(WorkerProcess::close);
    shared.close();
    database.close();
    redis.close();
  }
}
