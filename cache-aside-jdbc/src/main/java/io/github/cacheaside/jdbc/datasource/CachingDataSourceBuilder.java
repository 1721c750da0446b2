package io.github.cacheaside.jdbc.datasource;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.spi.CacheStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link CachingDataSource}; every one has a default. Not thread-safe; the data source
 * it builds is.
 */
public final class CachingDataSourceBuilder {
  private final CacheStore store;
  private final DataSource dataSource;
  private final List<CacheRule> rules = new ArrayList<>();

  private String name = "datasource";
  private @Nullable String namespace;
  private @Nullable SqlTables tables;
  private int maxRows = 10_000;
  private int maxBytes = 8 << 20;
  private boolean readOnlyMayLag = true;
  private @Nullable Supplier<String> session;
  private UnfencedWrites unfencedWrites = UnfencedWrites.FAIL;
  private Consumer<CacheAsideBuilder<Object, ?>> options = cache -> {};

  CachingDataSourceBuilder(CacheStore store, DataSource dataSource) {
    this.store = requireNonNull(store, "store");
    this.dataSource = requireNonNull(dataSource, "dataSource");
  }

  /**
   * Adds a rule. Default: none, nothing is cached. All applications that write to the tables of a
   * cached query need the same rules, and the same name and namespace.
   *
   * @param rule the rule; earlier ones go first
   * @return this builder
   */
  public CachingDataSourceBuilder rule(CacheRule rule) {
    rules.add(requireNonNull(rule, "rule"));
    return this;
  }

  /**
   * Names the cache in keys, metrics and messages. Data sources to different databases, schemas or
   * users need different names if they share a store. Default: {@code datasource}.
   *
   * @param name 1 to 100 of {@code A-Z a-z 0-9 _ . -}
   * @return this builder
   */
  public CachingDataSourceBuilder name(String name) {
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
  public CachingDataSourceBuilder namespace(String namespace) {
    this.namespace = requireNonNull(namespace, "namespace");
    return this;
  }

  /**
   * Tells which tables statements read and write; with views and cascades, where there are any.
   * Default: {@code SqlTables.parsed()}.
   *
   * @param tables how to tell them
   * @return this builder
   */
  public CachingDataSourceBuilder tables(SqlTables tables) {
    this.tables = requireNonNull(tables, "tables");
    return this;
  }

  /**
   * Sets how many rows a result may have to be cached; a larger one is read from the database each
   * time. Default: 10,000.
   *
   * @param maxRows from 1 to 10,000,000
   * @return this builder
   */
  public CachingDataSourceBuilder maxRows(int maxRows) {
    if (maxRows < 1 || maxRows > 10_000_000) {
      throw new IllegalArgumentException("maxRows must be 1 to 10000000 but was " + maxRows);
    }
    this.maxRows = maxRows;
    return this;
  }

  /**
   * Sets how large a result may be to be cached, by an estimate of the memory that it takes while
   * it is read; a larger one is read from the database each time. {@link
   * CacheAsideBuilder#maxPayload} bounds what is kept in the store, which is less. Default: 8 MiB.
   *
   * @param bytes from 1,000 to 1,000,000,000
   * @return this builder
   */
  public CachingDataSourceBuilder maxBytes(int bytes) {
    if (bytes < 1_000 || bytes > 1_000_000_000) {
      throw new IllegalArgumentException("maxBytes must be 1000 to 1000000000 but was " + bytes);
    }
    this.maxBytes = bytes;
    return this;
  }

  /**
   * Names the kind of session in each key: tenant, role, schema, time zone, or whatever makes two
   * connections of the data source answer differently. It is asked on the thread that executes a
   * query. With it, {@code SET} and the like do not keep a connection from caching. A data source
   * that routes, as Spring's {@code AbstractRoutingDataSource} does, is refused without. Default:
   * none, all sessions are alike.
   *
   * @param session answers what tells the sessions of the current thread from others; never null
   * @return this builder
   */
  public CachingDataSourceBuilder session(Supplier<String> session) {
    this.session = requireNonNull(session, "session");
    return this;
  }

  /**
   * Sets whether a read-only connection may read from a replica, which lags: some drivers and
   * proxies send it there. Its rows are not cached then. Without replicas set it to false, above
   * all where reads are in read-only transactions at READ COMMITTED, as with Spring's
   * {@code @Transactional(readOnly = true)} on PostgreSQL. Default: true.
   *
   * @param mayLag whether the rows of read-only connections may be old
   * @return this builder
   */
  public CachingDataSourceBuilder readOnlyMayLag(boolean mayLag) {
    this.readOnlyMayLag = mayLag;
    return this;
  }

  /**
   * Sets what becomes of a write whose fence can't be placed. With {@link UnfencedWrites#DEGRADE}
   * it happens all the same, and its tables are invalidated after it; if that fails too, it is
   * logged and tried again in the background. Default: {@link UnfencedWrites#FAIL}.
   *
   * @param policy the policy
   * @return this builder
   */
  public CachingDataSourceBuilder unfencedWrites(UnfencedWrites policy) {
    this.unfencedWrites = requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Sets further options of the cache underneath, such as its lease or time-outs. Default: none.
   *
   * @param options changes the builder of the cache; what this builder sets comes before it
   * @return this builder
   */
  public CachingDataSourceBuilder options(Consumer<CacheAsideBuilder<Object, ?>> options) {
    this.options = requireNonNull(options, "options");
    return this;
  }

  /**
   * Builds the data source.
   *
   * @return the data source
   * @throws IllegalArgumentException if a rule's query can't be cached, if the data source routes
   *     and has no {@link #session}, or if the store is one of the layouts {@code plain} and {@code
   *     hash}, which have no fences
   * @throws IllegalStateException if JSqlParser is not on the class path
   */
  public CachingDataSource build() {
    if (store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new IllegalArgumentException(
          "the store's layout, plain or hash, has no place for fences, so writes would leave old"
              + " results: "
              + store);
    }
    if (session == null && isRouting(dataSource.getClass())) {
      throw new IllegalArgumentException(
          dataSource.getClass().getName()
              + " routes, so another tenant's rows could be answered: name its sessions by"
              + " session(...)");
    }
    SqlTables known = tables == null ? SqlTables.parsed() : tables;
    Bypasses bypasses = new Bypasses();
    Rules found = new Rules(known, List.copyOf(rules), bypasses);
    return new CachingDataSource(
        dataSource,
        new Engine(
            cache(),
            known,
            found,
            bypasses,
            new ResultCapture.Limits(maxRows, maxBytes),
            readOnlyMayLag,
            session));
  }

  private CacheAside<QueryKey, CachedResult> cache() {
    CacheAsideBuilder<Object, CachedResult> builder =
        CacheAside.builder(store, name, new ResultCodec())
            .ttl(Ttl.from(CachedResult::ttl))
            .unfencedWrites(unfencedWrites);
    if (namespace != null) {
      builder.namespace(namespace);
    }
    options.accept(builder);
    return builder
        .keyEncoder(QueryKey::encoded)
        .tagsOfKey((QueryKey key) -> Engine.tags(key.tables()))
        .build();
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
}
