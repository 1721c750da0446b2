package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Loaded;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link SqlCache}; every one has a default. Not thread-safe; the cache it builds is.
 */
public final class SqlCacheBuilder {
  private final CacheStore store;
  private final DataSource dataSource;

  private String name = "sql";
  private @Nullable String namespace;
  private Ttl<Object> ttl = Ttl.fixed(Duration.ofSeconds(10));
  private RowFormat format = RowFormat.BINARY;
  private SqlKeys keys = SqlKeys.NAMED;
  private int maxRows = 10_000;
  private @Nullable Duration queryTimeout;
  private @Nullable Duration loadTimeout;
  private int fetchSize;
  private boolean clearable;
  private boolean taggable;
  private boolean unstable;
  private @Nullable SqlTables tables;
  private @Nullable Supplier<String> session;
  private @Nullable BiFunction<String, List<@Nullable Object>, Set<String>> tags;
  private UnaryOperator<CacheAsideBuilder<Object, List<Row>>> options = UnaryOperator.identity();

  SqlCacheBuilder(CacheStore store, DataSource dataSource) {
    this.store = requireNonNull(store, "store");
    this.dataSource = requireNonNull(dataSource, "dataSource");
  }

  /**
   * Names the cache in keys, metrics and messages. Give caches of different databases, schemas or
   * users different names if they share a store. Default: {@code sql}.
   *
   * @param name 1 to 100 of {@code A-Z a-z 0-9 _ . -}
   * @return this builder
   */
  public SqlCacheBuilder name(String name) {
    this.name = requireNonNull(name, "name");
    return this;
  }

  /**
   * Keeps applications that share a Redis apart; see {@link CacheAsideBuilder#namespace}. Default:
   * none.
   *
   * @param namespace 1 to 100 of {@code A-Z a-z 0-9 _ . -}
   * @return this builder
   */
  public SqlCacheBuilder namespace(String namespace) {
    this.namespace = requireNonNull(namespace, "namespace");
    return this;
  }

  /**
   * Sets how long results stay cached. Default: 10 seconds.
   *
   * @param ttl from 1 ms to 10 years
   * @return this builder
   */
  public SqlCacheBuilder ttl(Duration ttl) {
    this.ttl = Ttl.fixed(ttl);
    return this;
  }

  /**
   * Sets how rows are written into the store. Default: {@link RowFormat#BINARY}.
   *
   * @param format the format
   * @return this builder
   */
  public SqlCacheBuilder format(RowFormat format) {
    this.format = requireNonNull(format, "format");
    return this;
  }

  /**
   * Sets how results are named in the store. Default: {@link SqlKeys#NAMED}.
   *
   * @param keys the form of the keys
   * @return this builder
   */
  public SqlCacheBuilder keys(SqlKeys keys) {
    this.keys = requireNonNull(keys, "keys");
    return this;
  }

  /**
   * Sets how many rows a result may have; a query with more fails. Default: 10,000.
   *
   * @param maxRows from 1 to 10,000,000
   * @return this builder
   */
  public SqlCacheBuilder maxRows(int maxRows) {
    if (maxRows < 1 || maxRows > 10_000_000) {
      throw new IllegalArgumentException("maxRows must be 1 to 10000000 but was " + maxRows);
    }
    this.maxRows = maxRows;
    return this;
  }

  /**
   * Sets how long one query may take before the driver cancels it. Default: the {@link
   * #loadTimeout} if there is one, so that no query goes on for which no caller waits; else 10
   * seconds.
   *
   * @param timeout from 1 second to 1 day; JDBC knows whole seconds, so it is rounded up
   * @return this builder
   */
  public SqlCacheBuilder queryTimeout(Duration timeout) {
    QueryRunner.timeoutSeconds(timeout);
    this.queryTimeout = timeout;
    return this;
  }

  /**
   * Sets how long a caller waits for a query; see {@link CacheAsideBuilder#loadTimeout}. The driver
   * is told to cancel it then, in whole seconds, rounded up. Needs an executor, by {@link
   * #options}, as the option of the cache does. Default: none.
   *
   * @param timeout from 1 ms to 10 minutes
   * @return this builder
   */
  public SqlCacheBuilder loadTimeout(Duration timeout) {
    this.loadTimeout = requireNonNull(timeout, "timeout");
    return this;
  }

  private int timeoutSeconds() {
    if (queryTimeout != null) {
      return QueryRunner.timeoutSeconds(queryTimeout);
    }
    return QueryRunner.timeoutSeconds(
        loadTimeout == null
            ? QueryRunner.DEFAULT_TIMEOUT
            : Collections.max(List.of(loadTimeout, Duration.ofSeconds(1))));
  }

  /**
   * Sets how many rows the driver fetches at once. Default: the driver's own.
   *
   * @param rows from 1
   * @return this builder
   */
  public SqlCacheBuilder fetchSize(int rows) {
    this.fetchSize = QueryRunner.positive(rows, "rows");
    return this;
  }

  /**
   * Allows {@link SqlCache#clear}; see {@link CacheAsideBuilder#clearable}. Excludes {@link
   * SqlKeys#TEXT}, under which the cache can't tell its keys from others. Default: off.
   *
   * @return this builder
   */
  public SqlCacheBuilder clearable() {
    this.clearable = true;
    return this;
  }

  /**
   * Gives each result tags, for {@link SqlCache#invalidateTag} and {@link SqlCache#clear}; see
   * {@link CacheAsideBuilder#tagsOfKey}. Excludes {@link SqlKeys#TEXT}. Default: none.
   *
   * @param tags answers the tags of a query from its text and its parameters, which it must not
   *     change; a query for which it throws is run each time and not cached
   * @return this builder
   */
  public SqlCacheBuilder tags(BiFunction<String, List<@Nullable Object>, Set<String>> tags) {
    this.tags = requireNonNull(tags, "tags");
    return this;
  }

  /**
   * Allows {@link SqlCall#tags}, for calls that name their tags themselves. Excludes {@link
   * SqlKeys#TEXT}. Default: off.
   *
   * @return this builder
   */
  public SqlCacheBuilder taggable() {
    this.taggable = true;
    return this;
  }

  /**
   * Tags each result with the tables that it reads, for {@link SqlCache#invalidateTables}, {@link
   * SqlCache#fenceTables} and {@link JdbcTransaction#invalidateTables}. A query whose tables can't
   * be told is refused, unless the call names them, {@link SqlCall#tables}; one of more than 30 is
   * run each time and not cached. Costs a GET a table with each read, in the same round trip.
   * Excludes {@link SqlKeys#TEXT}. Default: off.
   *
   * @param tables how to tell them: {@code SqlTables.parsed()}
   * @return this builder
   */
  public SqlCacheBuilder tables(SqlTables tables) {
    this.tables = requireNonNull(tables, "tables");
    return this;
  }

  /**
   * Names the kind of session in each key: tenant, role, schema, time zone, or whatever makes two
   * connections of the data source answer differently. It is asked on the caller's thread, and once
   * more on the thread that loads; if that one answers differently, the load fails, since it would
   * cache rows of another session (see {@link CacheAsideBuilder#contextPropagation}). A data source
   * that routes, as Spring's {@code AbstractRoutingDataSource} does, is refused without. Default:
   * none, all sessions are alike.
   *
   * @param session answers what tells the sessions of the current thread from others; never null
   * @return this builder
   */
  public SqlCacheBuilder session(Supplier<String> session) {
    this.session = requireNonNull(session, "session");
    return this;
  }

  /**
   * Caches queries though their text depends on the clock ({@code NOW()}), on chance ({@code
   * RAND()}) or on the session ({@code CURRENT_USER}, {@code @variables}). Default: they are
   * refused; {@link SqlCall#unstable} allows a single one.
   *
   * @return this builder
   */
  public SqlCacheBuilder allowUnstable() {
    this.unstable = true;
    return this;
  }

  /**
   * Sets further options of the cache underneath, such as its lease, executor or a TTL with jitter:
   * {@code options(cache -> cache.maxWait(Duration.ofSeconds(2)))}. Default: none.
   *
   * @param options changes the builder of the cache; what this builder sets comes before it
   * @return this builder
   */
  public SqlCacheBuilder options(UnaryOperator<CacheAsideBuilder<Object, List<Row>>> options) {
    this.options = requireNonNull(options, "options");
    return this;
  }

  /**
   * Builds the cache.
   *
   * @return the cache
   * @throws IllegalArgumentException if options exclude one another
   */
  public SqlCache build() {
    CacheAsideBuilder<Object, List<Row>> builder =
        CacheAside.builder(store, name, format.serializer()).ttl(ttl);
    if (namespace != null) {
      builder.namespace(namespace);
    }
    if (loadTimeout != null) {
      builder.loadTimeout(loadTimeout);
    }
    if (keys == SqlKeys.TEXT) {
      if (clearable || taggable || tags != null) {
        String option = clearable ? "clearable" : taggable ? "taggable" : "tags";
        throw new IllegalArgumentException(
            "keys TEXT excludes " + option + "; NAMED has all three");
      }
      if (tables != null) {
        throw new IllegalArgumentException("keys TEXT excludes tables; NAMED has them");
      }
      builder.keyPrefix("");
    }
    if (clearable) {
      builder.clearable();
    }
    SqlKeys encoder = keys;
    BiFunction<String, List<@Nullable Object>, Set<String>> tagsOf = tags;
    boolean tagged = taggable || tagsOf != null;
    if (tagged || tables != null) {
      builder.tagsOfKey((SqlQuery query) -> tags(query, tagsOf));
    }
    if (session == null && isRouting(dataSource.getClass())) {
      throw new IllegalArgumentException(
          dataSource.getClass().getName()
              + " routes, so another tenant's rows could be answered: name its sessions by"
              + " session(...)");
    }
    Supplier<String> sessions = session;
    ResultRows rows = new ResultRows(format, maxRows);
    QueryRunner runner = new QueryRunner(dataSource, timeoutSeconds(), fetchSize);
    return new SqlCache(
        options
            .apply(builder)
            .keyEncoder((SqlQuery query) -> encoder.encode(query))
            .buildAdaptive(query -> load(runner, query, rows, sessions)),
        sessions,
        tables,
        tagged,
        unstable);
  }

  private static Set<String> tags(
      SqlQuery query, @Nullable BiFunction<String, List<@Nullable Object>, Set<String>> tagsOf) {
    if (tagsOf == null) {
      return query.extras().tags(); // with those of tables
    }
    Set<String> all = new LinkedHashSet<>(query.extras().tags());
    all.addAll(tagsOf.apply(query.sql(), query.parameters()));
    return all;
  }

  /** By name, since Spring need not be there. */
  private static boolean isRouting(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (each.getSimpleName().equals("AbstractRoutingDataSource")) {
        return true;
      }
    }
    return false;
  }

  private static Loaded<List<Row>> load(
      QueryRunner runner, SqlQuery query, ResultRows rows, @Nullable Supplier<String> sessions)
      throws SQLException {
    if (!Objects.equals(SqlCache.sessionNow(sessions), query.session())) {
      throw new SQLException(
          "the thread that loads has another session than the caller; see contextPropagation");
    }
    List<Row> answer = run(runner, query, rows);
    Duration own = query.extras().ttl();
    return own == null ? Loaded.of(answer) : Loaded.of(answer, own);
  }

  private static List<Row> run(QueryRunner runner, SqlQuery query, ResultRows rows)
      throws SQLException {
    return runner.withConnection(
        connection ->
            runner.query(
                connection, query.sql(), query.parameters(), rows.maxRows() + 1, rows::read));
  }

  /** Reads a result in the types of a format, up to a number of rows. */
  private record ResultRows(RowFormat format, int maxRows) {
    List<Row> read(ResultSet result) throws SQLException {
      RowReader reader = RowReader.all(result);
      format.check(reader.columns());
      List<Row> rows = new ArrayList<>();
      while (result.next()) {
        if (rows.size() == maxRows) {
          throw new SQLException("the query has more than " + maxRows + " rows, the limit");
        }
        rows.add(format.normalise(reader.read()));
      }
      return Collections.unmodifiableList(rows);
    }
  }
}
