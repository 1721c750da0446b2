package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheException;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.jdbc.advisor.AdvisingDataSource;
import io.github.cacheaside.jdbc.tables.SqlTables;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one data source share: cache, rules, and how writes are fenced. */
final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(CachingDataSource.class);
  private static final int MOST_CAUSES = 16;
  private static final int MOST_REMEMBERED = 1_000;
  private static final int SESSION_MAPS = 16;
  private static final long UNCACHEABLE_NANOS = Duration.ofMinutes(1).toNanos();

  private final CacheAside<QueryKey, CachedResult> cache;
  private final SqlTables tables;
  private final Rules rules;
  private final Bypasses bypasses;
  private final ResultCapture.Limits limits;
  private final boolean readOnlyMayLag;
  private final @Nullable Supplier<String> session;

  private final ColumnMemory columns = new ColumnMemory();
  private final Map<String, Long> uncacheable = new ConcurrentHashMap<>();

  /** By physical connection, as a pool gives it out again and again; several, as each is a lock. */
  private final List<Map<Connection, Session>> sessions =
      Stream.generate(() -> Collections.synchronizedMap(new WeakHashMap<Connection, Session>()))
          .limit(SESSION_MAPS)
          .toList();

  private final Session ofAll = new Session(/* ofAll= */ true);

  Engine(
      CacheAside<QueryKey, CachedResult> cache,
      SqlTables tables,
      Rules rules,
      Bypasses bypasses,
      ResultCapture.Limits limits,
      boolean readOnlyMayLag,
      @Nullable Supplier<String> session) {
    this.cache = cache;
    this.tables = tables;
    this.rules = rules;
    this.bypasses = bypasses;
    this.limits = limits;
    this.readOnlyMayLag = readOnlyMayLag;
    this.session = session;
  }

  /** Whether what a read-only connection reads may be old. */
  boolean readOnlyMayLag() {
    return readOnlyMayLag;
  }

  /** Whether a text's result could not be kept, not long ago. */
  boolean isUncacheable(String sql) {
    Long until = uncacheable.get(sql);
    return until != null && until - System.nanoTime() > 0;
  }

  /** Spares a text that is executed twice for nothing; for a minute, as rows may become fewer. */
  void uncacheable(String sql, ResultCapture.UncacheableException why) {
    bypasses.refusedResult(String.valueOf(why.getMessage()));
    if (uncacheable.size() >= MOST_REMEMBERED) {
      uncacheable.clear();
    }
    uncacheable.put(sql, System.nanoTime() + UNCACHEABLE_NANOS);
  }

  /** The fence could not be placed; nothing was done. */
  static final class NoFenceException extends SQLTransientException {
    private static final long serialVersionUID = 1L;

    NoFenceException(String message, Exception cause) {
      super(message, cause);
    }
  }

  /** What makes a call of a driver. */
  @FunctionalInterface
  interface Action {
    @Nullable Object run() throws Throwable;
  }

  /** What is done behind a fence. */
  enum Step {
    /** A driver tells of a time-out when the server has answered, so it is known what happened. */
    STATEMENT,
    COMMIT
  }

  CacheAside<QueryKey, CachedResult> cache() {
    return cache;
  }

  Rules rules() {
    return rules;
  }

  Bypasses bypasses() {
    return bypasses;
  }

  ColumnMemory columns() {
    return columns;
  }

  ResultCapture.Limits limits() {
    return limits;
  }

  /** A tag does not begin as a quoted table might. */
  static Set<String> tags(Set<String> tables) {
    Set<String> tags = new LinkedHashSet<>();
    tables.forEach(table -> tags.add("table:" + table));
    return tags;
  }

  void invalidateTables(String... names) {
    invalidate(tables.written(Arrays.asList(names)));
  }

  /** All of them, also if one fails. */
  private void invalidate(Set<String> names) {
    CacheException failure = null;
    for (String tag : tags(names)) {
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

  /** What tells the sessions of the calling thread from others. */
  String session() {
    if (session == null) {
      return "";
    }
    String now = session.get();
    if (now == null) {
      throw new IllegalArgumentException("the session supplier answered null");
    }
    return now;
  }

  /** What is known of a connection; one that unwraps to itself may be a pool's for one loan. */
  Session sessionOf(Connection real) {
    try {
      Connection lent = withoutOwnProxies(real);
      Connection physical = lent.unwrap(Connection.class);
      return physical == null || physical == lent
          ? ofAll
          : sessions
              .get(Math.floorMod(System.identityHashCode(physical), SESSION_MAPS))
              .computeIfAbsent(physical, any -> new Session(/* ofAll= */ false));
    } catch (SQLException | RuntimeException e) {
      return ofAll;
    }
  }

  /** An AdvisingDataSource, or one that caches, may stand between this one and the pool. */
  private static Connection withoutOwnProxies(Connection real) throws SQLException {
    Connection each = real;
    while (Proxy.isProxyClass(each.getClass())) {
      Object handler = Proxy.getInvocationHandler(each);
      if (handler instanceof ConnectionHandler own) {
        each = own.real();
      } else if (isOfAdvisor(handler)) {
        each = each.unwrap(Connection.class);
      } else {
        break;
      }
    }
    return each;
  }

  private static boolean isOfAdvisor(Object handler) {
    return handler.getClass().getPackage() == AdvisingDataSource.class.getPackage();
  }

  void alter(Session physical) {
    if (session == null && physical.alter()) {
      tellOfAll(physical);
    }
  }

  /** A text may have begun a transaction, or ended one; the names of sessions do not tell. */
  void byText(Session physical) {
    if (physical.byText()) {
      tellOfAll(physical);
    }
  }

  private static void tellOfAll(Session physical) {
    if (physical.isOfAll()) {
      LOG.warn(
          "a text has changed a session or a transaction, and the connections of the data source"
              + " unwrap to themselves, so the changed one can't be told from others: nothing more"
              + " is cached by this data source");
    }
  }

  /**
   * Does what may change some tables for all to see, behind a fence.
   *
   * @param changed null for all
   * @throws SQLTransientException if the fence could not be placed, or was lost; nothing was done
   */
  @Nullable Object fenced(@Nullable Set<String> changed, Step step, Action action)
      throws Throwable {
    if (changed != null && changed.isEmpty()) {
      return action.run();
    }
    WriteFence fence = place(changed);
    Object answer;
    try {
      if (!fence.mayCommit()) {
        throw new SQLTransientException("the write fence was lost before the write; try again");
      }
      answer = action.run();
    } catch (Throwable e) {
      if (isInDoubt(e, step)) {
        doubt(changed); // it may happen yet: the fence stays, and ends by itself
      } else {
        close(fence);
      }
      throw e;
    }
    close(fence);
    return answer;
  }

  private WriteFence place(@Nullable Set<String> changed) throws SQLTransientException {
    try {
      return changed == null ? cache.fenceAll() : cache.fenceTags(tags(changed));
    } catch (CacheException e) {
      throw new NoFenceException(
          "nothing was written, since the cache could not be told of it: " + e.getMessage(), e);
    }
  }

  /** The write is done, and a caller of JDBC knows no third outcome. */
  private static void close(WriteFence fence) {
    try {
      fence.close();
    } catch (RuntimeException | Error e) {
      LOG.warn("a write is done, but invalidating its tables failed; it is tried again", e);
    }
  }

  private void doubt(@Nullable Set<String> changed) {
    try {
      if (changed == null) {
        cache.clear();
      } else {
        invalidate(changed);
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("invalidating tables whose write is in doubt failed; it is tried again", e);
    }
  }

  private static boolean isInDoubt(Throwable failure, Step step) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
      if (each instanceof SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        if (state.startsWith("08")
            || state.equals("40003")
            || state.equals("25S03")
            || cause instanceof SQLNonTransientConnectionException
            || cause instanceof SQLTransientConnectionException
            || cause instanceof SQLRecoverableException
            || (cause instanceof SQLTimeoutException && step == Step.COMMIT)) {
          return true;
        }
      }
      each = each.getCause();
    }
    return false;
  }

  /** Both; null is all. */
  static @Nullable Set<String> union(@Nullable Set<String> one, @Nullable Set<String> other) {
    if (one == null || other == null) {
      return null;
    }
    if (one.isEmpty() || other.isEmpty()) {
      return one.isEmpty() ? other : one;
    }
    Set<String> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return all;
  }
}
