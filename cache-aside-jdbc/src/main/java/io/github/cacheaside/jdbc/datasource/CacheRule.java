package io.github.cacheaside.jdbc.datasource;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.Ttl;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which queries a {@link CachingDataSource} caches, and for how long. The first rule that a query
 * matches counts. Immutable.
 */
public final class CacheRule {
  private final Duration ttl;
  private final Set<String> tables;
  private final @Nullable String query;
  private final boolean hint;
  private final boolean inSnapshots;

  private CacheRule(
      Duration ttl, Set<String> tables, @Nullable String query, boolean hint, boolean inSnapshots) {
    this.ttl = Ttl.check(ttl, "ttl");
    this.tables = tables;
    this.query = query;
    this.hint = hint;
    this.inSnapshots = inSnapshots;
  }

  /**
   * Queries that read some of these tables, and no others.
   *
   * @param ttl how long results are cached, from 1 ms to 10 years
   * @param tables their names, at least one
   * @return the rule
   */
  public static CacheRule ofTables(Duration ttl, String... tables) {
    if (tables.length == 0) {
      throw new IllegalArgumentException("a rule by tables has at least one");
    }
    return new CacheRule(ttl, new LinkedHashSet<>(List.of(tables)), null, false, false);
  }

  /**
   * Queries of one text. White space, comments and the case of words do not count; a {@code ?}
   * stands for any parameter and any literal.
   *
   * @param ttl how long results are cached, from 1 ms to 10 years
   * @param query the text, such as {@code SELECT * FROM planet WHERE id = ?}
   * @return the rule
   */
  public static CacheRule ofQuery(Duration ttl, String query) {
    return new CacheRule(ttl, Set.of(), requireNonNull(query, "query"), false, false);
  }

  /**
   * Queries with the comment {@code /* cache-aside ttl=30s *}{@code /} anywhere in their text; the
   * unit is {@code ms}, {@code s}, {@code m} or {@code h}. The comment is sent to the database as
   * it is. With this rule, writes to any table are watched.
   *
   * @return the rule
   */
  public static CacheRule ofHint() {
    return new CacheRule(Duration.ofMinutes(1), Set.of(), null, true, false);
  }

  /**
   * Answers cached results also inside transactions of the isolation levels REPEATABLE READ and
   * SERIALIZABLE that have written nothing so far. Such a transaction may then see newer rows than
   * its snapshot has. Nothing is cached out of it in any case. Default: only in autocommit mode and
   * at READ COMMITTED or below.
   *
   * @return the rule with this addition
   */
  public CacheRule alsoInSnapshots() {
    return new CacheRule(ttl, tables, query, hint, true);
  }

  Duration ttl() {
    return ttl;
  }

  Set<String> tables() {
    return tables;
  }

  @Nullable String query() {
    return query;
  }

  boolean isHint() {
    return hint;
  }

  boolean inSnapshots() {
    return inSnapshots;
  }

  @Override
  public String toString() {
    String what = query != null ? "query " + query : hint ? "hint" : "tables " + tables;
    return what + (hint ? "" : ", " + ttl) + (inSnapshots ? ", also in snapshots" : "");
  }
}
