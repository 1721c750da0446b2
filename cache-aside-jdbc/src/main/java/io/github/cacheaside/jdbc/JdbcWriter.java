package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.WriteNotInvalidatedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes in a transaction and invalidates after the commit, in this order: earlier, a reader could
 * cache the old row again.
 *
 * <pre>{@code
 * JdbcWriter writer = JdbcWriter.of(dataSource); // .fenced(): no gap after the commit
 * writer.write(planets, 3L, connection -> rename(connection, 3L, "Terra"));
 * int rows =
 *     writer.transaction(
 *         transaction -> {
 *           transaction.invalidate(planets, 3L); // and what else the transaction changes
 *           return rename(transaction.connection(), 3L, "Tellus");
 *         });
 * }</pre>
 *
 * <p>If the work throws, everything is rolled back, nothing is invalidated and the exception passes
 * as it is. If the commit fails, the keys are invalidated and the failure is thrown. If the
 * connection was lost over it, the commit may even happen later: then the keys stay fenced, and
 * readers go to the database, for a hundred times the cache's {@linkplain
 * io.github.cacheaside.CacheAsideBuilder#fenceTime fenceTime}, 200 s by default. If the store fails
 * after the commit, {@link WriteNotInvalidatedException} says that the database has changed and old
 * values may be served until the removal, which is tried again, has succeeded; it has what the work
 * answered. If a fence can't be placed, {@link io.github.cacheaside.WriteNotBegunException} says
 * that everything was rolled back.
 *
 * <p>Each transaction has a connection of its own, also inside another one on the same thread; they
 * know nothing of each other, and a pool of one connection then times out. If connections come with
 * autocommit off, what a former user has left open is rolled back first; so give it the pool, not a
 * {@code DataSource} that hands out the current thread's transaction. Caches read inside the work
 * see what is committed, not what the work has changed so far. Thread-safe.
 */
public final class JdbcWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcWriter.class);

  private final DataSource dataSource;
  private final boolean fenced;
  private final InvalidationLog log;

  private JdbcWriter(DataSource dataSource, boolean fenced, InvalidationLog log) {
    this.dataSource = requireNonNull(dataSource, "dataSource");
    this.fenced = fenced;
    this.log = requireNonNull(log, "log");
  }

  /**
   * What changes the rows of a key.
   *
   * @param <X> what it throws
   */
  @FunctionalInterface
  public interface Write<X extends Exception> {

    /**
     * Changes rows.
     *
     * @param connection the transaction's; not to be committed, rolled back or closed here
     * @throws X rolls back
     */
    void run(Connection connection) throws X;
  }

  /**
   * What a transaction does.
   *
   * @param <T> what it returns
   * @param <X> what it throws
   */
  @FunctionalInterface
  public interface TransactionWork<T, X extends Exception> {

    /**
     * Changes rows and names the keys that this concerns.
     *
     * @param transaction the transaction
     * @return what {@link JdbcWriter#transaction} returns
     * @throws X rolls back
     */
    T run(JdbcTransaction transaction) throws X;
  }

  /**
   * A writer.
   *
   * @param dataSource where connections come from; it stays the caller's to close
   * @return the writer
   */
  public static JdbcWriter of(DataSource dataSource) {
    return new JdbcWriter(dataSource, false, (connection, entries) -> () -> {});
  }

  /**
   * The same writer with fences: between the last statement and the commit every key is marked as
   * being written, so no reader sees an old value once the commit has happened, even if this JVM
   * dies right after it. Costs one round trip to the store while the transaction is open. A
   * transaction whose fence can't be placed is rolled back, unless its cache was built to
   * {@linkplain io.github.cacheaside.UnfencedWrites#DEGRADE degrade}.
   *
   * @return a writer that throws {@link java.sql.SQLTransientException} if a fence was lost before
   *     the commit, and {@link UnsupportedOperationException} for caches in the layouts {@code
   *     plain} and {@code hash}; both after the rollback
   */
  public JdbcWriter fenced() {
    return new JdbcWriter(dataSource, true, log);
  }

  /**
   * The same writer with a log: after the last statement what is to be invalidated is written down
   * in the transaction itself. So no invalidation is lost if this JVM dies after the commit, or if
   * the store can't be reached, or if the commit happens after its connection was lost. Costs one
   * statement.
   *
   * @param log such as an {@link io.github.cacheaside.jdbc.outbox.Outbox}, on the same database; it
   *     must know the caches
   * @return the writer
   */
  public JdbcWriter logged(InvalidationLog log) {
    return new JdbcWriter(dataSource, fenced, log);
  }

  /**
   * Changes what one key stands for: transaction, commit, invalidation.
   *
   * @param cache the cache that holds the key
   * @param key the key
   * @param work changes the rows
   * @param <K> the type of keys
   * @param <X> what the work throws
   * @throws X what the work threw, after the rollback
   * @throws SQLException if there is no connection, or the commit failed
   * @throws WriteNotInvalidatedException if the commit happened and the invalidation did not; its
   *     result is the key
   */
  public <K, X extends Exception> void write(CacheAside<K, ?> cache, K key, Write<X> work)
      throws X, SQLException {
    this.<K, X>transaction(
        transaction -> {
          transaction.invalidate(cache, key);
          work.run(transaction.connection());
          return key;
        });
  }

  /**
   * Changes rows of one table: transaction, commit, invalidation of all results that read it. For
   * several tables there is {@link JdbcTransaction#invalidateTables}.
   *
   * @param cache the cache, built with {@link SqlCacheBuilder#tables}
   * @param table the name of the table
   * @param work changes the rows
   * @param <X> what the work throws
   * @throws X what the work threw, after the rollback
   * @throws SQLException if there is no connection, or the commit failed
   * @throws WriteNotInvalidatedException if the commit happened and the invalidation did not; its
   *     result is the table
   * @throws UnsupportedOperationException if the cache was built without tables
   */
  public <X extends Exception> void write(SqlCache cache, String table, Write<X> work)
      throws X, SQLException {
    this.<String, X>transaction(
        transaction -> {
          transaction.invalidateTables(cache, table);
          work.run(transaction.connection());
          return table;
        });
  }

  /**
   * Runs a transaction that names what it changes while it goes along.
   *
   * @param work changes rows and calls {@link JdbcTransaction#invalidate}
   * @param <T> what the work returns
   * @param <X> what the work throws
   * @return what the work returned
   * @throws X what the work threw, after the rollback
   * @throws SQLException if there is no connection, or the commit failed
   * @throws WriteNotInvalidatedException if the commit happened and the invalidation did not, or
   *     not for every key; {@link WriteNotInvalidatedException#result()} is what the work returned
   */
  public <T, X extends Exception> T transaction(TransactionWork<T, X> work) throws X, SQLException {
    Invalidations invalidations = new Invalidations();
    Ended<T> ended = runAndCommit(work, invalidations);
    List<Invalidations.Failure> failures =
        ended.inDoubt ? invalidations.doubt() : invalidations.run();
    if (ended.commitFailure != null) {
      failures.stream()
          .map(Invalidations.Failure::cause)
          .filter(cause -> cause != ended.commitFailure)
          .forEach(ended.commitFailure::addSuppressed);
      if (ended.commitFailure instanceof Error error) {
        throw error;
      }
      throw (SQLException) ended.commitFailure;
    }
    if (!failures.isEmpty()) {
      throw committedButCached(ended.answer, failures);
    }
    if (invalidations.areReleased()) {
      confirm(ended.written);
    }
    return ended.answer;
  }

  /** The commit has happened: nothing of a log's may look as if it had not. */
  private static void confirm(InvalidationLog.Written written) {
    try {
      written.done();
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "a log of invalidations failed to note that they are done, so they are done again ({})",
          e.getClass().getName());
    }
  }

  /**
   * A transaction that has ended with a commit, or with one that failed.
   *
   * @param commitFailure an {@code SQLException} or an {@code Error}
   * @param inDoubt whether the commit may still happen
   */
  private record Ended<T>(
      T answer,
      InvalidationLog.Written written,
      @Nullable Throwable commitFailure,
      boolean inDoubt) {}

  // Gives the connection back before this thread waits for the store.
  private <T, X extends Exception> Ended<T> runAndCommit(
      TransactionWork<T, X> work, Invalidations invalidations) throws X, SQLException {
    try (WriteConnection write = WriteConnection.open(dataSource)) {
      T answer;
      InvalidationLog.Written written;
      try {
        answer = work.run(new JdbcTransaction(write.connection(), invalidations));
        invalidations.close();
        written =
            requireNonNull(
                log.write(write.connection(), invalidations.entries()), "the log wrote null");
        if (fenced) {
          invalidations.fence();
        }
      } catch (Throwable e) {
        write.rollback(e);
        throw e;
      } finally {
        invalidations.close();
      }
      Throwable failure = write.commit();
      return new Ended<>(answer, written, failure, write.isInDoubt());
    }
  }

  private static WriteNotInvalidatedException committedButCached(
      @Nullable Object answer, List<Invalidations.Failure> failures) {
    String what =
        failures.stream().map(Invalidations.Failure::toString).collect(Collectors.joining(", "));
    WriteNotInvalidatedException e =
        new WriteNotInvalidatedException(
            "the transaction is committed, but invalidating " + what + " failed",
            answer,
            failures.get(0).cause());
    failures.stream().skip(1).forEach(failure -> e.addSuppressed(failure.cause()));
    return e;
  }
}
