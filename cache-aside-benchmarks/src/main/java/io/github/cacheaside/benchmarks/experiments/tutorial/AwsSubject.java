package io.github.cacheaside.benchmarks.experiments.tutorial;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import io.github.cacheaside.benchmarks.subjects.NaiveSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.lettuce.core.RedisURI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The query cache of the AWS JDBC wrapper, over a server without TLS: a hint in the query's text
 * makes it cached. There is no way to invalidate a query, so a write only writes; what was cached
 * stays until its TTL.
 */
final class AwsSubject implements Subject {
  /** Warns of each connection that needs no password; held, so that its level stays. */
  private static final Logger LOG = Logger.getLogger("software.amazon.jdbc");

  static {
    LOG.setLevel(Level.SEVERE);
  }

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
    this.query =
        "/* CACHE_PARAM(ttl=%ds) */ %s"
            .formatted(environment.ttl().get().toSeconds(), rows.table().query());
    RedisURI redis = RedisURI.create(environment.redis());
    HikariConfig config = new HikariConfig();
    config.setDriverClassName("software.amazon.jdbc.Driver");
    config.setJdbcUrl(where.url().replaceFirst("^jdbc:", "jdbc:aws-wrapper:"));
    config.setUsername(where.user());
    config.setPassword(where.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    config.setConnectionTimeout(60_000);
    config.addDataSourceProperty("wrapperPlugins", "remoteQueryCache");
    config.addDataSourceProperty("wrapperDialect", "mariadb");
    config.addDataSourceProperty("cacheEndpointAddrRw", redis.getHost() + ":" + redis.getPort());
    config.addDataSourceProperty("cacheUseSSL", "false");
    config.addDataSourceProperty("cacheConnectionPoolSize", Integer.toString(connections));
    this.pool = new HikariDataSource(config);
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
