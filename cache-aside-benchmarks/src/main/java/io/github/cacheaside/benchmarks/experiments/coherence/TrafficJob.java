package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Oracle;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.workers.Worker;
import io.github.cacheaside.benchmarks.workers.WorkerSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Readers and writers on few keys.
 *
 * <p>Keys from 0 are hot, the next ones rarely read. All after them are fresh: each is read as an
 * absent row until a writer inserts it. Half of the writes go to keys that stalled readers are
 * loading, which is where the races are.
 */
public class TrafficJob implements Worker.Job {
  private static final int WINDOW = 8;
  private static final Duration HANGS = Duration.ofSeconds(30);

  private final SharedMemory shared;
  private final int slot;
  private final int hot;
  private final int rare;
  private final int readers;
  private final int writers;
  private final int writerPause;
  private final SplittableRandom random;
  private final Oracle oracle;
  private final Database database;
  private final Subject subject;

  public TrafficJob(WorkerSetup setup, Consumer<String> answers) throws Exception {
    this(setup, Subjects::open);
  }

  /** With subjects of another kind, by their names. */
  protected TrafficJob(WorkerSetup setup, BiFunction<String, Subject.Environment, Subject> subjects)
      throws Exception {
    this.shared = SharedMemory.open(setup.path("board"), setup.number("keys"));
    this.slot = setup.number("slot");
    this.hot = setup.number("hot");
    this.rare = setup.number("rare");
    this.readers = setup.number("readers");
    this.writers = setup.number("writers");
    this.writerPause = setup.number("writer-pause-micros");
    this.random = new SplittableRandom(setup.longNumber("seed"));
    this.oracle = new Oracle(shared, slot);
    this.database = new SqlDatabase(setup.sql(), readers + writers + 1, new Witness(shared, slot));
    SplittableRandom dice = random.split();
    Consumer<Count> count = what -> shared.count(slot, what, 1);
    this.subject =
        subjects.apply(
            setup.text("subject"),
            new Subject.Environment(
                setup.text("redis"),
                database,
                () -> ttl(dice),
                Duration.ofMillis(setup.number("lease-millis")),
                Duration.ofMillis(setup.number("intent-millis")),
                new Writes(database, setup.number("abandoned-percent"), count)));
  }

  /** Most values live as long as the experiment; some expire under way. */
  private static Duration ttl(SplittableRandom dice) {
    synchronized (dice) {
      return dice.nextInt(10) == 0
          ? Duration.ofMillis(dice.nextInt(20, 500))
          : Duration.ofMinutes(10);
    }
  }

  @Override
  public String obey(List<String> words) throws Exception {
    return switch (words.get(0)) {
      case "run" -> run(Duration.ofMillis(Long.parseLong(words.get(1))));
      case "check" -> check();
      case "clock" -> Long.toString(System.currentTimeMillis());
      default -> throw new IllegalArgumentException("no such command: " + words);
    };
  }

  private String run(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      SplittableRandom dice = random.split();
      threads.add(new Thread(() -> readUntil(end, dice), "reader-" + i));
    }
    for (int i = 0; i < writers; i++) {
      SplittableRandom dice = random.split();
      threads.add(new Thread(() -> writeUntil(end, dice), "writer-" + i));
    }
    threads.forEach(thread -> thread.setDaemon(true));
    threads.forEach(Thread::start);
    long patience = end + HANGS.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (patience - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        return "hangs " + thread.getName();
      }
    }
    return "ran";
  }

  private void readUntil(long end, SplittableRandom dice) {
    while (System.nanoTime() - end < 0) {
      read(keyToRead(dice), 0);
    }
  }

  private int keyToRead(SplittableRandom dice) {
    int choice = dice.nextInt(16);
    if (choice < 2) {
      return freshKey(dice);
    }
    return choice == 2 ? hot + dice.nextInt(rare) : dice.nextInt(hot);
  }

  private int keyToWrite(SplittableRandom dice) {
    int choice = dice.nextInt(16);
    if (choice == 0 && fresh() + WINDOW < shared.keys()) {
      return hot + rare + shared.takeFresh();
    }
    int hinted = shared.hinted(dice.nextBoolean() ? 0 : dice.nextInt(8));
    if (choice < 8 && hinted >= 0) {
      return hinted;
    }
    return choice < 10 ? hot + dice.nextInt(rare) : dice.nextInt(hot);
  }

  private void read(int key, long ownVersion) {
    Oracle.Bound bound = oracle.before(key);
    long version;
    try {
      version = subject.get(key);
    } catch (Exception e) {
      failed(Count.READ_ERRORS, e);
      return;
    }
    oracle.read(bound, version);
    if (ownVersion > 0) {
      oracle.ownRead(ownVersion, version);
    }
  }

  private void writeUntil(long end, SplittableRandom dice) {
    while (System.nanoTime() - end < 0) {
      int key = keyToWrite(dice);
      try {
        long version = subject.write(key);
        oracle.acked(key, version);
        if (dice.nextBoolean()) {
          read(key, version);
        }
      } catch (Writes.Abandoned e) {
        shared.count(slot, Count.ABANDONED, 1);
      } catch (Writes.RolledBack e) {
        shared.count(slot, Count.ROLLED_BACK, 1);
      } catch (Exception e) {
        failed(Count.WRITE_ERRORS, e);
      }
      Stalls.sleepMicros(dice.nextLong(2L * writerPause));
    }
  }

  /** A key that was inserted a moment ago or will be in a moment. */
  private int freshKey(SplittableRandom dice) {
    int key = fresh() - WINDOW + dice.nextInt(2 * WINDOW);
    return Math.max(hot + rare, Math.min(shared.keys() - 1, key));
  }

  /** The first key that nobody has written. */
  private int fresh() {
    return hot + rare + shared.fresh();
  }

  private String check() throws Exception {
    int end = fresh();
    for (int key = 0; key < end; key++) {
      if (key < hot + rare || key > end - 64) {
        oracle.atRest(key, subject.get(key));
      }
    }
    return "checked";
  }

  private void failed(Count what, Exception e) {
    shared.count(slot, what, 1);
    if (shared.total(what) <= 3) {
      e.printStackTrace();
    }
    Stalls.sleepMillis(5);
  }

  @Override
  public void close() {
    subject.close();
    database.close();
  }

  /** Publishes what the database says, also for writers that are killed before they can. */
  private record Witness(SharedMemory shared, int slot) implements SqlDatabase.Witness {
    @Override
    public void loaded(long key, long version) {
      shared.count(slot, Count.LOADS, 1);
      shared.publishCommitted((int) key, version);
    }

    @Override
    public void committed(long key, long version) {
      shared.publishCommitted((int) key, version);
    }

    @Override
    public void stall(long key, long version) {
      Stalls.maybe(() -> shared.hint((int) key), () -> shared.committed((int) key) > version);
    }
  }
}
