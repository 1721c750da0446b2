package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import java.sql.Connection;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that remembers which cached keys it changes. They are invalidated after the commit;
 * a rollback leaves them alone. For the thread that runs the work, and until the work ends.
 */
public final class JdbcTransaction {
  private final Connection connection;
  private final Invalidations invalidations;

  JdbcTransaction(Connection connection, Invalidations invalidations) {
    this.connection = connection;
    this.invalidations = invalidations;
  }

  /**
   * The connection to change data with. Its commit, rollback and close are the {@link JdbcWriter}'s
   * to call.
   *
   * @return the connection, autocommit off
   */
  public Connection connection() {
    return connection;
  }

  /**
   * Has a key invalidated after the commit.
   *
   * @param cache the cache
   * @param key the key
   * @param <K> the type of keys
   * @throws IllegalStateException if the transaction has ended
   */
  public <K> void invalidate(CacheAside<K, ?> cache, K key) {
    invalidations.add(cache, List.of(key));
  }

  /**
   * Has keys invalidated after the commit.
   *
   * @param cache the cache
   * @param keys the keys
   * @param <K> the type of keys
   * @throws IllegalStateException if the transaction has ended
   */
  public <K> void invalidateAll(CacheAside<K, ?> cache, Collection<? extends K> keys) {
    invalidations.add(cache, keys);
  }

  /**
   * Has the result of a query invalidated after the commit.
   *
   * @param cache the cache
   * @param sql the query
   * @param parameters its parameters
   * @throws IllegalStateException if the transaction has ended
   * @throws IllegalArgumentException if a parameter is of an unsupported class
   */
  public void invalidateQuery(SqlCache cache, String sql, @Nullable Object... parameters) {
    invalidations.add(cache.cache(), List.of(cache.queryOf(sql, parameters)));
  }

  /**
   * Has all results that read some tables invalidated after the commit.
   *
   * @param cache the cache, built with {@link SqlCacheBuilder#tables}
   * @param tables the names of the tables, as {@link
   *     io.github.cacheaside.jdbc.tables.SqlTables#written} takes them
   * @throws IllegalStateException if the transaction has ended
   * @throws UnsupportedOperationException if the cache was built without tables
   */
  public void invalidateTables(SqlCache cache, String... tables) {
    invalidations.addTags(cache.cache(), cache.tagsOf(List.of(tables)));
  }
}
