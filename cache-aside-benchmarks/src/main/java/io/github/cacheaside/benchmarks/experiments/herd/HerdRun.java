package io.github.cacheaside.benchmarks.experiments.herd;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Latencies;
import io.github.cacheaside.benchmarks.load.SharedMemory;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.workers.TestBed;
import io.github.cacheaside.benchmarks.workers.WorkerProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One subject, and many callers of one key in many JVMs. */
public final class HerdRun implements AutoCloseable {
  static final int JVMS = 8;
  static final int CALLERS = 64;
  public static final long LOAD_MILLIS = 30;

  /** So many wait for a load in another JVM where the cost of waiting is judged (G7). */
  static final int WAITERS = 63;

  private static final int WAIT_ROUNDS = 40;

  /** Time for the one who loads to get the lease. */
  private static final Duration HEAD_START = Duration.ofMillis(4);

  private static final int KEYS = 8;
  private static final int COLD_ROUNDS = 20;
  private static final int WARM_UP_ROUNDS = 40;
  private static final int THINK_MILLIS = 300;
  private static final Duration TTL = Duration.ofSeconds(1);
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final TestBed testBed;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> redis;
  private final String subject;
  private final List<WorkerProcess> workers = new ArrayList<>();

  HerdRun(String subject) throws Exception {
    this.subject = subject;
    this.testBed = new TestBed(KEYS);
    this.client = RedisClient.create(testBed.redis().uri());
    this.redis = client.connect();
  }

  /** Callers that all come at once to an empty cache, some times. */
  void cold(Result result) throws Exception {
    startAll();
    // else it is the JVMs' compilers that are measured
    Latencies unused = rounds(WARM_UP_ROUNDS);
    long before = testBed.shared().total(Count.LOADS);
    Latencies latencies = rounds(COLD_ROUNDS);
    long loads = testBed.shared().total(Count.LOADS) - before;
    result
        .with("cold_rounds", COLD_ROUNDS)
        .with("cold_loads", loads)
        .with("loads_per_cold", loads / (double) COLD_ROUNDS)
        .with("cold_p50_ms", latencies.millis(0.5))
        .with("cold_p99_ms", latencies.millis(0.99));
  }

  private Latencies rounds(int count) throws InterruptedException {
    Latencies latencies = new Latencies();
    for (int round = 0; round < count; round++) {
      redis.sync().flushall();
      askAll(
          "go " + (System.nanoTime() + Duration.ofMillis(200).toNanos()) + " " + CALLERS,
          latencies);
    }
    return latencies;
  }

  /** Callers that come to a load that has just begun in another JVM. */
  void waiting(Result result) throws InterruptedException {
    Latencies latencies = new Latencies();
    for (int round = 0; round < WAIT_ROUNDS; round++) {
      redis.sync().flushall();
      long start = System.nanoTime() + Duration.ofMillis(200).toNanos();
      workers.get(0).send("go " + start + " 1");
      for (int i = 1; i < JVMS; i++) {
        workers.get(i).send("go " + (start + HEAD_START.toNanos()) + " " + WAITERS / (JVMS - 1));
      }
      collect(new Latencies(), workers.subList(0, 1));
      collect(latencies, workers.subList(1, JVMS));
    }
    result
        .with("wait_rounds", WAIT_ROUNDS)
        .with("wait_p50_ms", latencies.millis(0.5))
        .with("wait_p99_ms", latencies.millis(0.99));
  }

  /** Callers that come all the time to a key that expires every second. */
  void expiring(Result result, int seconds) throws Exception {
    Latencies latencies = new Latencies();
    redis.sync().flushall();
    long expired = expired();
    long before = testBed.shared().total(Count.LOADS);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    askAll("loop " + end + " " + THINK_MILLIS, latencies);
    // so that no expiry is left without a load
    String unused = workers.get(0).ask("get", PATIENCE);
    long expiries = expired() - expired + 1;
    long loads = testBed.shared().total(Count.LOADS) - before;
    result
        .with("expiries", expiries)
        .with("loads", loads)
        .with("loads_per_expiry", loads / (double) expiries)
        .with("waiters", latencies.size())
        .with("p50_ms", latencies.millis(0.5))
        .with("p99_ms", latencies.millis(0.99));
  }

  private void startAll() throws Exception {
    for (int i = 0; i < JVMS; i++) {
      workers.add(start(CALLERS, LOAD_MILLIS, TTL, LEASE));
    }
    for (WorkerProcess worker : workers) {
      worker.awaitReady();
    }
    for (WorkerProcess worker : workers) {
      String unused = worker.ask("warm", PATIENCE);
    }
  }

  /** Starts one more JVM. */
  WorkerProcess start(int callers, long loadMillis, Duration ttl, Duration lease) throws Exception {
    return testBed.add(
        testBed
            .setup()
            .with("job", HerdJob.class.getName())
            .with("subject", subject)
            .with("callers", callers)
            .with("load-millis", loadMillis)
            .with("ttl-millis", ttl.toMillis())
            .with("lease-millis", lease.toMillis()),
        List.of());
  }

  private void askAll(String command, Latencies latencies) throws InterruptedException {
    workers.forEach(worker -> worker.send(command));
    collect(latencies, workers);
  }

  private void collect(Latencies latencies, List<WorkerProcess> from) throws InterruptedException {
    for (WorkerProcess worker : from) {
      String answer = worker.answer(PATIENCE);
      if (answer == null) {
        throw new IllegalStateException("a worker of " + subject + " does not answer");
      }
      latencies.add(answer);
    }
  }

  private long expired() {
    return Long.parseLong(
        redis.sync().info("stats").replaceAll("(?s).*expired_keys:(\\d+).*", "$1"));
  }

  SharedMemory shared() {
    return testBed.shared();
  }

  StatefulRedisConnection<String, String> redis() {
    return redis;
  }

  @Override
  public void close() throws java.io.IOException {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    testBed.close();
  }
}
