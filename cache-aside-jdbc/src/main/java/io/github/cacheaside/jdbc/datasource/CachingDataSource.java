package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Health;
import io.github.cacheaside.spi.CacheStore;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A data source that caches the results of queries, for code that can't change. Off unless a {@link
 * CacheRule} says so.
 *
 * <pre>{@code
 * DataSource database =
 *     CachingDataSource.builder(redis, pool)
 *         .rule(CacheRule.ofTables(Duration.ofMinutes(1), "planet", "moon"))
 *         .build();
 * }</pre>
 *
 * <p><b>Reads</b> that match a rule are answered from the cache as a scrollable, read-only {@code
 * ResultSet} with what the driver would answer: values, classes, conversions, metadata. What can't
 * be kept so, such as an SQL array, is not cached; the caller gets the driver's own result. A
 * result is cached in autocommit mode only, from the caller's own connection, under a lease, and
 * not from a read-only one, which may lead to a replica, nor at READ UNCOMMITTED. A transaction at
 * READ COMMITTED is answered from the cache until it writes; one at REPEATABLE READ or SERIALIZABLE
 * is not, unless {@link CacheRule#alsoInSnapshots} allows that.
 *
 * <p><b>Writes</b> invalidate by table, fenced at their commit: readers go to the database from
 * just before the commit until just after it. What may write and can't be parsed concerns all
 * results. A write whose fence can't be placed, as Redis is down, fails with a {@code
 * SQLTransientException} before it has begun, or for a commit before that; {@link
 * CachingDataSourceBuilder#unfencedWrites} changes that. {@code close} closes the connection in any
 * case; it rolls back if it can't be fenced.
 *
 * <p>Sessions must be alike: after a {@code SET}, {@code setSchema} and the like, the physical
 * connection is not used for caching any more, unless {@link CachingDataSourceBuilder#session}
 * names sessions in the keys. Where a pool's connection unwraps to itself, so that the physical one
 * is not known, that goes for the data source. Everything else passes through untouched.
 * Thread-safe.
 */
public final class CachingDataSource implements DataSource {
  private final DataSource real;
  private final Engine engine;

  CachingDataSource(DataSource real, Engine engine) {
    this.real = real;
    this.engine = engine;
  }

  /** Why a query that matches a rule went to the database all the same. */
  public enum Bypass {
    /**
     * The transaction has written, or may have: by a function, a driver's own object, or another
     * loan of its connection. It is answered from the cache then, and fills nothing.
     */
    WROTE,
    /** The transaction reads from a snapshot, or its isolation level is not known. */
    SNAPSHOT,
    /** Sessions may differ: {@code SET}, {@code setSchema}, a stored procedure. */
    SESSION,
    /** The text can't be cached, which is logged. */
    TEXT,
    /** The connection reads what others have not committed: READ UNCOMMITTED, no transactions. */
    UNCOMMITTED,
    /** The connection is read-only, so its rows may come from a replica that lags. */
    READ_ONLY,
    /** A parameter has no text for a key, such as a stream. */
    PARAMETER,
    /**
     * The result has a column that can't be kept, or is larger than {@code maxRows} or {@code
     * maxBytes}; logged.
     */
    RESULT,
    /** The statement asks for something else: generated keys, updates, a cursor's name. */
    STATEMENT
  }

  /**
   * Begins a data source.
   *
   * @param store where results are kept; it stays the caller's to close
   * @param dataSource where connections come from; it stays the caller's to close
   * @return a builder without rules
   */
  public static CachingDataSourceBuilder builder(CacheStore store, DataSource dataSource) {
    return new CachingDataSourceBuilder(store, dataSource);
  }

  @Override
  public Connection getConnection() throws SQLException {
    return ConnectionHandler.wrap(real.getConnection(), engine, "");
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return ConnectionHandler.wrap(real.getConnection(username, password), engine, username);
  }

  /**
   * Makes all results that read some tables a miss; for writes that bypassed this data source.
   *
   * @param tables their names
   * @throws io.github.cacheaside.CacheStoreException if the store failed; the old results may still
   *     be there
   */
  public void invalidateTables(String... tables) {
    engine.invalidateTables(tables);
  }

  /**
   * Makes all results a miss.
   *
   * @throws io.github.cacheaside.CacheStoreException if the store failed; the old results may still
   *     be there
   */
  public void clear() {
    engine.cache().clear();
  }

  /**
   * What the cache has counted.
   *
   * @return the figures by now
   */
  public CacheStats stats() {
    return engine.cache().stats();
  }

  /**
   * How often queries that match a rule went to the database all the same, and why.
   *
   * @return all reasons, also those that have not occurred
   */
  public Map<Bypass, Long> bypasses() {
    return engine.bypasses().snapshot();
  }

  /**
   * How the cache is doing; waits for nothing.
   *
   * @return one snapshot
   */
  public Health health() {
    return engine.cache().health();
  }

  /**
   * The cache underneath, for what takes any cache, such as meters.
   *
   * @return the cache; its keys and values are this package's own
   */
  public CacheAside<?, ?> asCache() {
    return engine.cache();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.isInstance(real) ? type.cast(real) : real.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || type.isInstance(real) || real.isWrapperFor(type);
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return real.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    real.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    real.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return real.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return real.getParentLogger();
  }

  @Override
  public String toString() {
    return "CachingDataSource of " + real;
  }
}
