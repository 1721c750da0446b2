package io.github.cacheaside.mybatis;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Look;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.WriteFence;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ibatis.cache.CacheKey;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.mapping.ResultMap;
import org.apache.ibatis.session.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The results of one namespace: keys and types as MyBatis has them, entries as the cache has. */
final class NamespaceCache {
  private static final Logger LOG = LoggerFactory.getLogger(FencedCache.class);
  private static final int MOST_TOLD = 1_000;

  private final String id;
  private final Configuration configuration;
  private final CacheAside<String, Rows> cache;
  private final RowsSerializer serializer;

  /** Statements whose rows can't be cached, and those whose parameters could not, once. */
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  NamespaceCache(
      String id,
      Configuration configuration,
      CacheAside<String, Rows> cache,
      RowsSerializer serializer) {
    this.id = id;
    this.configuration = configuration;
    this.cache = cache;
    this.serializer = serializer;
  }

  /** The rows; null if they are not cached, and then the session may have the right to fill. */
  @Nullable Object get(CacheKey key, @Nullable Session session) {
    List<?> parts = KeyText.parts(key);
    String statement = String.valueOf(parts.get(0));
    Class<?> type = rowType(statement);
    Optional<String> text = type == null ? Optional.empty() : textOf(statement, parts);
    if (type == null || text.isEmpty()) {
      if (session != null) {
        session.statement();
      }
      return null;
    }
    if (session == null || session.hasWritten()) {
      return session == null ? rows(cache.look(text.get())) : null;
    }
    Ticket<Rows> ticket = cache.ticket(text.get());
    Object rows = rows(ticket.found());
    if (rows == null && ticket.mayFill()) {
      session.keep(text.get(), ticket);
    } else if (rows == null) {
      ticket.close();
      session.statement();
    }
    return rows;
  }

  private static @Nullable Object rows(Look<Rows> found) {
    return found instanceof Look.Hit<Rows> hit ? hit.value().rows() : null;
  }

  /** Fills what the session has read, if it has the right. */
  void put(CacheKey key, @Nullable Object value, @Nullable Session session) {
    List<?> parts = KeyText.parts(key);
    String statement = String.valueOf(parts.get(0));
    Optional<String> text = KeyText.of(statement, parts);
    if (session == null || text.isEmpty()) {
      return;
    }
    Class<?> type = rowType(statement);
    if (type == null || !(value instanceof List<?> rows)) {
      session.giveUp(text.get());
      return;
    }
    Ticket<Rows> ticket = session.take(text.get());
    if (ticket != null) {
      session.fill(ticket, new Rows(type, rows));
    }
  }

  void giveUp(CacheKey key, @Nullable Session session) {
    if (session != null) {
      List<?> parts = KeyText.parts(key);
      KeyText.of(String.valueOf(parts.get(0)), parts).ifPresent(session::giveUp);
    }
  }

  /**
   * What the session has fenced is cleared with its fence. Else MyBatis clears after the commit, so
   * a session is told of no failure; it is tried again.
   */
  void clear(@Nullable Session session) {
    if (session == null) {
      cache.clear();
    } else if (!session.isFenced(this)) {
      clearQuietly();
    }
  }

  /** Throws nothing, for where no caller could handle it; what fails is tried again. */
  void clearQuietly() {
    Quietly.run("the cache of " + id + " could not be cleared, and will be", cache::clear);
  }

  WriteFence fence() {
    return cache.fenceAll();
  }

  /** The cache underneath. */
  CacheAside<String, Rows> cache() {
    return cache;
  }

  private Optional<String> textOf(String statement, List<?> parts) {
    Optional<String> text = KeyText.of(statement, parts);
    if (text.isEmpty() && told.size() < MOST_TOLD && told.add(statement)) {
      LOG.warn(
          "{} is not cached: one of its parameters has no text that is the same in every JVM;"
              + " see KeyText for those that have",
          statement);
    }
    return text;
  }

  /** The type of a statement's rows; null if they can't be cached. */
  private @Nullable Class<?> rowType(String statement) {
    if (!configuration.hasStatement(statement, false)) {
      return null; // a part of a result that MyBatis fetches under a name of its own
    }
    MappedStatement mapped = configuration.getMappedStatement(statement, false);
    List<ResultMap> maps = mapped.getResultMaps();
    if (maps.size() != 1 || refused.contains(statement)) {
      return null;
    }
    Class<?> type = maps.get(0).getType();
    try {
      serializer.know(type);
      return type;
    } catch (IllegalArgumentException e) {
      if (refused.add(statement)) { // as many as the configuration has
        LOG.warn("{} is not cached: {}", statement, e.getMessage());
      }
      return null;
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
