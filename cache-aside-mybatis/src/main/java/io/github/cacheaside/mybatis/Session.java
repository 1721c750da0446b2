package io.github.cacheaside.mybatis;

import io.github.cacheaside.Ticket;
import io.github.cacheaside.WriteFence;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.ibatis.executor.Executor;
import org.apache.ibatis.executor.ExecutorException;
import org.apache.ibatis.transaction.Transaction;
import org.apache.ibatis.transaction.jdbc.JdbcTransaction;
import org.jspecify.annotations.Nullable;

/**
 * What one MyBatis session has under way in its transaction: the rights to fill that it took when
 * it missed results, whether it has written, and the fences around its commit. Of one thread, as a
 * session is.
 */
final class Session {
  /** The session that calls a cache on this thread. */
  private static final ThreadLocal<Session> CURRENT = new ThreadLocal<>();

  /** Weakly held: it is by this that the session is found. */
  private final WeakReference<Executor> executor;

  private final Map<String, Right> rights = new HashMap<>();
  private final Set<NamespaceCache> written = new LinkedHashSet<>();
  private final Map<NamespaceCache, WriteFence> fences = new LinkedHashMap<>();
  private final Map<Ticket<Rows>, Rows> fills = new LinkedHashMap<>();
  private boolean hasWritten;
  private boolean registered;
  private int statements;

  /**
   * A right to fill.
   *
   * @param first whether the transaction had run no statement before it was taken
   */
  private record Right(Ticket<Rows> ticket, boolean first) {}

  Session(Executor executor) {
    this.executor = new WeakReference<>(executor);
  }

  /** The session that calls on this thread; null outside of one with a {@link FencedCache}. */
  static @Nullable Session current() {
    return CURRENT.get();
  }

  /** What a session does on this thread. */
  interface Step {
    Object run() throws Throwable;
  }

  /** Runs a step as this session. */
  Object run(Step step) throws Throwable {
    Session before = CURRENT.get();
    CURRENT.set(this);
    try {
      return step.run();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** A statement is about to reach the database, or may. */
  void statement() {
    statements++;
  }

  /** A statement that flushes caches, or may change rows. */
  void writes(@Nullable NamespaceCache cache) {
    hasWritten = true;
    statements++;
    if (cache != null) {
      written.add(cache);
    }
  }

  boolean hasWritten() {
    return hasWritten;
  }

  /** Keeps the right to fill a key until the end of the transaction. */
  void keep(String key, Ticket<Rows> ticket) {
    Right old = rights.put(key, new Right(ticket, statements == 0));
    if (old != null) {
      old.ticket().close();
    }
    statements++;
  }

  /**
   * The right to fill what this session has read; null if there is none, or if the rows may be
   * older than the right, or not committed.
   */
  @Nullable Ticket<Rows> take(String key) {
    Right right = rights.remove(key);
    if (right == null) {
      return null;
    }
    if (hasWritten || !readsAfter(right)) {
      right.ticket().close();
      return null;
    }
    return right.ticket();
  }

  /**
   * Fills what was read: now, or if Spring commits the transaction, when it has. Until then another
   * participant's changes, which MyBatis does not know of, may be rolled back.
   */
  void fill(Ticket<Rows> ticket, Rows rows) {
    if (SpringTransactions.endsLater(this)) {
      fills.put(ticket, rows);
    } else {
      fillQuietly(ticket, rows);
    }
  }

  /** The database has committed by now, so the caller is told of no failure. */
  private static void fillQuietly(Ticket<Rows> ticket, Rows rows) {
    Quietly.run("rows that a session has read were not cached", () -> ticket.fillAsync(rows));
  }

  /**
   * Whether a query sees what was committed before it: in autocommit and READ COMMITTED each does.
   * A snapshot is as old as the transaction's first statement, so there only that one does, and
   * only if this session alone decides when its transaction begins.
   */
  private boolean readsAfter(Right right) {
    Transaction transaction = transaction();
    if (transaction == null) {
      return false;
    }
    try {
      Connection connection = transaction.getConnection();
      if (connection.getAutoCommit()) {
        return true;
      }
      return switch (connection.getTransactionIsolation()) {
        case Connection.TRANSACTION_READ_COMMITTED -> true;
        case Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE ->
            right.first() && transaction instanceof JdbcTransaction;
        default -> false; // rows that are not committed are nothing to cache
      };
    } catch (SQLException e) {
      return false;
    }
  }

  /** Whether MyBatis-Spring has made the transaction, so that Spring may be what commits it. */
  boolean isOfSpring() {
    Transaction transaction = transaction();
    return transaction != null
        && transaction.getClass().getName().startsWith("org.mybatis.spring.");
  }

  private @Nullable Transaction transaction() {
    Executor open = executor.get();
    try {
      return open == null ? null : open.getTransaction();
    } catch (ExecutorException e) { // it is closed
      return null;
    }
  }

  /** Whether Spring is to be told to end this, which it is once a transaction. */
  boolean registers() {
    boolean first = !registered;
    registered = true;
    return first;
  }

  void giveUp(String key) {
    Right right = rights.remove(key);
    if (right != null) {
      right.ticket().close();
    }
  }

  /** Places a fence around each cache that this transaction has to flush. */
  void fence() {
    for (NamespaceCache cache : written) {
      if (!fences.containsKey(cache)) {
        fences.put(cache, cache.fence());
      }
    }
  }

  boolean isFenced(NamespaceCache cache) {
    return fences.containsKey(cache);
  }

  /** The transaction is committed: what it has read is cached. Never fails. */
  void committed() {
    fills.forEach(Session::fillQuietly);
    fills.clear();
    end();
  }

  /** The transaction is over, whichever way: fences go, rights too. Never fails. */
  void end() {
    release();
    fills.keySet().forEach(Session::giveBack);
    fills.clear();
    rights.values().forEach(right -> giveBack(right.ticket()));
    rights.clear();
    written.clear();
    hasWritten = false;
    registered = false;
    statements = 0;
  }

  private static void giveBack(Ticket<Rows> ticket) {
    Quietly.run("the right to cache rows was not given back, and expires", ticket::close);
  }

  /** Takes the fences away; what was written is still to be flushed. Never fails. */
  void release() {
    fences.forEach(
        (cache, fence) ->
            Quietly.run( // the transaction is over, and the cache tries it again
                "the cache of " + cache + " could not be invalidated after a commit, and will be",
                fence::close));
    fences.clear();
  }

  /**
   * It is unknown whether the commit has happened, or will: the fences stay until they expire,
   * which is longer than any commit that is still on its way.
   */
  void endUnknown() {
    fences.keySet().forEach(NamespaceCache::clearQuietly);
    fences.clear();
    end();
  }
}
