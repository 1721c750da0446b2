package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.benchmarks.load.Stalls;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Random transactions that read and write, and end in a commit or a rollback, and readers beside
 * them. A key has one writer. What will be rolled back is written with a negative version.
 */
final class TransactionsRun {
  static final int WRITERS = 4;
  static final int READERS = 3;
  static final int JUDGES = 3;

  /** Loads of a transaction's reads may have connections of their own. */
  static final int CONNECTIONS = 2 * WRITERS + READERS + 2;

  /** On a busy machine these take longer than what was asked for. */
  private static final int LEAST = 10;

  private static final int MOST_STEPS = 6;
  private static final int ROLLBACK_PERCENT = 40;
  private static final int MOST_PAUSE_MILLIS = 6;

  private final TransactionsSubject subject;
  private final Isolation isolation;
  private final AtomicLongArray acked = new AtomicLongArray(RaceTables.KEYS);
  private final LongAdder reads = new LongAdder();
  private final LongAdder readsInside = new LongAdder();
  private final LongAdder commits = new LongAdder();
  private final LongAdder rollbacks = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final LongAdder uncommitted = new LongAdder();
  private final LongAdder uncommittedToOthers = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder unrepeatable = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final AtomicReference<Exception> firstError = new AtomicReference<>();
  private volatile boolean over;

  TransactionsRun(TransactionsSubject subject, Isolation isolation) {
    this.subject = subject;
    this.isolation = isolation;
    for (int key = 0; key < RaceTables.KEYS; key++) {
      acked.set(key, 1);
    }
  }

  /**
   * What was found.
   *
   * @param uncommitted reads that were answered what has never been committed
   * @param uncommittedToOthers those of them that no transaction made, so that the cache answered
   * @param stale reads that were answered less than had been committed before they began
   * @param unrepeatable reads within a transaction that contradict its isolation, or its own writes
   * @param fills by transactions
   * @param hits of reads that no transaction made
   */
  record Found(
      long reads,
      long readsInside,
      long commits,
      long rollbacks,
      long aborted,
      long uncommitted,
      long uncommittedToOthers,
      long stale,
      long unrepeatable,
      long fills,
      long hits,
      long errors,
      Optional<Exception> firstError) {

    /** Both together. */
    Found plus(Found other) {
      return new Found(
          reads + other.reads,
          readsInside + other.readsInside,
          commits + other.commits,
          rollbacks + other.rollbacks,
          aborted + other.aborted,
          uncommitted + other.uncommitted,
          uncommittedToOthers + other.uncommittedToOthers,
          stale + other.stale,
          unrepeatable + other.unrepeatable,
          fills + other.fills,
          hits + other.hits,
          errors + other.errors,
          firstError.or(other::firstError));
    }
  }

  Found run(Duration time, long seed) throws Exception {
    List<Callable<Void>> loops = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      SplittableRandom random = new SplittableRandom(seed * 1_009 + i);
      Writer writer = new Writer(i, random);
      loops.add(repeated(writer::next));
    }
    for (int i = 0; i < READERS + JUDGES; i++) {
      SplittableRandom random = new SplittableRandom(seed * 1_013 + i);
      boolean judge = i < JUDGES;
      loops.add(repeated(() -> read(random.nextInt(RaceTables.KEYS), judge)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(loops.size());
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (Callable<Void> loop : loops) {
        all.add(threads.submit(loop));
      }
      Stalls.sleepMillis(time.toMillis());
      long end = System.nanoTime() + Race.MOST_PATIENCE.toNanos();
      while (Math.min(commits.sum(), rollbacks.sum()) < LEAST && System.nanoTime() - end < 0) {
        Stalls.sleepMillis(10);
      }
      over = true;
      for (Future<Void> each : all) {
        Object unused = each.get();
      }
    } finally {
      over = true;
      threads.shutdownNow();
    }
    return found();
  }

  private Found found() {
    return new Found(
        reads.sum(),
        readsInside.sum(),
        commits.sum(),
        rollbacks.sum(),
        aborted.sum(),
        uncommitted.sum(),
        uncommittedToOthers.sum(),
        stale.sum(),
        unrepeatable.sum(),
        subject.fillsFromTransactions(),
        subject.hits(),
        errors.sum(),
        Optional.ofNullable(firstError.get()));
  }

  /** One step of a thread. */
  @FunctionalInterface
  private interface Step {
    void run() throws SQLException;
  }

  private Callable<Void> repeated(Step step) {
    return () -> {
      while (!over) {
        try {
          step.run();
        } catch (SQLException | RuntimeException e) {
          failed(e);
        }
      }
      return null;
    };
  }

  private void failed(Exception e) {
    if (isOfTheDatabase(e)) {
      aborted.increment();
    } else {
      errors.increment();
      firstError.compareAndSet(null, e);
    }
  }

  /** Deadlocks, and transactions that can't be serialized: that is what the level is about. */
  private static boolean isOfTheDatabase(Exception e) {
    return e instanceof SQLException failure
        && failure.getSQLState() != null
        && failure.getSQLState().startsWith("40");
  }

  private void read(int key, boolean judge) throws SQLException {
    long least = acked.get(key);
    long version = judge ? subject.readCommitted(key) : subject.read(key);
    reads.increment();
    if (judge || seesCommittedOnly()) {
      judge(version, least);
      if (version < 0) {
        uncommittedToOthers.increment();
      }
    }
  }

  private boolean seesCommittedOnly() {
    return isolation != Isolation.READ_UNCOMMITTED || subject.readsCommitted();
  }

  private void judge(long version, long least) {
    if (version < 0) {
      uncommitted.increment();
    } else if (version < least) {
      stale.increment();
    }
  }

  /** One that writes some keys, in one transaction after the other. */
  private final class Writer {
    private final int number;
    private final SplittableRandom random;
    private final long[] versions = new long[RaceTables.KEYS];

    Writer(int number, SplittableRandom random) {
      this.number = number;
      this.random = random;
      Arrays.fill(versions, 1);
    }

    void next() throws SQLException {
      boolean commit = random.nextInt(100) >= ROLLBACK_PERCENT;
      Transaction transaction = new Transaction();
      subject.transaction(
          session -> {
            int steps = 1 + random.nextInt(MOST_STEPS);
            for (int i = 0; i < steps; i++) {
              step(transaction, session, commit);
              Stalls.sleepMillis(random.nextInt(MOST_PAUSE_MILLIS));
            }
            return commit;
          });
      if (commit) {
        commits.increment();
        transaction.written.forEach(
            (key, version) -> acked.accumulateAndGet(key, version, Math::max));
      } else {
        rollbacks.increment();
      }
    }

    private void step(Transaction transaction, TransactionsSubject.Session session, boolean commit)
        throws SQLException {
      if (random.nextInt(3) == 0) {
        int key = random.nextInt(RaceTables.KEYS / WRITERS) * WRITERS + number;
        long version = commit ? ++versions[key] : -1 - versions[key];
        session.write(key, version);
        transaction.written.put(key, version);
        if (random.nextBoolean()) {
          transaction.read(session, key);
        }
      } else {
        transaction.read(session, random.nextInt(RaceTables.KEYS));
      }
    }
  }

  /** What one transaction has written and seen. */
  private final class Transaction {
    private final Map<Integer, Long> written = new HashMap<>();
    private final Map<Integer, Long> seen = new HashMap<>();
    private final long[] before = new long[RaceTables.KEYS];

    Transaction() {
      for (int key = 0; key < before.length; key++) {
        before[key] = acked.get(key);
      }
    }

    void read(TransactionsSubject.Session session, int key) throws SQLException {
      long now = acked.get(key);
      long version = session.read(key);
      readsInside.increment();
      Long own = written.get(key);
      if (subject.readsInside() && own != null) {
        if (version != own) {
          unrepeatable.increment();
        }
      } else if (subject.readsInside() && isolation.isOfASnapshot()) {
        Long first = seen.putIfAbsent(key, version);
        if (first != null && first != version) {
          unrepeatable.increment();
        }
        judge(version, before[key]);
      } else if (version >= 0 || seesCommittedOnly()) {
        judge(version, now);
      }
    }
  }
}
