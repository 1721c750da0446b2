package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes down, in the transaction that changes rows, what is to be invalidated after its commit; so
 * that is known to the database, whatever becomes of the process. {@link
 * io.github.cacheaside.jdbc.outbox.Outbox} is one. Thread-safe.
 */
@FunctionalInterface
public interface InvalidationLog {

  /** What an entry names. */
  enum Kind {
    /** One key of a cache. */
    KEY,
    /** A tag: all entries that have it. */
    TAG,
    /** All entries of a cache; {@link Entry#what} is empty text then. */
    ALL
  }

  /**
   * Something to be invalidated.
   *
   * @param cache the cache
   * @param kind what is named
   * @param what the key, or the text of the tag
   */
  record Entry(CacheAside<?, ?> cache, Kind kind, Object what) {}

  /** What was written down by one transaction. */
  @FunctionalInterface
  interface Written {

    /**
     * Says that the transaction is committed, and that all of it is invalidated already. What it
     * throws is logged, and the same as if it was never called.
     */
    void done();
  }

  /**
   * Writes entries down.
   *
   * @param connection the transaction's; neither committed nor closed here
   * @param entries what is to be invalidated once it is committed
   * @return what was written, to be told when it is done
   * @throws SQLException if they can't be written; the transaction is to be rolled back
   * @throws IllegalArgumentException if the log does not know a cache
   */
  Written write(Connection connection, List<Entry> entries) throws SQLException;
}
