package io.github.cacheaside.jdbc.datasource;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a physical connection, however often a pool gives it out. Of all connections of
 * a data source if they can't be told apart. Thread-safe.
 */
final class Session {
  private final boolean ofAll;
  private volatile boolean altered;
  private volatile boolean byText;
  private volatile boolean unsure;
  private volatile @Nullable Set<String> left = Set.of();
  private volatile @Nullable Source source;

  /** Where a query's rows come from, and whether they may be cached for others. */
  enum Source {
    COMMITTED,
    /** Isolation level READ UNCOMMITTED, or none. */
    UNCOMMITTED,
    /** Perhaps a replica, which lags. */
    READ_ONLY
  }

  Session(boolean ofAll) {
    this.ofAll = ofAll;
  }

  /** Whether it stands for all connections of a data source. */
  boolean isOfAll() {
    return ofAll;
  }

  /** Whether it may answer differently from other ones. */
  boolean isAltered() {
    return altered;
  }

  /** True if this is news. */
  synchronized boolean alter() {
    boolean before = altered;
    altered = true;
    return !before;
  }

  /** Whether a text may have begun or ended a transaction: JDBC's own flag says no more then. */
  boolean isByText() {
    return byText;
  }

  /** True if this is news. */
  synchronized boolean byText() {
    boolean before = byText;
    byText = true;
    return !before;
  }

  /** As its pool lends it; null if that is not known. */
  @Nullable Source source() {
    return source;
  }

  /** Remembers it, if this is one connection. */
  void source(@Nullable Source now) {
    source = ofAll ? null : now;
  }

  /** Its transaction may write, and this or another loan of the connection would read that. */
  void mayWrite() {
    unsure = true;
  }

  /** Whether its transaction may have written; where connections can't be told apart, one may. */
  boolean mayHaveWritten() {
    return ofAll || unsure;
  }

  /**
   * Tables that were written to and given back, perhaps with the transaction open; null for all.
   */
  synchronized void leave(@Nullable Set<String> tables) {
    if (byText) {
      left = Engine.union(left, tables);
    }
  }

  /** What others have left, null for all. */
  @Nullable Set<String> left() {
    return left;
  }

  /** The transaction is over; another connection's may not be. */
  synchronized void ended() {
    if (!ofAll) {
      left = Set.of();
      unsure = false;
    }
  }
}
