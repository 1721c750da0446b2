package io.github.cacheaside.benchmarks.experiments.outage;

import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.benchmarks.load.CallTally;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.load.WriteLedger;
import io.github.cacheaside.benchmarks.servers.BusyDatabase;
import io.github.cacheaside.benchmarks.servers.HarmedServers;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One subject and one outage of a Redis of its own, under load. */
final class OutageRun {
  private static final int KEYS = 1_200;
  private static final int QUIET = 200;
  private static final int NODES = 2;

  /** Of 32 readers each asks 100 times a second, if it gets its answers. */
  private static final Callers.Shape SHAPE =
      new Callers.Shape(16, 2, 200, KEYS - QUIET, 10_000, 20_000);

  private static final Duration LOAD = Duration.ofMillis(5);
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration AFTER = Duration.ofSeconds(5);

  /**
   * What was found.
   *
   * @param windowMillis how long after the return of Redis the last stale read was; 0 without one
   * @param givenUp how many invalidations the library has given up
   */
  record Found(CallTally tally, int mostLoads, long windowMillis, long givenUp) {}

  private final HarmedServers servers;
  private final Callers callers;
  private final OutageFault fault;

  private OutageRun(HarmedServers servers, Callers callers, OutageFault fault) {
    this.servers = servers;
    this.callers = callers;
    this.fault = fault;
  }

  static Found run(String subject, OutageFault fault, Duration length, long seed) throws Exception {
    try (HarmedServers servers = new HarmedServers(0);
        Callers callers = callers(subject, servers, seed)) {
      return new OutageRun(servers, callers, fault).run(length);
    }
  }

  private static Callers callers(String subject, HarmedServers servers, long seed)
      throws Exception {
    WriteLedger ledger = new WriteLedger(KEYS);
    int threads = NODES * (SHAPE.readers() + SHAPE.writers());
    BusyDatabase database = new BusyDatabase(servers.schema(KEYS), threads, ledger, LOAD, false);
    OutageSubjects.Shared shared =
        new OutageSubjects.Shared(database, OriginLimiter.of(OutageSubjects.PLACES), () -> TTL);
    List<Subject> nodes = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      nodes.add(OutageSubjects.open(subject, servers.redis().uri(), shared));
    }
    return new Callers(SHAPE, ledger, database, nodes, seed);
  }

  private Found run(Duration length) throws Exception {
    warmUp();
    callers.start();
    if (fault == OutageFault.RESTORED) {
      save();
    }
    Stalls.sleepMillis(BEFORE.toMillis());
    harm(length);
    long back = System.nanoTime();
    Stalls.sleepMillis(AFTER.toMillis());
    callers.stop();
    new CheckAtRest(servers.redis().uri(), callers).check();
    CallTally tally = callers.tally();
    long window = tally.stale.sum() == 0 ? 0 : Math.max(0, tally.lastStale.get() - back);
    return new Found(
        tally,
        callers.database().mostLoads(),
        (long) Math.ceil(window / 1e6),
        CheckAtRest.givenUp(callers));
  }

  /** Everything is cached, the keys too that nobody reads later. */
  private void warmUp() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(OutageSubjects.PLACES);
    try {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        int key = i;
        reads.add(threads.submit(() -> callers.nodes().get(0).get(key)));
      }
      for (Future<?> read : reads) {
        Object unused = read.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void save() {
    try (RedisClient client = RedisClient.create(servers.redis().uri());
        var connection = client.connect()) {
      String unused = connection.sync().save();
    }
  }

  private void harm(Duration length) {
    RedisServer redis = servers.redis();
    if (fault == OutageFault.FROZEN) {
      redis.pause();
    } else {
      redis.kill();
    }
    try {
      Stalls.sleepMillis(length.toMillis());
    } finally {
      if (fault == OutageFault.FROZEN) {
        redis.resume();
      } else {
        redis.restart();
      }
    }
  }
}
