package io.github.cacheaside.jdbc.outbox;

import io.github.cacheaside.jdbc.InvalidationLog.Entry;
import io.github.cacheaside.jdbc.InvalidationLog.Kind;
import io.github.cacheaside.jdbc.InvalidationLog.Written;
import io.github.cacheaside.jdbc.LoggedCache;
import io.github.cacheaside.jdbc.outbox.OutboxTable.Census;
import io.github.cacheaside.jdbc.outbox.OutboxTable.NewRow;
import io.github.cacheaside.jdbc.outbox.OutboxTable.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an outbox does: take rows, invalidate, delete. In this order, so that what dies in between
 * leaves a row, and the row is invalidated once more.
 */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private static final int MOST_CONFIRMED = 10_000;
  private static final long CENSUS_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Duration OLD = Duration.ofMinutes(1);

  /** A round ends after so many batches, full as they may be; the next begins after the pause. */
  private static final int MOST_BATCHES = 100;

  /** For so long rows that can't be read here spoil the health. */
  private static final Duration UNREADABLE = Duration.ofMinutes(1);

  /** A thread that has not been seen at a database or store for so long, or longer, is stuck. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private static final int MOST_PAUSES = 5;

  private final OutboxTable table;
  private final Map<String, LoggedCache<?>> caches;
  private final int batchSize;
  private final int largeTable;
  private final UnreadRows unread; // guarded by rounds

  /** Rows of transactions that have invalidated all by themselves. */
  private final BlockingQueue<String> confirmed = new LinkedBlockingQueue<>(MOST_CONFIRMED);

  private final ReentrantLock rounds = new ReentrantLock();
  private final ReentrantLock sleep = new ReentrantLock();
  private final Condition wake = sleep.newCondition();

  private final LongAdder written = new LongAdder();
  private final LongAdder confirmations = new LongAdder();
  private final LongAdder drained = new LongAdder();
  private final LongAdder deferred = new LongAdder();
  private final LongAdder failedRounds = new LongAdder();

  private volatile boolean closed;
  private volatile boolean databaseFailed;
  private volatile boolean rowsPutOff;
  private volatile long unreadableUntil = System.nanoTime();
  private volatile long lastSign = System.nanoTime();
  private volatile long mostSilence = Long.MAX_VALUE; // without a thread nobody says when to drain
  private volatile @Nullable String lastFailure;
  private volatile Census census = Census.NONE;
  private long nextCensus = System.nanoTime(); // guarded by rounds
  private boolean toldLarge; // guarded by rounds
  private boolean toldPutOff; // guarded by rounds

  Drain(
      OutboxTable table,
      Map<String, LoggedCache<?>> caches,
      int batchSize,
      int largeTable,
      LongSupplier nanoTime) {
    this.table = table;
    this.caches = caches;
    this.batchSize = batchSize;
    this.largeTable = largeTable;
    this.unread = new UnreadRows(nanoTime);
  }

  OutboxTable table() {
    return table;
  }

  Written write(Connection connection, List<Entry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return () -> {};
    }
    List<NewRow> rows = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      rows.add(row(entry));
    }
    table.insert(connection, rows);
    written.add(rows.size());
    return () -> rows.forEach(row -> confirmed.offer(row.id())); // if it is full, they are drained
  }

  private NewRow row(Entry entry) {
    String name = LoggedCache.nameOf(entry.cache());
    LoggedCache<?> cache = caches.get(name);
    if (cache == null) {
      throw new IllegalArgumentException("the outbox does not know the cache " + name);
    }
    String text =
        entry.kind() == Kind.KEY ? cache.textOf(entry.what()) : String.valueOf(entry.what());
    return new NewRow(newId(), name, entry.kind(), text);
  }

  /** Random, and for the index's sake in the order of time. */
  private static String newId() {
    UUID random = UUID.randomUUID();
    long time = System.currentTimeMillis() << 16;
    return new UUID(
            time | 0x7000 | (random.getMostSignificantBits() & 0xFFF),
            random.getLeastSignificantBits())
        .toString();
  }

  /** Takes everything that is due; what a failing database or store leaves is for the next one. */
  int round() {
    rounds.lock();
    try {
      rowsPutOff = false;
      deleteConfirmed();
      int done = drainDue();
      takeCensus();
      databaseFailed = false;
      tellPutOff();
      return done;
    } catch (SQLException | RuntimeException e) {
      failed(e);
      return 0;
    } catch (Error e) {
      failed(e);
      throw e;
    } finally {
      lastSign = System.nanoTime();
      rounds.unlock();
    }
  }

  private void failed(Throwable e) {
    failedRounds.increment();
    lastFailure = e.getClass().getName();
    boolean known = databaseFailed;
    databaseFailed = true;
    if (!known && !closed) {
      LOG.warn(
          "the outbox can't be drained, which is tried again; rows wait ({})",
          e.getClass().getName());
    }
  }

  /** A round of the outbox's own thread, which nothing may end. */
  void survivingRound() {
    try {
      int unused = round();
    } catch (Throwable e) { // such as a class that can't be loaded; it is counted and told
      lastFailure = e.getClass().getName();
    }
  }

  /** From now on there is a thread that rests for so long between rounds. */
  void expectRounds(Duration pause) {
    lastSign = System.nanoTime();
    mostSilence = pause.multipliedBy(MOST_PAUSES).plus(SILENCE).toNanos();
  }

  private void deleteConfirmed() throws SQLException {
    List<String> ids = new ArrayList<>();
    while (confirmed.drainTo(ids, batchSize) > 0) {
      table.delete(ids); // if it fails, they are drained
      confirmations.add(ids.size());
      ids.clear();
    }
  }

  private int drainDue() throws SQLException {
    Set<String> reachable = new HashSet<>(caches.keySet());
    Error error = null;
    int done = 0;
    for (int count = 0; count < MOST_BATCHES && !closed && !reachable.isEmpty(); count++) {
      lastSign = System.nanoTime();
      List<Row> rows = table.claim(reachable, unread.waiting(), batchSize);
      Batch batch = invalidate(rows, reachable);
      if (!batch.done.isEmpty()) {
        unread.remove(batch.done);
        table.delete(batch.done);
        drained.add(batch.done.size());
        done += batch.done.size();
      }
      leave(batch.unreadable);
      error = batch.error == null ? error : batch.error;
      if (rows.size() < batchSize || batch.done.isEmpty()) {
        break;
      }
    }
    if (error != null) {
      throw error;
    }
    return done;
  }

  /** Others may try rows that can't be read here; unless there are too many to be remembered. */
  private void leave(List<String> unreadable) throws SQLException {
    if (unreadable.isEmpty()) {
      return;
    }
    unreadableUntil = System.nanoTime() + UNREADABLE.toNanos();
    List<String> tooMany = unreadable.stream().filter(id -> !unread.add(id)).toList();
    if (!tooMany.isEmpty()) {
      table.putOff(tooMany, UNREADABLE);
    }
  }

  /** Leaves out caches that can't be reached. */
  private Batch invalidate(List<Row> rows, Set<String> reachable) {
    Map<String, List<Row>> byCache = new LinkedHashMap<>();
    rows.forEach(row -> byCache.computeIfAbsent(row.cache(), any -> new ArrayList<>()).add(row));
    Batch batch = new Batch();
    byCache.forEach(
        (name, some) -> {
          LoggedCache<?> cache = caches.get(name);
          if (cache == null) { // a collation of your own took another name for this one
            return;
          }
          int before = batch.done.size();
          Throwable failure = batch.invalidate(cache, some);
          if (failure != null) {
            deferred.add(some.size() - (batch.done.size() - before));
            lastFailure = failure.getClass().getName();
            rowsPutOff = true;
            if (!Batch.isOfRows(failure) || failure == batch.error) {
              reachable.remove(name);
            }
          }
        });
    return batch;
  }

  private void takeCensus() throws SQLException {
    if (System.nanoTime() - nextCensus < 0) {
      return;
    }
    census = table.census();
    nextCensus = System.nanoTime() + CENSUS_NANOS;
    boolean large = census.rows() >= largeTable;
    if (large && !toldLarge) {
      LOG.warn(
          "the outbox has {} rows or more, the oldest {} s old: no outbox drains them, or not fast"
              + " enough, or they are of caches that no outbox knows",
          census.rows(),
          census.oldest().toSeconds());
    }
    toldLarge = large;
  }

  private void tellPutOff() {
    if (rowsPutOff && !toldPutOff) {
      LOG.warn(
          "rows of the outbox could not be invalidated, which is tried again ({})", lastFailure);
    }
    toldPutOff = rowsPutOff;
  }

  /** Waits for the next round, or the end. */
  void rest(Duration pause) {
    long left = pause.toNanos();
    sleep.lock();
    try {
      while (!closed && left > 0) {
        left = wake.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      close(); // somebody wants this thread to end
    } finally {
      sleep.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    sleep.lock();
    try {
      wake.signalAll();
    } finally {
      sleep.unlock();
    }
  }

  OutboxStats stats() {
    return new OutboxStats(
        written.sum(), confirmations.sum(), drained.sum(), deferred.sum(), failedRounds.sum());
  }

  OutboxHealth health(long nanoTime) {
    Census now = census;
    boolean degraded =
        rowsPutOff
            || nanoTime - unreadableUntil < 0
            || now.rows() >= largeTable
            || now.oldest().compareTo(OLD) > 0;
    boolean silent = nanoTime - lastSign > mostSilence;
    OutboxHealth.Status status =
        closed || databaseFailed || silent
            ? OutboxHealth.Status.DOWN
            : degraded ? OutboxHealth.Status.DEGRADED : OutboxHealth.Status.UP;
    return new OutboxHealth(status, now.rows(), now.oldest(), lastFailure);
  }
}
