package io.github.cacheaside.benchmarks.subjects;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A pool of the AWS JDBC wrapper with its query cache, over a server without TLS. A hint in a
 * query's text makes it cached. There is no way to invalidate a query: what was cached stays until
 * its TTL.
 */
public final class AwsPool {
  /** Warns of each connection that needs no password; held, so that its level stays. */
  private static final Logger LOG = Logger.getLogger("software.amazon.jdbc");

  static {
    LOG.setLevel(Level.SEVERE);
  }

  private AwsPool() {}

  /**
   * Opens a pool.
   *
   * @param config with user, password and size
   * @param url the address that the driver beneath would be given
   */
  public static HikariDataSource open(HikariConfig config, String url, String redisUri) {
    RedisURI redis = RedisURI.create(redisUri);
    config.setDriverClassName("software.amazon.jdbc.Driver");
    config.setJdbcUrl(url.replaceFirst("^jdbc:", "jdbc:aws-wrapper:"));
    config.addDataSourceProperty("wrapperPlugins", "remoteQueryCache");
    config.addDataSourceProperty("wrapperDialect", dialect(url));
    config.addDataSourceProperty("cacheEndpointAddrRw", redis.getHost() + ":" + redis.getPort());
    config.addDataSourceProperty("cacheUseSSL", "false");
    config.addDataSourceProperty(
        "cacheConnectionPoolSize", Integer.toString(config.getMaximumPoolSize()));
    return new HikariDataSource(config);
  }

  private static String dialect(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      return "pg";
    }
    return url.startsWith("jdbc:mysql:") ? "mysql" : "mariadb";
  }

  /** What makes a query cached. */
  public static String hint(Duration ttl) {
    return "/* CACHE_PARAM(ttl=" + ttl.toSeconds() + "s) */ ";
  }
}
