package io.github.cacheaside.benchmarks.experiments.outage;

import io.github.cacheaside.benchmarks.load.CallTally;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.load.WriteLedger;
import io.github.cacheaside.benchmarks.servers.BusyDatabase;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Writes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Readers and writers of one subject in several nodes, each with connections of its own, all in one
 * JVM and all judged on line. A write invalidates once; if that fails, its caller is told and goes
 * on, and nothing counts as acknowledged.
 */
public final class Callers implements AutoCloseable {
  /** How the names of threads begin that write. */
  static final String WRITER = "writer";

  private static final long PATIENCE_MILLIS = 90_000;

  /**
   * What its load is like.
   *
   * @param readers a node
   * @param writers a node
   * @param hot how many keys are read and written often
   * @param read how many keys are read at all; those after them are only written, one after the
   *     other
   * @param readPause mean microseconds between two reads of a reader
   * @param writePause mean microseconds between two writes of a writer
   */
  public record Shape(int readers, int writers, int hot, int read, int readPause, int writePause) {}

  private final Shape shape;
  private final WriteLedger ledger;
  private final BusyDatabase database;
  private final List<Subject> nodes;
  private final CallTally tally = new CallTally();
  private final SplittableRandom random;
  private final List<AtomicLongArray> ownAcks = new ArrayList<>();
  private final AtomicIntegerArray told;
  private final AtomicInteger nextQuiet = new AtomicInteger();
  private final ReadWriteLock gate = new ReentrantReadWriteLock(true);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  public Callers(
      Shape shape, WriteLedger ledger, BusyDatabase database, List<Subject> nodes, long seed) {
    this.shape = shape;
    this.ledger = ledger;
    this.database = database;
    this.nodes = nodes;
    this.random = new SplittableRandom(seed);
    this.told = new AtomicIntegerArray(ledger.keys());
    nodes.forEach(node -> ownAcks.add(new AtomicLongArray(ledger.keys())));
  }

  public CallTally tally() {
    return tally;
  }

  public WriteLedger ledger() {
    return ledger;
  }

  public List<Subject> nodes() {
    return nodes;
  }

  public BusyDatabase database() {
    return database;
  }

  public void start() {
    for (int node = 0; node < nodes.size(); node++) {
      for (int i = 0; i < shape.readers() + shape.writers(); i++) {
        start(node, i < shape.readers());
      }
    }
  }

  private void start(int node, boolean reads) {
    SplittableRandom dice = random.split();
    Thread thread =
        new Thread(
            () -> {
              while (!over) {
                one(node, reads, dice);
                int pause = reads ? shape.readPause() : shape.writePause();
                Stalls.sleepMicros(dice.nextLong(2L * pause));
              }
            },
            (reads ? "reader-" : WRITER + "-") + node);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void one(int node, boolean reads, SplittableRandom dice) {
    gate.readLock().lock();
    try {
      if (reads) {
        read(node, keyToRead(dice));
      } else {
        write(node, keyToWrite(dice));
      }
    } finally {
      gate.readLock().unlock();
    }
  }

  private int keyToRead(SplittableRandom dice) {
    return dice.nextInt(8) == 0 ? dice.nextInt(shape.read()) : dice.nextInt(shape.hot());
  }

  private int keyToWrite(SplittableRandom dice) {
    int choice = dice.nextInt(4);
    int quiet = ledger.keys() - shape.read();
    if (choice == 0 && quiet > 0) {
      return shape.read() + Math.floorMod(nextQuiet.getAndIncrement(), quiet);
    }
    int stalled = database.stalledKey();
    return choice == 1 && stalled >= 0 ? stalled : keyToRead(dice);
  }

  private void read(int node, int key) {
    long own = ownAcks.get(node).get(key);
    long acked = ledger.acked(key);
    long started = System.nanoTime();
    try {
      Subject.Answer answer = nodes.get(node).read(key);
      tally.reads.increment();
      judge(answer, own, acked, ledger.age(key, answer.version(), started));
    } catch (Exception e) {
      tally.readErrors.increment();
      tally.trouble("a read: " + e);
    }
    tally.longestRead.accumulate(System.nanoTime() - started);
  }

  /** A near hit may be behind what other nodes write, never behind its own node. */
  private void judge(Subject.Answer answer, long own, long acked, long age) {
    if (answer.near()) {
      tally.nearReads.increment();
      tally.oldestNear.accumulate(Math.max(0, age));
    }
    if (answer.version() < (answer.near() ? own : acked)) {
      tally.stale.increment();
      tally.oldest.accumulate(Math.max(0, age));
      tally.lastStale.accumulate(System.nanoTime());
    }
  }

  private void write(int node, int key) {
    try {
      long version = nodes.get(node).write(key);
      long now = System.nanoTime();
      ledger.acked(key, version, now);
      long unused = ownAcks.get(node).accumulateAndGet(key, version, Math::max);
      tally.writes.increment();
    } catch (Writes.NotInvalidated e) {
      told.set(key, 1);
      tally.told.increment();
    } catch (Exception e) {
      tally.writeErrors.increment();
      tally.trouble("a write: " + e);
    }
  }

  /** Whether somebody was told that an invalidation of that key failed; asking forgets it. */
  boolean takeTold(int key) {
    return told.getAndSet(key, 0) > 0;
  }

  /** Runs something while nobody reads or writes. */
  public void whileAtRest(Runnable task) {
    gate.writeLock().lock();
    try {
      task.run();
    } finally {
      gate.writeLock().unlock();
    }
  }

  public void stop() throws InterruptedException {
    over = true;
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    for (Thread thread : threads) {
      thread.join(Math.max(1, end - System.currentTimeMillis()));
      if (thread.isAlive()) {
        throw new IllegalStateException(thread.getName() + " hangs");
      }
    }
  }

  @Override
  public void close() {
    over = true;
    nodes.forEach(Subject::close);
    database.close();
  }
}
