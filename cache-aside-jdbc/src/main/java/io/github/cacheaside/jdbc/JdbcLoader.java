package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.PartialLoadException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Loads the row of a key by an SQL query.
 *
 * <pre>{@code
 * CacheAside<Long, Planet> planets =
 *     CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
 *         .build(JdbcLoader.of(dataSource, "SELECT * FROM planet WHERE id = ?", Planet.class));
 * }</pre>
 *
 * <p>A load takes one connection, never inside an open transaction, and gives it back before it
 * returns. If connections come with autocommit off, it rolls back before and after the query; so
 * give it the pool, not a {@code DataSource} that hands out the current thread's transaction. A
 * query may take 10 seconds by default.
 *
 * <p>Fails if a key has more than one row. Thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class JdbcLoader<K, V> implements CacheLoader<K, V> {
  private final QueryRunner runner;
  private final String sql;
  private final ResultMapper<V> mapper;
  private final Function<? super K, ? extends List<?>> parameters;
  private final @Nullable BulkQuery<K, V> bulk;
  private final int chunkSize;

  JdbcLoader(
      QueryRunner runner,
      String sql,
      ResultMapper<V> mapper,
      Function<? super K, ? extends List<?>> parameters,
      @Nullable BulkQuery<K, V> bulk,
      int chunkSize) {
    this.runner = runner;
    this.sql = sql;
    this.mapper = mapper;
    this.parameters = parameters;
    this.bulk = bulk;
    this.chunkSize = chunkSize;
  }

  /**
   * A loader whose keys are the query's only parameter and whose rows become records, JavaBeans,
   * single values or {@link Row}s; see {@link #builder(DataSource, String, Class)}.
   *
   * @param dataSource where connections come from; it stays the caller's to close
   * @param sql a query with one placeholder
   * @param type the class of the values
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader
   * @throws IllegalArgumentException if the class is none of these
   */
  public static <K, V> JdbcLoader<K, V> of(DataSource dataSource, String sql, Class<V> type) {
    return JdbcLoader.builder(dataSource, sql, type).build();
  }

  /**
   * A loader whose keys are the query's only parameter and whose rows a function maps.
   *
   * @param dataSource where connections come from; it stays the caller's to close
   * @param sql a query with one placeholder
   * @param mapper turns a row into a value
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the loader
   */
  public static <K, V> JdbcLoader<K, V> of(DataSource dataSource, String sql, RowMapper<V> mapper) {
    return JdbcLoader.builder(dataSource, sql, mapper).build();
  }

  /**
   * Begins a loader whose rows become objects of a class.
   *
   * <p>A record needs a column for every component. A JavaBean needs a constructor without
   * arguments; its setters take the columns of their names, others stay as they are. Names match
   * labels regardless of case and underscores. Columns that nothing takes are ignored. A class of
   * one value, such as {@code String} or {@code Long}, takes the only column; SQL {@code NULL} then
   * counts as no row.
   *
   * @param dataSource where connections come from; it stays the caller's to close
   * @param sql a query
   * @param type the class of the values
   * @param <V> the type of values
   * @return a builder
   * @throws IllegalArgumentException if the class is none of these
   */
  public static <V> JdbcLoaderBuilder<Object, V> builder(
      DataSource dataSource, String sql, Class<V> type) {
    return new JdbcLoaderBuilder<>(dataSource, sql, ResultMapper.to(type));
  }

  /**
   * Begins a loader whose rows a function maps.
   *
   * @param dataSource where connections come from; it stays the caller's to close
   * @param sql a query
   * @param mapper turns a row into a value
   * @param <V> the type of values
   * @return a builder
   */
  public static <V> JdbcLoaderBuilder<Object, V> builder(
      DataSource dataSource, String sql, RowMapper<V> mapper) {
    return new JdbcLoaderBuilder<>(dataSource, sql, ResultMapper.by(mapper));
  }

  /**
   * Reads the row of a key.
   *
   * @param key the key
   * @return the value, or null if there is no row
   * @throws SQLException if the query fails or finds more than one row
   * @throws IllegalArgumentException if columns do not fit the class of the values, or a driver for
   *     MySQL or MariaDB does not know the class of a parameter
   */
  @Override
  public @Nullable V load(K key) throws SQLException {
    return firstOf(runner.withConnection(connection -> rows(connection, key)));
  }

  /**
   * Reads the rows of many keys on one connection: by the bulk query in chunks of 500 keys by
   * default, without one key by key.
   *
   * @param keys the keys
   * @return what was found
   * @throws PartialLoadException if some keys failed and the others did not: by the bulk query,
   *     those of a chunk that failed and of the chunks after it; without one, as {@link
   *     CacheLoader#loadAll} does
   * @throws SQLException if a query fails or finds more than one row for a key
   * @throws IllegalArgumentException as {@link #load}
   */
  @Override
  public Map<K, V> loadAll(Collection<K> keys) throws SQLException {
    return bulk == null ? loadEach(keys) : loadChunks(bulk, new ArrayList<>(keys));
  }

  /** Whether there is a bulk query. */
  @Override
  public boolean loadsInBulk() {
    return bulk != null;
  }

  private Map<K, V> loadEach(Collection<K> keys) throws SQLException {
    return runner.withConnection(
        connection -> {
          CacheLoader<K, V> onThisConnection = key -> oneOfMany(connection, key);
          try {
            return onThisConnection.loadAll(keys);
          } catch (SQLException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e); // a query throws nothing else
          }
        });
  }

  /** PostgreSQL refuses whatever follows a failure in the same transaction. */
  private @Nullable V oneOfMany(Connection connection, K key) throws SQLException {
    try {
      return firstOf(rows(connection, key));
    } catch (SQLException | RuntimeException e) {
      QueryRunner.rollback(connection, e);
      throw e;
    }
  }

  private List<@Nullable V> rows(Connection connection, K key) throws SQLException {
    return runner.query(connection, sql, parameters.apply(key), 0, this::atMostOne);
  }

  private static <V> @Nullable V firstOf(List<@Nullable V> rows) {
    return rows.isEmpty() ? null : rows.get(0);
  }

  private List<@Nullable V> atMostOne(ResultSet result) throws SQLException {
    List<@Nullable V> values = new ArrayList<>(1);
    ResultMapper.Rows<V> rows = mapper.open(result);
    while (result.next()) {
      if (!values.isEmpty()) {
        throw tooManyRows();
      }
      values.add(rows.map());
    }
    return values;
  }

  private Map<K, V> loadChunks(BulkQuery<K, V> query, List<K> keys) throws SQLException {
    List<? extends List<?>> all = keys.stream().map(parameters).toList();
    return runner.withConnection(
        connection -> {
          Map<K, V> found = new LinkedHashMap<>();
          for (int start = 0; start < keys.size(); start += chunkSize) {
            int end = Math.min(start + chunkSize, keys.size());
            try {
              query.load(runner, connection, all.subList(start, end), mapper, found);
            } catch (SQLException | RuntimeException e) {
              if (start == 0) {
                throw e;
              }
              Map<K, Exception> failures = new LinkedHashMap<>();
              keys.subList(start, keys.size()).forEach(key -> failures.put(key, e));
              throw new PartialLoadException(found, failures);
            }
          }
          return found;
        });
  }

  static SQLException tooManyRows() {
    return new SQLException("more than one row for a key; query by a unique column");
  }
}
