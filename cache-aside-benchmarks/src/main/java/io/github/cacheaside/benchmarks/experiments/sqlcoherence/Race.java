package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Oracle;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Readers and writers of one subject, and the oracle beside them. A key has one writer, so its
 * versions are known before they are written. What is rolled back would have had a negative one.
 */
final class Race implements AutoCloseable {
  static final int READERS = 24;
  static final int WRITERS = 2;
  static final int CONNECTIONS = READERS + WRITERS + 2;

  /** How long to wait for Redis: a busy machine is no fault, and is not what this is about. */
  static final Duration PATIENCE = Duration.ofSeconds(4);

  /** How long to wait for something to happen. */
  static final Duration MOST_PATIENCE = Duration.ofMinutes(1);

  private static final int LEAST_WRITES = 30;
  private static final int LEAST_READS = 300;
  private static final int LISTS_PERCENT = 25;
  private static final int MOST_PAUSE_MILLIS = 40;
  private static final Duration SETTLED = Duration.ofMillis(500);

  private final SharedMemory shared = SharedMemory.create(RaceTables.KEYS);
  private final AtomicLong begun = new AtomicLong();
  private final LongAdder uncommitted = new LongAdder();
  private final AtomicReference<Exception> firstError = new AtomicReference<>();
  private final Map<Thread, Runnable> ifCommitted = new ConcurrentHashMap<>();
  private volatile boolean over;

  Race() throws IOException {
    for (int key = 0; key < RaceTables.KEYS; key++) {
      shared.publishCommitted(key, 1);
      shared.publishAcked(key, 1);
    }
  }

  /** What was found. */
  record Found(
      long reads,
      long writes,
      long staleAfterAck,
      long staleAfterCommit,
      long staleAtRest,
      long uncommitted,
      long readErrors,
      long writeErrors,
      long hits,
      Optional<Exception> firstError) {}

  static <T> CacheAsideBuilder<Object, T> patient(CacheAsideBuilder<Object, T> cache) {
    return cache.storeTimeout(PATIENCE);
  }

  /** Changes with each write that begins. */
  long begun() {
    return begun.get();
  }

  /** The calling thread's write is committed. */
  void committed() {
    ifCommitted.getOrDefault(Thread.currentThread(), () -> {}).run();
  }

  Found run(RaceSubject subject, Duration time, long seed) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(READERS + WRITERS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < READERS + WRITERS; i++) {
        int number = i;
        SplittableRandom random = new SplittableRandom(seed * 1_009 + i);
        Oracle oracle = new Oracle(shared, number);
        Callable<Void> loop =
            () -> {
              if (number < READERS) {
                read(subject, oracle, random);
              } else {
                write(subject, oracle, random, number - READERS);
              }
              return null;
            };
        all.add(threads.submit(loop));
      }
      awaitEnough(time);
      over = true;
      for (Future<?> each : all) {
        Object unused = each.get();
      }
    } finally {
      over = true;
      threads.shutdownNow();
    }
    atRest(subject);
    return found(subject);
  }

  /** Until the time is over and something has happened, which on a busy machine takes longer. */
  private void awaitEnough(Duration time) {
    Stalls.sleepMillis(time.toMillis());
    long end = System.nanoTime() + MOST_PATIENCE.toNanos();
    while ((shared.total(Count.WRITES) < LEAST_WRITES || shared.total(Count.READS) < LEAST_READS)
        && System.nanoTime() - end < 0) {
      Stalls.sleepMillis(10);
    }
  }

  private Found found(RaceSubject subject) {
    return new Found(
        shared.total(Count.READS),
        shared.total(Count.WRITES),
        shared.total(Count.STALE_AFTER_ACK),
        shared.total(Count.STALE_AFTER_COMMIT),
        shared.total(Count.PERMANENT_STALE),
        uncommitted.sum(),
        shared.total(Count.READ_ERRORS),
        shared.total(Count.WRITE_ERRORS),
        subject.hits(),
        Optional.ofNullable(firstError.get()));
  }

  private void read(RaceSubject subject, Oracle oracle, SplittableRandom random) {
    while (!over) {
      try {
        if (random.nextInt(100) < LISTS_PERCENT) {
          list(subject, oracle, random.nextInt(RaceTables.TABLES));
        } else {
          int key = random.nextInt(RaceTables.KEYS);
          Oracle.Bound bound = oracle.before(key);
          judge(oracle, bound, subject.read(key));
        }
      } catch (SQLException | RuntimeException e) {
        failed(oracle, false, e);
      }
    }
  }

  /** One read, whatever number of its rows is old. */
  private void list(RaceSubject subject, Oracle oracle, int table) throws SQLException {
    Oracle.Bound[] bounds = new Oracle.Bound[RaceTables.ROWS];
    for (int row = 0; row < bounds.length; row++) {
      bounds[row] = oracle.before(table * RaceTables.ROWS + row);
    }
    long[] versions = subject.list(table);
    int worst = worst(bounds, versions);
    judge(oracle, bounds[worst], versions[worst]);
  }

  /** The row that breaks most: what was never committed, else acknowledged, else committed. */
  static int worst(Oracle.Bound[] bounds, long[] versions) {
    int worst = 0;
    for (int row = 1; row < bounds.length; row++) {
      if (badness(bounds[row], versions[row]) > badness(bounds[worst], versions[worst])) {
        worst = row;
      }
    }
    return worst;
  }

  private static int badness(Oracle.Bound bound, long version) {
    if (version < 0) {
      return 3;
    }
    return version < bound.acked() ? 2 : version < bound.committed() ? 1 : 0;
  }

  private void judge(Oracle oracle, Oracle.Bound bound, long version) {
    if (version < 0) {
      uncommitted.increment();
    }
    oracle.read(bound, version);
  }

  private void write(RaceSubject subject, Oracle oracle, SplittableRandom random, int writer) {
    long[] versions = new long[RaceTables.KEYS];
    Arrays.fill(versions, 1);
    Way[] ways = Way.values();
    while (!over) {
      int key = random.nextInt(RaceTables.KEYS / WRITERS) * WRITERS + writer;
      Way way = ways[random.nextInt(ways.length)];
      long version = versions[key] + 1;
      begun.incrementAndGet();
      try {
        if (way == Way.ROLLBACK) {
          subject.write(key, -version, way);
        } else {
          versions[key] = version; // used up, even if the write fails: it may have happened
          ifCommitted.put(Thread.currentThread(), () -> shared.publishCommitted(key, version));
          subject.write(key, version, way);
          oracle.acked(key, version);
        }
      } catch (SQLException | RuntimeException e) {
        failed(oracle, true, e);
      } finally {
        ifCommitted.remove(Thread.currentThread());
      }
      if (random.nextBoolean()) {
        Stalls.sleepMillis(random.nextInt(MOST_PAUSE_MILLIS));
      }
    }
  }

  private void failed(Oracle oracle, boolean write, Exception e) {
    oracle.failed(write);
    firstError.compareAndSet(null, e);
  }

  private void atRest(RaceSubject subject) throws SQLException {
    Stalls.sleepMillis(SETTLED.toMillis());
    Oracle oracle = new Oracle(shared, READERS + WRITERS);
    for (int key = 0; key < RaceTables.KEYS; key++) {
      oracle.atRest(key, subject.read(key));
    }
    for (int table = 0; table < RaceTables.TABLES; table++) {
      long[] versions = subject.list(table);
      for (int row = 0; row < versions.length; row++) {
        oracle.atRest(table * RaceTables.ROWS + row, versions[row]);
      }
    }
  }

  @Override
  public void close() throws IOException {
    shared.close();
  }
}
