package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import io.github.cacheaside.benchmarks.subjects.FencedSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.workers.Worker;
import io.github.cacheaside.benchmarks.workers.WorkerSetup;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A worker that writes one key, and says when it can be stopped in the middle of that. */
public final class StoppedJob implements Worker.Job {
  static final String INSIDE = "inside";

  private static final int KEY = 60_000;
  private static final long TIME_TO_BE_STOPPED = 150;

  private final SqlDatabase database;
  private final FencedSubject subject;
  private final Consumer<String> answers;
  private volatile boolean beforeCommit;

  public StoppedJob(WorkerSetup setup, Consumer<String> answers) throws Exception {
    this.answers = answers;
    SharedMemory shared = SharedMemory.open(setup.path("board"), setup.number("keys"));
    int slot = setup.number("slot");
    this.database = new SqlDatabase(setup.sql(), 2, SqlDatabase.Witness.NONE);
    Database slow = new SlowDatabase();
    this.subject =
        new FencedSubject(
            new Subject.Environment(
                setup.text("redis"),
                slow,
                () -> Duration.ofMinutes(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(setup.number("intent-millis")),
                new Writes(slow, 0, what -> shared.count(slot, what, 1))));
  }

  @Override
  public String obey(List<String> words) throws Exception {
    switch (words.get(0)) {
      case "before", "after" -> {
        beforeCommit = words.get(0).equals("before");
        return Long.toString(subject.write(KEY));
      }
      case "get" -> {
        return Long.toString(subject.get(KEY));
      }
      default -> throw new IllegalArgumentException("no such command: " + words);
    }
  }

  @Override
  public void close() {
    subject.close();
    database.close();
  }

  private void waitToBeStopped() {
    answers.accept(INSIDE);
    Stalls.sleepMillis(TIME_TO_BE_STOPPED);
  }

  /** Dawdles before or after COMMIT. */
  private final class SlowDatabase implements Database {
    @Override
    public @Nullable Row read(long key) throws SQLException {
      return database.read(key);
    }

    @Override
    public long write(long key, BeforeCommit hook) throws SQLException {
      if (beforeCommit) {
        return database.write(key, StoppedJob.this::waitToBeStopped);
      }
      long version = database.write(key, hook);
      waitToBeStopped();
      return version;
    }

    @Override
    public void close() {}
  }
}
