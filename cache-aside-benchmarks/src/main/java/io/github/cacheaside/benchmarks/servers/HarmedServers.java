package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TcpProxy;
import io.github.cacheaside.testkit.TestServers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Redis of its own, ways to it that can be harmed, and schemas of a real database. */
public final class HarmedServers implements AutoCloseable {
  private final RedisServer redis;
  private final List<TcpProxy> ways = new ArrayList<>();
  private final List<DatabaseServer> schemas = new ArrayList<>();

  /** Opens as many ways to Redis as there are nodes. */
  public HarmedServers(int ways) throws IOException {
    this.redis = TestServers.newRedis();
    for (int i = 0; i < ways; i++) {
      this.ways.add(TcpProxy.to(redis.host(), redis.port()));
    }
  }

  public RedisServer redis() {
    return redis;
  }

  public List<TcpProxy> ways() {
    return ways;
  }

  /** A schema with rows of version 1. */
  public SqlDatabase.Address schema(int keys) throws SQLException {
    DatabaseServer schema = TestServers.database().createDatabase("outage");
    schemas.add(schema);
    String rows =
        IntStream.range(0, keys)
            .mapToObj(key -> "(" + key + ", 1)")
            .collect(Collectors.joining(", "));
    try (Connection connection = schema.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(SqlDatabase.DDL);
      statement.execute("INSERT INTO counter (id, version) VALUES " + rows);
    }
    return new SqlDatabase.Address(schema.jdbcUrl(), schema.user(), schema.password());
  }

  @Override
  public void close() throws IOException {
    for (TcpProxy way : ways) {
      way.close();
    }
    schemas.forEach(DatabaseServer::close);
    redis.close();
  }
}
