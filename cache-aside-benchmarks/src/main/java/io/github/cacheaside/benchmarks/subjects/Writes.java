package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** How all subjects write the database, some crashes and rollbacks included. */
public final class Writes {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** The transaction was committed and its writer does nothing after it, as if it had crashed. */
  public static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The transaction was rolled back. */
  public static final class RolledBack extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The transaction was committed, the invalidation failed, and the caller has been told so. */
  public static final class NotInvalidated extends IllegalStateException {
    private static final long serialVersionUID = 1;

    NotInvalidated(Throwable cause) {
      super("the invalidation keeps failing", cause);
    }
  }

  private final Database database;
  private final int abandonedPercent;
  private final Consumer<Count> counter;
  private final Runnable afterCommit;
  private final Duration patience;

  /**
   * Makes a way to write that now and then stalls after the commit.
   *
   * @param abandonedPercent how many writes are abandoned, and as many rolled back
   */
  public Writes(Database database, int abandonedPercent, Consumer<Count> counter) {
    this(database, abandonedPercent, counter, Stalls::afterCommit, PATIENCE);
  }

  private Writes(
      Database database,
      int abandonedPercent,
      Consumer<Count> counter,
      Runnable afterCommit,
      Duration patience) {
    this.database = database;
    this.abandonedPercent = abandonedPercent;
    this.counter = counter;
    this.afterCommit = afterCommit;
    this.patience = patience;
  }

  /** Nothing goes wrong on purpose and nobody stalls: for measurements of speed. */
  public static Writes prompt(Database database, Consumer<Count> counter) {
    return new Writes(database, 0, counter, () -> {}, PATIENCE);
  }

  /** Invalidates once, as most callers do: who is told that it failed goes on. */
  public static Writes once(Database database) {
    return new Writes(database, 0, count -> {}, () -> {}, Duration.ZERO);
  }

  /** Writes, commits and returns the version, unless this write is chosen to go wrong. */
  public long commit(long key) throws SQLException {
    int dice = ThreadLocalRandom.current().nextInt(100);
    if (dice >= 100 - abandonedPercent) {
      return database.write(
          key,
          () -> {
            throw new RolledBack();
          });
    }
    long version = database.write(key, Database.BeforeCommit.NOTHING);
    if (dice < abandonedPercent) {
      throw new Abandoned();
    }
    afterCommit.run();
    return version;
  }

  /**
   * Repeats an invalidation until it succeeds: who has committed must not go on before. The same
   * for all subjects.
   *
   * @throws NotInvalidated if it still fails after 20 seconds; after {@link #once}, if it fails
   */
  void untilDone(Runnable invalidation) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        invalidation.run();
        return;
      } catch (RuntimeException e) {
        if (System.nanoTime() - end >= 0) {
          throw new NotInvalidated(e);
        }
        retried();
      }
    }
  }

  /** Counts a step that failed, and lets some time pass before the next try. */
  public void retried() {
    counter.accept(Count.WRITE_RETRIES);
    Stalls.sleepMillis(PAUSE.toMillis());
  }

  void fenceLost() {
    counter.accept(Count.FENCE_LOST);
  }
}
