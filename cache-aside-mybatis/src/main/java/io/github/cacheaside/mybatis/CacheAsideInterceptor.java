package io.github.cacheaside.mybatis;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.CacheName;
import io.github.cacheaside.spi.CacheStore;
import java.lang.reflect.InvocationTargetException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.apache.ibatis.cache.Cache;
import org.apache.ibatis.cache.CacheKey;
import org.apache.ibatis.executor.BatchExecutor;
import org.apache.ibatis.executor.Executor;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Intercepts;
import org.apache.ibatis.plugin.Invocation;
import org.apache.ibatis.plugin.Signature;
import org.apache.ibatis.reflection.MetaObject;
import org.apache.ibatis.reflection.SystemMetaObject;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ResultHandler;
import org.apache.ibatis.session.RowBounds;
import org.jspecify.annotations.Nullable;

/**
 * Gives each {@link FencedCache} of a MyBatis configuration its store, and fences it at commits:
 * from before a session's commit until after it, readers of the namespaces that the session has
 * written query the database and cache nothing, also if this JVM dies in between.
 *
 * <pre>{@code
 * configuration.addInterceptor(new CacheAsideInterceptor(redis));
 * }</pre>
 *
 * <p>With MyBatis-Spring, where this is a bean, a session's commit comes before that of Spring's
 * transaction; there the fence stands until that one is complete.
 *
 * <p>A session that has written reads past the cache and fills nothing until its transaction ends.
 * In a transaction with a snapshot (REPEATABLE READ and above) only the first query fills: those
 * after it may see rows that are older than the right to fill. So prefer READ COMMITTED, or
 * autocommit for sessions that only read.
 *
 * <p>Thread-safe. Holds no threads and no connections; the store stays the caller's to close.
 */
@Intercepts({
  @Signature(
      type = Executor.class,
      method = "query",
      args = {MappedStatement.class, Object.class, RowBounds.class, ResultHandler.class}),
  @Signature(
      type = Executor.class,
      method = "query",
      args = {
        MappedStatement.class,
        Object.class,
        RowBounds.class,
        ResultHandler.class,
        CacheKey.class,
        BoundSql.class
      }),
  @Signature(
      type = Executor.class,
      method = "queryCursor",
      args = {MappedStatement.class, Object.class, RowBounds.class}),
  @Signature(
      type = Executor.class,
      method = "update",
      args = {MappedStatement.class, Object.class}),
  @Signature(type = Executor.class, method = "commit", args = boolean.class),
  @Signature(type = Executor.class, method = "rollback", args = boolean.class),
  @Signature(type = Executor.class, method = "close", args = boolean.class)
})
public final class CacheAsideInterceptor implements Interceptor {
  private final CacheStore store;
  private final Consumer<? super CacheAsideBuilder<?, ?>> options;
  private final Map<Executor, Session> sessions = Collections.synchronizedMap(new WeakHashMap<>());
  private final Map<String, NamespaceCache> caches = Collections.synchronizedMap(new TreeMap<>());

  /**
   * With default options.
   *
   * @param store where results are kept; it stays the caller's to close
   */
  public CacheAsideInterceptor(CacheStore store) {
    this(store, builder -> {});
  }

  /**
   * With options for every cache, such as a namespace or a store time-out.
   *
   * @param store where results are kept; it stays the caller's to close
   * @param options sets options of each cache before its own properties do
   */
  public CacheAsideInterceptor(
      CacheStore store, Consumer<? super CacheAsideBuilder<?, ?>> options) {
    this.store = requireNonNull(store, "store");
    this.options = requireNonNull(options, "options");
  }

  /**
   * The cache of a namespace, for meters and health. It is there once the namespace was used.
   *
   * @param namespace the namespace of a mapper
   * @return empty if it has no {@link FencedCache}, or was not used yet
   */
  public Optional<CacheAside<String, ?>> cache(String namespace) {
    return Optional.ofNullable(caches.get(requireNonNull(namespace, "namespace")))
        .map(NamespaceCache::cache);
  }

  /** For MyBatis. */
  @Override
  public Object intercept(Invocation invocation) throws Throwable {
    Executor executor = (Executor) invocation.getTarget();
    Object[] args = invocation.getArgs();
    Session session = sessions.computeIfAbsent(executor, Session::new);
    return switch (invocation.getMethod().getName()) {
      case "update" -> update(session, executor, (MappedStatement) args[0], invocation);
      case "commit" -> commit(session, invocation);
      case "rollback" -> ended(session, invocation);
      case "close" -> close(session, executor, invocation);
      default -> query(session, (MappedStatement) args[0], invocation);
    };
  }

  private Object query(Session session, MappedStatement statement, Invocation invocation)
      throws Throwable {
    NamespaceCache cache = cache(statement);
    if (statement.isFlushCacheRequired() && cache != null) {
      session.writes(cache);
    } else if (cache == null || !statement.isUseCache()) {
      session.statement();
    }
    return session.run(() -> proceed(invocation));
  }

  /** In autocommit the change is there for all when this ends, so the fence is around it. */
  private Object update(
      Session session, Executor executor, MappedStatement statement, Invocation invocation)
      throws Throwable {
    NamespaceCache cache = cache(statement);
    session.writes(statement.isFlushCacheRequired() ? cache : null);
    if (!executor.getTransaction().getConnection().getAutoCommit()) {
      return session.run(() -> proceed(invocation));
    }
    session.fence();
    return ended(session, invocation);
  }

  private Object commit(Session session, Invocation invocation) throws Throwable {
    session.fence();
    if (SpringTransactions.endsLater(session)) {
      return session.run(() -> proceed(invocation));
    }
    return ended(session, invocation);
  }

  private Object ended(Session session, Invocation invocation) throws Throwable {
    Object answer;
    try {
      answer = session.run(() -> proceed(invocation));
    } catch (Throwable e) {
      if (isConnectionLost(e)) {
        session.endUnknown();
      } else {
        session.end();
      }
      throw e;
    }
    if (Integer.valueOf(BatchExecutor.BATCH_UPDATE_RETURN_VALUE).equals(answer)) {
      session.release(); // it is only queued, and the commit flushes it
    } else {
      session.end();
    }
    return answer;
  }

  /** A session that is closed without a commit commits its cached results all the same. */
  private Object close(Session session, Executor executor, Invocation invocation) throws Throwable {
    boolean endsLater = SpringTransactions.endsLater(session);
    try {
      return session.run(() -> proceed(invocation));
    } finally {
      if (!endsLater) {
        session.end();
      }
      sessions.remove(executor);
    }
  }

  private static Object proceed(Invocation invocation) throws Throwable {
    try {
      return invocation.proceed();
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private static boolean isConnectionLost(Throwable failure) {
    int depth = 0;
    for (Throwable e = failure; e != null && depth < 20; e = e.getCause(), depth++) {
      if (e instanceof SQLNonTransientConnectionException
          || e instanceof SQLRecoverableException
          || (e instanceof SQLException sql
              && sql.getSQLState() != null
              && sql.getSQLState().startsWith("08"))) {
        return true;
      }
    }
    return false;
  }

  /** The cache of a statement's namespace; null if that is none of ours. */
  private @Nullable NamespaceCache cache(MappedStatement statement) {
    FencedCache cache = unwrap(statement.getCache());
    if (cache == null) {
      return null;
    }
    if (!cache.isBound()) {
      bindAll(statement.getConfiguration());
    }
    return cache.bound();
  }

  /** All at once, for a statement may read the results of another namespace within its own. */
  private synchronized void bindAll(Configuration configuration) {
    for (Cache each : configuration.getCaches()) {
      FencedCache cache = unwrap(each);
      if (cache != null && !cache.isBound()) {
        NamespaceCache made = newCache(cache, configuration);
        caches.put(cache.getId(), made);
        cache.bind(made);
      }
    }
  }

  private NamespaceCache newCache(FencedCache cache, Configuration configuration) {
    RowsSerializer serializer = new RowsSerializer();
    CacheAsideBuilder<Object, Rows> builder =
        CacheAside.builder(store, CacheName.ofAnyText(cache.getId()), serializer);
    options.accept(builder);
    CacheAside<String, Rows> made =
        builder
            .ttl(cache.ttl())
            .maxWait(cache.maxWait())
            .unfencedWrites(cache.unfencedWrites())
            .clearable()
            .build();
    return new NamespaceCache(cache.getId(), configuration, made, serializer);
  }

  /** MyBatis decorates caches. */
  private static @Nullable FencedCache unwrap(@Nullable Cache cache) {
    Cache inner = cache;
    while (inner != null && !(inner instanceof FencedCache)) {
      MetaObject fields = SystemMetaObject.forObject(inner);
      inner = fields.hasGetter("delegate") ? (Cache) fields.getValue("delegate") : null;
    }
    return (FencedCache) inner;
  }
}
