package io.github.cacheaside.jdbc.outbox;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.jdbc.InvalidationLog;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Invalidations as rows of the transaction that makes them necessary: whatever happens to the
 * process, what was committed is invalidated, by this JVM or by another one that has an outbox on
 * the same table.
 *
 * <pre>{@code
 * Outbox outbox = Outbox.builder(database).cache(planets, Long.class).build();
 * JdbcWriter writer = JdbcWriter.of(database).fenced().logged(outbox);
 * writer.write(planets, 3L, connection -> rename(connection, 3L, "Terra"));
 * }</pre>
 *
 * <p>The writer still invalidates by itself, right after the commit; then its rows are merely
 * deleted, some 200 ms later. Rows that are left are taken in batches, invalidated, and deleted.
 * While that goes on, no connection is held. Rows whose cache can't be reached stay and are tried
 * again, so a row may be invalidated more than once, which is one more load and nothing else.
 *
 * <p>The table is that of {@code mysql.sql}, {@code mariadb.sql}, {@code postgresql.sql} or {@code
 * h2.sql} beside this class; {@link #createTable} runs it. MySQL from 8.0.13, MariaDB from 10.2,
 * PostgreSQL from 13 and H2 from 2.2 on. It never forgets a row by itself: rows of caches that
 * nobody knows any more stay, are counted in {@link #health} and told by a WARN.
 *
 * <p>An outbox that {@link OutboxBuilder#build} made has one daemon thread and asks the database
 * five times a second. The thread ends by {@link #close}, or soon after the outbox is collected.
 * Thread-safe.
 */
public final class Outbox implements InvalidationLog, AutoCloseable {
  private final Drain drain;
  private @Nullable Thread thread;

  Outbox(Drain drain) {
    this.drain = drain;
  }

  /**
   * Begins an outbox.
   *
   * @param dataSource where connections to drain with come from: the database of the transactions;
   *     it stays the caller's to close
   * @return a builder with every option at its default
   */
  public static OutboxBuilder builder(DataSource dataSource) {
    return new OutboxBuilder(dataSource);
  }

  void start(Duration pause) {
    Thread started = new Thread(null, new Loop(this, pause), "cache-aside-outbox", 0, false);
    drain.expectRounds(pause);
    started.setDaemon(true);
    started.setContextClassLoader(Outbox.class.getClassLoader());
    thread = started;
    started.start();
  }

  /** Does not keep the outbox, so that one that was forgotten ends. */
  private static final class Loop implements Runnable {
    private final WeakReference<Outbox> owner;
    private final Drain drain;
    private final Duration pause;
    private final long pauseNanos;

    Loop(Outbox owner, Duration pause) {
      this.owner = new WeakReference<>(owner);
      this.drain = owner.drain;
      this.pause = pause;
      this.pauseNanos = pause.toNanos();
    }

    @Override
    public void run() {
      while (owner.get() != null && !drain.isClosed()) {
        try {
          drain.survivingRound();
          drain.rest(pause);
        } catch (Throwable e) { // such as an OutOfMemoryError; this way to wait allocates nothing
          LockSupport.parkNanos(pauseNanos);
        }
      }
    }
  }

  /**
   * Creates the table if there is none, as the script for this database says.
   *
   * @throws SQLException if the database refuses, or is none that the outbox knows
   */
  public void createTable() throws SQLException {
    drain.table().create();
  }

  /**
   * Writes down keys to be invalidated, in the transaction of a connection; for code that does not
   * use a {@link io.github.cacheaside.jdbc.JdbcWriter}. It is drained after the commit, and
   * forgotten by a rollback.
   *
   * @param connection the transaction's; neither committed nor closed here
   * @param cache a cache that the outbox knows
   * @param keys the keys
   * @param <K> the type of keys
   * @return to be told if the caller has invalidated them by himself after the commit; else they
   *     are drained
   * @throws SQLException if they can't be written; roll back then
   * @throws IllegalArgumentException if the outbox does not know the cache, or the connection is in
   *     autocommit, so that its rows would be no part of a transaction
   */
  public <K> Written invalidate(
      Connection connection, CacheAside<K, ?> cache, Collection<? extends K> keys)
      throws SQLException {
    return write(connection, entries(cache, Kind.KEY, keys));
  }

  /**
   * Writes down tags to be invalidated, as {@link #invalidate} does keys.
   *
   * @param connection the transaction's
   * @param cache a cache with tags that the outbox knows
   * @param tags the tags
   * @return to be told if the caller has invalidated them by himself after the commit
   * @throws SQLException if they can't be written; roll back then
   * @throws IllegalArgumentException if the outbox does not know the cache, or the connection is in
   *     autocommit, so that its rows would be no part of a transaction
   */
  public Written invalidateTags(
      Connection connection, CacheAside<?, ?> cache, Collection<String> tags) throws SQLException {
    return write(connection, entries(cache, Kind.TAG, tags));
  }

  /**
   * Writes down that a cache is to be cleared, as {@link #invalidate} does keys.
   *
   * @param connection the transaction's
   * @param cache a cache with {@code clearable} or tags that the outbox knows
   * @return to be told if the caller has cleared it by himself after the commit
   * @throws SQLException if it can't be written; roll back then
   * @throws IllegalArgumentException if the outbox does not know the cache, or the connection is in
   *     autocommit, so that its rows would be no part of a transaction
   */
  public Written clear(Connection connection, CacheAside<?, ?> cache) throws SQLException {
    return write(connection, entries(cache, Kind.ALL, List.of("")));
  }

  private static List<Entry> entries(CacheAside<?, ?> cache, Kind kind, Collection<?> all) {
    List<Entry> entries = new ArrayList<>(all.size());
    for (Object each : all) {
      entries.add(new Entry(cache, kind, each));
    }
    return entries;
  }

  @Override
  public Written write(Connection connection, List<Entry> entries) throws SQLException {
    if (connection.getAutoCommit()) {
      throw new IllegalArgumentException(
          "connection must not be in autocommit: call setAutoCommit(false) before the statements"
              + " that change rows, and commit after the outbox has written");
    }
    return drain.write(connection, entries);
  }

  /**
   * Drains what is due now, on the calling thread. For schedulers and tests; {@link
   * OutboxBuilder#build} has a thread that does it.
   *
   * @return how many rows were invalidated and deleted; 0 also if the database failed, which {@link
   *     #health} tells
   */
  public int drain() {
    return drain.round();
  }

  /**
   * How it is; waits for nothing.
   *
   * @return one snapshot
   */
  public OutboxHealth health() {
    return health(System.nanoTime());
  }

  OutboxHealth health(long nanoTime) {
    return drain.health(nanoTime);
  }

  /**
   * What it has counted.
   *
   * @return the figures by now
   */
  public OutboxStats stats() {
    return drain.stats();
  }

  /**
   * Ends the thread, and waits up to 5 seconds for a round that has begun. Rows stay in the table,
   * for the next outbox. The second time does nothing.
   */
  @Override
  public void close() {
    drain.close();
    Thread running = thread;
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    try {
      running.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
