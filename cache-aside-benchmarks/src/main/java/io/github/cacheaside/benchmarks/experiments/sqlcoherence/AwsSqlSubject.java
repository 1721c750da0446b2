package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.benchmarks.subjects.AwsPool;
import io.github.cacheaside.testkit.DatabaseServer;
import java.sql.SQLException;
import java.time.Duration;

/** The DAO over the AWS JDBC wrapper, with its hint before each query. */
final class AwsSqlSubject implements RaceSubject {
  private final HikariDataSource pool;
  private final RaceDao dao;

  AwsSqlSubject(DatabaseServer server, String redisUri, int connections, Duration ttl) {
    this.pool = AwsPool.open(SqlServers.config(server, connections), server.jdbcUrl(), redisUri);
    this.dao = new RaceDao(pool, AwsPool.hint(ttl));
  }

  @Override
  public long read(int key) throws SQLException {
    return dao.read(key);
  }

  @Override
  public long[] list(int table) throws SQLException {
    return dao.list(table);
  }

  @Override
  public void write(int key, long version, Way way) throws SQLException {
    dao.write(key, version, way == Way.WRITER ? Way.COMMIT : way);
  }

  @Override
  public void close() {
    pool.close();
  }
}
