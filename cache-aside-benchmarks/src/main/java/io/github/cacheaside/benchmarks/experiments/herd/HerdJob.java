package io.github.cacheaside.benchmarks.experiments.herd;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.workers.Worker;
import io.github.cacheaside.benchmarks.workers.WorkerSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Many callers of one key. Answers with latencies in microseconds. */
public final class HerdJob implements Worker.Job {
  /** Where the shared memory holds the moment at which the last load began. */
  static final int LOAD_BEGAN = 0;

  static final long KEY = 0;
  private static final long WARM_KEY = 1;

  private final SharedMemory shared;
  private final int slot;
  private final int callers;
  private final long loadMillis;
  private final ExecutorService threads;
  private final Subject subject;

  public HerdJob(WorkerSetup setup, Consumer<String> answers) throws Exception {
    this.shared = SharedMemory.open(setup.path("board"), setup.number("keys"));
    this.slot = setup.number("slot");
    this.callers = setup.number("callers");
    this.loadMillis = setup.number("load-millis");
    this.threads = Executors.newFixedThreadPool(callers);
    Database database = new SleepyDatabase();
    this.subject =
        Subjects.open(
            setup.text("subject"),
            new Subject.Environment(
                setup.text("redis"),
                database,
                () -> Duration.ofMillis(setup.number("ttl-millis")),
                Duration.ofMillis(setup.number("lease-millis")),
                Duration.ofSeconds(1),
                new Writes(database, 0, what -> shared.count(slot, what, 1))));
  }

  @Override
  public String obey(List<String> words) throws Exception {
    return switch (words.get(0)) {
      case "warm" -> all(callers, this::warm);
      case "go" -> {
        long start = Long.parseLong(words.get(1));
        yield all(Integer.parseInt(words.get(2)), () -> once(start));
      }
      case "loop" -> {
        long end = Long.parseLong(words.get(1));
        int think = Integer.parseInt(words.get(2));
        yield all(callers, () -> loop(end, think));
      }
      case "get" -> Long.toString(subject.get(KEY));
      default -> throw new IllegalArgumentException("no such command: " + words);
    };
  }

  private String all(int count, java.util.concurrent.Callable<List<Long>> caller)
      throws InterruptedException, ExecutionException {
    List<Future<List<Long>>> pending = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pending.add(threads.submit(caller));
    }
    StringJoiner answer = new StringJoiner(",");
    for (Future<List<Long>> future : pending) {
      future.get().forEach(latency -> answer.add(Long.toString(latency)));
    }
    return "latencies " + answer;
  }

  private List<Long> warm() throws Exception {
    for (int i = 0; i < 30; i++) {
      subject.get(WARM_KEY);
    }
    return List.of();
  }

  private List<Long> once(long start) throws Exception {
    Stalls.sleepUntil(start);
    long began = System.nanoTime();
    long unused = subject.get(KEY);
    return List.of((System.nanoTime() - began) / 1_000);
  }

  /** Keeps the latency of calls that met a load. */
  private List<Long> loop(long end, int thinkMillis) throws Exception {
    List<Long> latencies = new ArrayList<>();
    while (System.nanoTime() - end < 0) {
      Stalls.sleepMicros(ThreadLocalRandom.current().nextLong(1_000L * thinkMillis));
      long loads = shared.total(Count.LOADS);
      boolean loading = shared.loading() > 0;
      long began = System.nanoTime();
      long unused = subject.get(KEY);
      long latency = (System.nanoTime() - began) / 1_000;
      if (loading || shared.total(Count.LOADS) != loads) {
        latencies.add(latency);
      }
    }
    return latencies;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    subject.close();
  }

  /** Takes a fixed time for a read, like a query that is slow. */
  private final class SleepyDatabase implements Database {
    @Override
    public @Nullable Row read(long key) {
      long version = shared.version() + 1;
      if (key == KEY) {
        shared.mark(LOAD_BEGAN, System.nanoTime());
        shared.loading(1);
        shared.count(slot, Count.LOADS, 1);
        Stalls.sleepMillis(loadMillis);
        shared.loading(-1);
      }
      return Row.of(key, version);
    }

    @Override
    public long write(long key, BeforeCommit beforeCommit) {
      throw new UnsupportedOperationException("nobody writes here");
    }

    @Override
    public void close() {}
  }
}
