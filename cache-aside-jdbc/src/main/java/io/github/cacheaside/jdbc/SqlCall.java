package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ttl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One query with names, a TTL or tags of its own; begun by {@link SqlCache#statement}.
 *
 * <pre>{@code
 * List<Planet> some =
 *     sql.statement("SELECT * FROM planet WHERE id IN (:ids) AND name <> :name")
 *         .set("ids", List.of(1, 2, 3))
 *         .set("name", "Pluto")
 *         .ttl(Duration.ofMinutes(1))
 *         .list(Planet.class);
 * }</pre>
 *
 * <p>Not thread-safe; it may be run more than once.
 */
public final class SqlCall {
  private final SqlCache cache;
  private final String sql;
  private final Map<String, @Nullable Object> named = new LinkedHashMap<>();

  private List<@Nullable Object> positional = List.of();
  private @Nullable Duration ttl;
  private Set<String> tags = Set.of();
  private @Nullable Set<String> tables;
  private boolean unstable;

  SqlCall(SqlCache cache, String sql) {
    this.cache = cache;
    this.sql = requireNonNull(sql, "sql");
  }

  /**
   * Sets the value of {@code :name} in the text, wherever it is. A list stands for its elements,
   * {@code IN (:ids)}.
   *
   * @param name the name, without the colon
   * @param value of the classes that {@link SqlCache} has as parameters
   * @return this call
   */
  public SqlCall set(String name, @Nullable Object value) {
    named.put(requireNonNull(name, "name"), value);
    return this;
  }

  /**
   * Sets the values of the placeholders, in their order. Excludes names.
   *
   * @param parameters one for each placeholder; a list stands for its elements, {@code IN (?)}
   * @return this call
   */
  public SqlCall parameters(@Nullable Object... parameters) {
    this.positional = Arrays.asList(parameters.clone());
    return this;
  }

  /**
   * Sets how long the result is cached if it is loaded by this call. Default: that of the cache.
   *
   * @param ttl from 1 ms to 10 years
   * @return this call
   */
  public SqlCall ttl(Duration ttl) {
    this.ttl = Ttl.check(ttl, "ttl");
    return this;
  }

  /**
   * Gives the result tags, besides those of {@link SqlCacheBuilder#tags}. A result that was cached
   * without one of them is loaded again. Default: none.
   *
   * @param tags as {@link SqlCache#invalidateTag} takes them
   * @return this call
   * @throws UnsupportedOperationException if the cache has neither {@link SqlCacheBuilder#tags} nor
   *     {@link SqlCacheBuilder#taggable}
   */
  public SqlCall tags(String... tags) {
    if (!cache.hasTags()) {
      throw new UnsupportedOperationException(
          cache.name() + " was built without tags(...) and taggable()");
    }
    this.tags = Set.of(tags);
    return this;
  }

  /**
   * Names the tables that the query reads, in place of what a parser says: for a text that it can't
   * parse, and for functions that read tables.
   *
   * @param tables their names; views of {@link SqlCacheBuilder#tables} are replaced. None: the
   *     result depends on no table
   * @return this call
   * @throws UnsupportedOperationException if the cache was built without {@link
   *     SqlCacheBuilder#tables}
   */
  public SqlCall tables(String... tables) {
    this.tables = cache.namedTables(Arrays.asList(tables));
    return this;
  }

  /**
   * Caches the result though its text depends on the clock, on chance or on the session, which is
   * refused otherwise. Default: refused.
   *
   * @return this call
   */
  public SqlCall unstable() {
    this.unstable = true;
    return this;
  }

  /**
   * The rows.
   *
   * @return the rows, unmodifiable
   * @throws CacheLoadException as {@link SqlCache#query} does
   * @throws IllegalArgumentException as {@link SqlCache#query} does, or if a name has no value
   */
  public List<Row> rows() {
    return SqlCache.rows(read());
  }

  /**
   * The rows, and where they came from.
   *
   * @return the rows and their origin
   * @throws CacheLoadException as {@link #rows} does
   * @throws IllegalArgumentException as {@link #rows} does
   */
  public Read<List<Row>> read() {
    return cache.cache().read(query());
  }

  /**
   * The rows, without blocking the caller.
   *
   * @return the rows; fails with the exceptions of {@link #rows}
   */
  public CompletableFuture<List<Row>> rowsAsync() {
    return cache.cache().async().read(query()).thenApply(SqlCache::rows);
  }

  /**
   * The rows as objects; see {@link Row#as}.
   *
   * @param type the class
   * @param <T> the type
   * @return the objects, unmodifiable
   * @throws CacheLoadException as {@link #rows} does
   * @throws IllegalArgumentException as {@link #rows} does, or if a row can't be one
   */
  public <T> List<T> list(Class<T> type) {
    return SqlCache.as(rows(), type);
  }

  /**
   * The only row as an object, or the only value.
   *
   * @param type the class
   * @param <T> the type
   * @return the object; empty if there is no row, or if a single value is {@code NULL}
   * @throws CacheLoadException as {@link #rows} does
   * @throws IllegalArgumentException as {@link #list} does
   * @throws IllegalStateException if there is more than one row
   */
  public <T> Optional<T> one(Class<T> type) {
    return SqlCache.one(rows(), type);
  }

  /**
   * Removes the result, as {@link SqlCache#invalidate} does.
   *
   * @throws CacheStoreException if the store failed; the old result may still be there
   */
  public void invalidate() {
    cache.cache().invalidate(query());
  }

  SqlQuery query() {
    Placeholders filled;
    if (named.isEmpty()) {
      filled = new Placeholders(sql, new ArrayList<>(positional));
    } else if (positional.isEmpty()) {
      filled = Placeholders.named(sql, named);
    } else {
      throw new IllegalArgumentException("set(...) excludes parameters(...)");
    }
    return cache.queryOf(
        filled.sql(), filled.values(), new SqlQuery.Extras(ttl, tags), tables, unstable);
  }
}
