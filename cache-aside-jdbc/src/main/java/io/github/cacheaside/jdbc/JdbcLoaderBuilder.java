package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link JdbcLoader}; every one has a default. Not thread-safe; the loader it builds
 * is.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class JdbcLoaderBuilder<K, V> {
  private static final int LARGEST_CHUNK = 10_000;

  private final DataSource dataSource;
  private final String sql;
  private final ResultMapper<V> mapper;

  private Function<?, ? extends List<?>> parameters = JdbcLoaderBuilder::onlyParameter;
  private @Nullable BulkQuery<?, V> bulk;
  private int chunkSize = 500;
  private int timeoutSeconds = QueryRunner.timeoutSeconds(QueryRunner.DEFAULT_TIMEOUT);
  private int fetchSize;

  JdbcLoaderBuilder(DataSource dataSource, String sql, ResultMapper<V> mapper) {
    this.dataSource = requireNonNull(dataSource, "dataSource");
    this.sql = QueryRunner.checkSql(sql);
    this.mapper = mapper;
  }

  private static List<Object> onlyParameter(Object key) {
    if (key instanceof Record || key instanceof Iterable || key instanceof Object[]) {
      throw new IllegalArgumentException(
          "a " + key.getClass().getName() + " is no parameter; give the loader parameters(...)");
    }
    return List.of(key);
  }

  /**
   * Sets what a key puts into the placeholders: {@code (PlanetKey k) -> List.of(k.country(),
   * k.id())}. Default: the key itself, as the only one. Enums go by name.
   *
   * @param parameters the values in the order of the placeholders
   * @param <K1> the type of keys
   * @return this builder
   */
  @SuppressWarnings("unchecked") // the function's type becomes the type of the keys
  public <K1 extends K> JdbcLoaderBuilder<K1, V> parameters(
      Function<? super K1, ? extends List<?>> parameters) {
    this.parameters = requireNonNull(parameters, "parameters");
    return (JdbcLoaderBuilder<K1, V>) this;
  }

  /**
   * Answers many keys with one query. {@code (?)}, which the text must hold exactly once, becomes a
   * placeholder for each key: {@code SELECT id, name FROM planet WHERE id IN (?)}; for keys of
   * several parameters a group for each: {@code WHERE (country, id) IN (?)}. Default: none, keys
   * are loaded one by one, on one connection.
   *
   * <p>Keys must come back equal to those asked for. Under a collation that ignores case, a row
   * that spells its key in another way is left out.
   *
   * @param sql the query
   * @param keyOf finds the key in a value
   * @param <K1> the type of keys
   * @return this builder
   * @throws IllegalArgumentException if the text does not hold {@code (?)} exactly once
   */
  public <K1 extends K> JdbcLoaderBuilder<K1, V> bulk(
      String sql, Function<? super V, ? extends K1> keyOf) {
    requireNonNull(keyOf, "keyOf");
    return bulk(new BulkQuery<K1, V>(sql, BulkQuery.keyFunction(keyOf)));
  }

  /**
   * Answers many keys with one query, for values that do not hold their key; see {@link
   * #bulk(String, Function)}.
   *
   * @param sql the query
   * @param keyColumn the label of the column with the key
   * @param keyType the type of keys
   * @param <K1> the type of keys
   * @return this builder
   * @throws IllegalArgumentException if the text does not hold {@code (?)} exactly once
   */
  public <K1 extends K> JdbcLoaderBuilder<K1, V> bulk(
      String sql, String keyColumn, Class<K1> keyType) {
    requireNonNull(keyColumn, "keyColumn");
    requireNonNull(keyType, "keyType");
    return bulk(new BulkQuery<K1, V>(sql, BulkQuery.keyColumn(keyColumn, keyType)));
  }

  @SuppressWarnings("unchecked") // the query's type becomes the type of the keys
  private <K1 extends K> JdbcLoaderBuilder<K1, V> bulk(BulkQuery<K1, V> query) {
    this.bulk = query;
    return (JdbcLoaderBuilder<K1, V>) this;
  }

  /**
   * Sets how many keys one bulk query may ask for. Default: 500.
   *
   * @param chunkSize from 1 to 10,000
   * @return this builder
   */
  public JdbcLoaderBuilder<K, V> chunkSize(int chunkSize) {
    if (chunkSize < 1 || chunkSize > LARGEST_CHUNK) {
      throw new IllegalArgumentException(
          "chunkSize must be 1 to " + LARGEST_CHUNK + " but was " + chunkSize);
    }
    this.chunkSize = chunkSize;
    return this;
  }

  /**
   * Sets how long one query may take before the driver cancels it. Default: 10 seconds.
   *
   * @param timeout from 1 second to 1 day; JDBC knows whole seconds, so it is rounded up
   * @return this builder
   */
  public JdbcLoaderBuilder<K, V> queryTimeout(Duration timeout) {
    this.timeoutSeconds = QueryRunner.timeoutSeconds(timeout);
    return this;
  }

  /**
   * Sets how many rows the driver fetches at once. Default: the driver's own.
   *
   * @param rows from 1
   * @return this builder
   */
  public JdbcLoaderBuilder<K, V> fetchSize(int rows) {
    this.fetchSize = QueryRunner.positive(rows, "rows");
    return this;
  }

  /**
   * Builds the loader.
   *
   * @param <K1> the type of keys
   * @return the loader
   */
  @SuppressWarnings("unchecked") // parameters() and bulk() fixed K to what the functions take
  public <K1 extends K> JdbcLoader<K1, V> build() {
    return new JdbcLoader<>(
        new QueryRunner(dataSource, timeoutSeconds, fetchSize),
        sql,
        mapper,
        (Function<? super K1, ? extends List<?>>) parameters,
        (BulkQuery<K1, V>) bulk,
        chunkSize);
  }
}
