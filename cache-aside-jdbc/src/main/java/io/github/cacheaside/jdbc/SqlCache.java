package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheException;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Health;
import io.github.cacheaside.Read;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.jdbc.text.SqlStability;
import io.github.cacheaside.jdbc.text.SqlText;
import io.github.cacheaside.spi.CacheStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Caches the results of SQL queries under their text and parameters.
 *
 * <pre>{@code
 * SqlCache sql = SqlCache.builder(redis, dataSource).ttl(Duration.ofSeconds(10)).build();
 * List<Row> all = sql.query("SELECT * FROM planet WHERE id < ?", 4);
 * List<Planet> inner = sql.query("SELECT * FROM planet WHERE id < ?", Planet.class, 4);
 * }</pre>
 *
 * <p>Rows have the same classes and values on a hit and on the miss before it; {@link Row} lists
 * them. An empty result is cached too. The text is taken as it is: other white space is another
 * entry. Parameters count with their class: {@code 1}, {@code 1L} and {@code "1"} are three
 * entries. They may be null, strings, numbers, booleans, enums (by name), {@code byte[]}, {@code
 * java.time} values and {@code UUID}; an {@code Optional} is what is in it; {@code
 * java.sql.Timestamp}, {@code Date} and {@code Time} count as {@code LocalDateTime}, {@code
 * LocalDate} and {@code LocalTime}, {@code java.util.Date} and {@code Calendar} as {@code Instant}.
 * A list of these stands for its elements, {@code IN (?)}, and an array is an SQL array, where the
 * database has them.
 *
 * <p>The key does not know the database, schema and user behind the data source: caches that share
 * a store but not these need different names or namespaces. Where sessions of one data source
 * differ (tenant, role, schema, time zone), {@link SqlCacheBuilder#session} names them in the key.
 * A text that depends on the clock, chance or the session is refused, as far as its words show.
 *
 * <p>A write is seen when the TTL ends, 10 seconds by default, or at once after {@link
 * #invalidate}. A query takes one connection of its own, outside of the caller's transaction, and
 * gives it back before the result is stored. Thread-safe; not to be closed.
 */
public final class SqlCache {
  private static final String TABLE = "table:";

  private final CacheAside<SqlQuery, List<Row>> cache;
  private final @Nullable Supplier<String> session;
  private final @Nullable SqlTables tables;
  private final boolean tagged;
  private final boolean unstable;

  SqlCache(
      CacheAside<SqlQuery, List<Row>> cache,
      @Nullable Supplier<String> session,
      @Nullable SqlTables tables,
      boolean tagged,
      boolean unstable) {
    this.cache = cache;
    this.session = session;
    this.tables = tables;
    this.tagged = tagged;
    this.unstable = unstable;
  }

  /**
   * Begins a cache.
   *
   * @param store where results are kept; it stays the caller's to close
   * @param dataSource where connections come from; it stays the caller's to close
   * @return a builder with every option at its default
   */
  public static SqlCacheBuilder builder(CacheStore store, DataSource dataSource) {
    return new SqlCacheBuilder(store, dataSource);
  }

  /**
   * Whether a text would be taken, without {@link SqlCacheBuilder#allowUnstable}: a query that
   * changes and locks nothing, and depends on the data alone, as far as its words show.
   *
   * @param sql any text
   * @return false if {@link #query(String, Object...)} would refuse it
   */
  public static boolean isCacheable(String sql) {
    try {
      SqlVerb.requireQuery(sql);
      SqlText text = SqlText.of(sql);
      SqlStability.requireReading(text);
      SqlStability.requireStable(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The rows of a query, from the cache if they are there.
   *
   * @param sql a query; what begins with another word is refused. A {@code WITH} or {@code EXPLAIN
   *     ANALYZE} that changes data, as PostgreSQL has it, is not seen through
   * @param parameters one for each placeholder
   * @return the rows, unmodifiable; more than 10,000 by default are refused
   * @throws CacheLoadException if the query failed, has more rows than allowed, or a column of a
   *     type that can't be cached
   * @throws IllegalArgumentException if a parameter is of an unsupported class, or the text is no
   *     query, changes or locks something, or depends on more than the data
   */
  public List<Row> query(String sql, @Nullable Object... parameters) {
    return rows(read(sql, parameters));
  }

  /**
   * The rows of a query as objects, from the cache if they are there; see {@link Row#as}. The entry
   * is that of {@link #query(String, Object...)}: one for all classes.
   *
   * @param sql a query
   * @param type a record, a JavaBean, or for one column a single value
   * @param parameters one for each placeholder
   * @param <T> the type
   * @return the objects, unmodifiable
   * @throws CacheLoadException as {@link #query(String, Object...)} does
   * @throws IllegalArgumentException as {@link #query(String, Object...)} does, or if a row can't
   *     be one
   */
  public <T> List<T> query(String sql, Class<T> type, @Nullable Object... parameters) {
    return as(query(sql, parameters), type);
  }

  /**
   * The only row of a query as an object, or its only value: {@code queryOne("SELECT COUNT(*) FROM
   * planet", Long.class)}.
   *
   * @param sql a query
   * @param type a record, a JavaBean, or for one column a single value
   * @param parameters one for each placeholder
   * @param <T> the type
   * @return the object; empty if there is no row, or if a single value is {@code NULL}
   * @throws CacheLoadException as {@link #query(String, Object...)} does
   * @throws IllegalArgumentException as {@link #query(String, Class, Object...)} does
   * @throws IllegalStateException if there is more than one row
   */
  public <T> Optional<T> queryOne(String sql, Class<T> type, @Nullable Object... parameters) {
    return one(query(sql, parameters), type);
  }

  /**
   * Begins a query with named parameters, a TTL or tags of its own.
   *
   * @param sql a query, with {@code :names} or {@code ?}
   * @return the call, to be completed
   */
  public SqlCall statement(String sql) {
    return new SqlCall(this, sql);
  }

  /**
   * The rows of a query, and where they came from.
   *
   * @param sql a query
   * @param parameters one for each placeholder
   * @return the rows and their origin
   * @throws CacheLoadException as {@link #query} does
   * @throws IllegalArgumentException as {@link #query} does
   */
  public Read<List<Row>> read(String sql, @Nullable Object... parameters) {
    return cache.read(queryOf(sql, parameters));
  }

  /**
   * Like {@link #query}, without blocking the caller: the query runs on the {@linkplain
   * io.github.cacheaside.CacheAsideBuilder#executor executor}.
   *
   * @param sql a query
   * @param parameters one for each placeholder
   * @return the rows; fails with the exceptions of {@link #query}
   */
  public CompletableFuture<List<Row>> queryAsync(String sql, @Nullable Object... parameters) {
    return cache.async().read(queryOf(sql, parameters)).thenApply(SqlCache::rows);
  }

  /**
   * Removes one result, the one of exactly this text and these parameters.
   *
   * @param sql the query
   * @param parameters its parameters
   * @throws CacheStoreException if the store failed; the old result may still be there
   */
  public void invalidate(String sql, @Nullable Object... parameters) {
    cache.invalidate(queryOf(sql, parameters));
  }

  /**
   * Makes all results of a tag a miss, by one command, as {@link CacheAside#invalidateTag} does.
   *
   * @param tag a tag of {@link SqlCacheBuilder#tags}; for tables there is {@link #invalidateTables}
   * @throws CacheStoreException if the store failed; the old results may still be there
   * @throws UnsupportedOperationException if results have no tags
   */
  public void invalidateTag(String tag) {
    cache.invalidateTag(tag);
  }

  /**
   * Makes all results that read some tables a miss; for writes that have been committed. A write
   * through {@link JdbcWriter#fenced} or {@link #fenceTables} leaves no gap between the two.
   *
   * @param tables their names, as {@link SqlTables#written} takes them
   * @throws CacheStoreException if the store failed; the old results may still be there. All tables
   *     are tried
   * @throws UnsupportedOperationException if the cache was built without {@link
   *     SqlCacheBuilder#tables}
   */
  public void invalidateTables(String... tables) {
    invalidateTags(tagsOf(Arrays.asList(tables)));
  }

  void invalidateTags(Set<String> tags) {
    CacheException failure = null;
    for (String tag : tags) {
      try {
        cache.invalidateTag(tag);
      } catch (CacheException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Places a fence around all results that read some tables, as {@link CacheAside#fenceTags} does:
   * for a transaction of the caller's own, between its last statement and its commit.
   *
   * <pre>{@code
   * try (WriteFence fence = sql.fenceTables("planet")) {
   *   if (!fence.mayCommit()) {
   *     throw new SQLTransientException("lost");
   *   }
   *   connection.commit();
   * }
   * }</pre>
   *
   * @param tables their names, as {@link SqlTables#written} takes them
   * @return the fence; close it after the commit or the rollback
   * @throws io.github.cacheaside.WriteNotBegunException if it can't be placed
   * @throws UnsupportedOperationException if the cache was built without {@link
   *     SqlCacheBuilder#tables}
   */
  public WriteFence fenceTables(String... tables) {
    return cache.fenceTags(tagsOf(Arrays.asList(tables)));
  }

  /** The tags of tables; those of a user's own begin otherwise. */
  Set<String> tagsOf(Collection<String> names) {
    Set<String> tags = new LinkedHashSet<>();
    requireTables().written(names).forEach(name -> tags.add(TABLE + name));
    return tags;
  }

  private SqlTables requireTables() {
    if (tables == null) {
      throw new UnsupportedOperationException(name() + " was built without tables(...)");
    }
    return tables;
  }

  /**
   * Makes all results of this cache a miss, by one command, as {@link CacheAside#clear} does.
   *
   * @throws CacheStoreException if the store failed; the old results may still be there
   * @throws UnsupportedOperationException if the cache has neither {@link
   *     SqlCacheBuilder#clearable} nor tags
   */
  public void clear() {
    cache.clear();
  }

  /**
   * How this cache is doing; waits for nothing.
   *
   * @return one snapshot
   */
  public Health health() {
    return cache.health();
  }

  /**
   * What this cache has counted.
   *
   * @return the figures by now
   */
  public CacheStats stats() {
    return cache.stats();
  }

  /**
   * The cache's name.
   *
   * @return the name
   */
  public String name() {
    return cache.name();
  }

  /**
   * The cache's namespace.
   *
   * @return the namespace, empty if there is none
   */
  public String namespace() {
    return cache.namespace();
  }

  /**
   * The cache underneath, for what takes any cache: {@code CacheAsideMetrics.monitor(registry,
   * sql.asCache())}.
   *
   * @return the cache; its keys are made by this class alone
   */
  public CacheAside<?, List<Row>> asCache() {
    return cache;
  }

  /**
   * What stands between callers and a cache, for adapters: it may have invalidations take part in a
   * transaction.
   */
  public interface Wrapping {

    /**
     * The cache that is called instead of the other.
     *
     * @param cache the other
     * @param <K> the type of keys
     * @param <V> the type of values
     * @return one with the same entries
     */
    <K, V> CacheAside<K, V> wrap(CacheAside<K, V> cache);
  }

  /**
   * The same cache, whose calls go through what stands between.
   *
   * @param wrapping makes it, at once
   * @return another instance with the same entries
   */
  public SqlCache through(Wrapping wrapping) {
    return new SqlCache(wrapping.wrap(cache), session, tables, tagged, unstable);
  }

  CacheAside<SqlQuery, List<Row>> cache() {
    return cache;
  }

  /** Tables that a call names for itself. */
  Set<String> namedTables(Collection<String> names) {
    return requireTables().read(names);
  }

  boolean hasTags() {
    return tagged;
  }

  SqlQuery queryOf(String sql, @Nullable Object... parameters) {
    return queryOf(sql, Arrays.asList(parameters), SqlQuery.Extras.NONE, null, false);
  }

  SqlQuery queryOf(
      String sql,
      List<? extends @Nullable Object> parameters,
      SqlQuery.Extras extras,
      @Nullable Set<String> named,
      boolean allowed) {
    SqlVerb.requireQuery(sql);
    SqlText text = SqlText.of(sql);
    SqlStability.requireReading(text);
    if (!unstable && !allowed) {
      SqlStability.requireStable(text);
    }
    return SqlQuery.of(sql, parameters, sessionNow(session), withTables(sql, extras, named));
  }

  private SqlQuery.Extras withTables(
      String sql, SqlQuery.Extras extras, @Nullable Set<String> named) {
    if (tables == null) {
      return extras;
    }
    Set<String> tags = new LinkedHashSet<>(extras.tags());
    (named == null ? tables.readBy(sql) : named).forEach(name -> tags.add(TABLE + name));
    return new SqlQuery.Extras(extras.ttl(), tags);
  }

  /** What tells the sessions of the calling thread from others; null if nothing has to. */
  static @Nullable String sessionNow(@Nullable Supplier<String> session) {
    if (session == null) {
      return null;
    }
    String now = session.get();
    if (now == null) {
      throw new IllegalArgumentException("the session supplier answered null");
    }
    return now;
  }

  static <T> List<T> as(List<Row> rows, Class<T> type) {
    RowBinder<T> binder = RowBinder.of(type);
    List<T> objects = new ArrayList<>(rows.size());
    for (Row row : rows) {
      objects.add(binder.bind(row.columns()).map(row));
    }
    return Collections.unmodifiableList(objects);
  }

  static <T> Optional<T> one(List<Row> rows, Class<T> type) {
    RowBinder<T> binder = RowBinder.of(type);
    if (rows.size() > 1) {
      throw new IllegalStateException(rows.size() + " rows where at most one was expected");
    }
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(binder.bind(rows.get(0).columns()).mapOrNull(rows.get(0)));
  }

  // The loader never answers null, so neither does the cache.
  static List<Row> rows(Read<List<Row>> read) {
    return read.toOptional().orElseThrow();
  }
}
