package io.github.cacheaside.benchmarks.experiments.tutorial;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import io.github.cacheaside.benchmarks.subjects.AwsPool;
import io.github.cacheaside.benchmarks.subjects.NaiveSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The query cache of the AWS JDBC wrapper. There is no way to invalidate a query, so a write only
 * writes; what was cached stays until its TTL.
 */
final class AwsSubject implements Subject {
  private final Environment environment;
  private final TutorialTable.Rows rows;
  private final HikariDataSource pool;
  private final String query;

  AwsSubject(
      Environment environment,
      TutorialTable.Rows rows,
      SqlDatabase.Address where,
      int connections) {
    this.environment = environment;
    this.rows = rows;
    this.query = AwsPool.hint(environment.ttl().get()) + rows.table().query();
    HikariConfig config = new HikariConfig();
    config.setUsername(where.user());
    config.setPassword(where.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    config.setConnectionTimeout(60_000);
    this.pool = AwsPool.open(config, where.url(), environment.redis());
  }

  @Override
  public long get(long key) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement read = connection.prepareStatement(query)) {
      return NaiveSubject.version(rows.read(read, key));
    }
  }

  @Override
  public long write(long key) throws SQLException {
    return environment.writes().commit(key);
  }

  @Override
  public void close() {
    pool.close();
  }
}
