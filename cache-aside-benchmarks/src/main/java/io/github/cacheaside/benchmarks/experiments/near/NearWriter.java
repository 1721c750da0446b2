package io.github.cacheaside.benchmarks.experiments.near;

import io.github.cacheaside.benchmarks.load.AcknowledgedVersions;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Another instance that writes and invalidates, one write at a time. A row is written twice within
 * moments, so that the second write meets readers who are about to keep the first; then it mostly
 * rests for longer than a near hit may be old, so that nobody is saved by the next write.
 */
final class NearWriter implements NearServers.Writer {
  private static final long BETWEEN_TWO_MICROS = 15_000;
  private static final long BETWEEN_PAIRS_MICROS = 10_000;
  private static final long PATIENCE_MILLIS = 60_000;

  private final Subject subject;
  private final Database database;
  private final AcknowledgedVersions acks;
  private final SplittableRandom random;
  private final Thread thread = new Thread(this::run, "near-writer");
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean over;
  private volatile long writes;
  private volatile long errors;

  NearWriter(Subject subject, Database database, AcknowledgedVersions acks, long seed) {
    this.subject = subject;
    this.database = database;
    this.acks = acks;
    this.random = new SplittableRandom(seed);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      turn.lock();
      try {
        int key = random.nextInt(acks.keys());
        write(key);
        Stalls.sleepMicros(random.nextLong(BETWEEN_TWO_MICROS));
        write(key);
      } finally {
        turn.unlock();
      }
      Stalls.sleepMicros(random.nextLong(BETWEEN_PAIRS_MICROS));
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // whoever writes has the turn
  private void write(int key) {
    try {
      acks.add(key, subject.write(key), System.nanoTime());
      writes++;
    } catch (Exception e) { // never acknowledged, so nobody is judged by it
      errors++;
    }
  }

  @Override
  public void pause() {
    turn.lock();
  }

  @Override
  public void goOn() {
    turn.unlock();
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // whoever writes has the turn
  public void changeAll(Runnable invalidation) throws Exception {
    long[] versions = new long[acks.keys()];
    for (int key = 0; key < versions.length; key++) {
      versions[key] = database.write(key, Database.BeforeCommit.NOTHING);
    }
    invalidation.run();
    long now = System.nanoTime();
    for (int key = 0; key < versions.length; key++) {
      acks.add(key, versions[key], now);
      writes++;
    }
  }

  /** No write is under way when this returns, and none will be. */
  void stop() throws InterruptedException {
    over = true;
    if (turn.isHeldByCurrentThread()) {
      turn.unlock();
    }
    thread.join(PATIENCE_MILLIS);
    if (thread.isAlive()) {
      throw new IllegalStateException("a write hangs");
    }
  }

  long writes() {
    return writes;
  }

  long errors() {
    return errors;
  }
}
