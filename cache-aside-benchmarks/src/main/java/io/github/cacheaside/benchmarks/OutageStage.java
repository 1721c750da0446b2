package io.github.cacheaside.benchmarks;

import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One subject and one outage of a Redis of its own, under load. */
final class OutageStage {
  private static final int KEYS = 1_200;
  private static final int QUIET = 200;
  private static final int NODES = 2;

  /** Of 32 readers each asks 100 times a second, if it gets its answers. */
  private static final Team.Shape SHAPE = new Team.Shape(16, 2, 200, KEYS - QUIET, 10_000, 20_000);

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
  record Found(Tally tally, int mostLoads, long windowMillis, long givenUp) {}

  private final Ground ground;
  private final Team team;
  private final OutageFault fault;

  private OutageStage(Ground ground, Team team, OutageFault fault) {
    this.ground = ground;
    this.team = team;
    this.fault = fault;
  }

  static Found run(String subject, OutageFault fault, Duration length, long seed) throws Exception {
    try (Ground ground = new Ground(0);
        Team team = team(subject, ground, seed)) {
      return new OutageStage(ground, team, fault).run(length);
    }
  }

  private static Team team(String subject, Ground ground, long seed) throws Exception {
    Ledger ledger = new Ledger(KEYS);
    int threads = NODES * (SHAPE.readers() + SHAPE.writers());
    BusyDatabase database = new BusyDatabase(ground.schema(KEYS), threads, ledger, LOAD, false);
    OutageSubjects.Shared shared =
        new OutageSubjects.Shared(database, OriginLimiter.of(OutageSubjects.PLACES), () -> TTL);
    List<Subject> nodes = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      nodes.add(OutageSubjects.open(subject, ground.redis().uri(), shared));
    }
    return new Team(SHAPE, ledger, database, nodes, seed);
  }

  private Found run(Duration length) throws Exception {
    warmUp();
    team.start();
    if (fault == OutageFault.RESTORED) {
      save();
    }
    Stalls.sleepMillis(BEFORE.toMillis());
    harm(length);
    long back = System.nanoTime();
    Stalls.sleepMillis(AFTER.toMillis());
    team.stop();
    new Rest(ground.redis().uri(), team).check();
    Tally tally = team.tally();
    long window = tally.stale.sum() == 0 ? 0 : Math.max(0, tally.lastStale.get() - back);
    return new Found(
        tally, team.database().mostLoads(), (long) Math.ceil(window / 1e6), Rest.givenUp(team));
  }

  /** Everything is cached, the keys too that nobody reads later. */
  private void warmUp() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(OutageSubjects.PLACES);
    try {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        int key = i;
        reads.add(threads.submit(() -> team.nodes().get(0).get(key)));
      }
      for (Future<?> read : reads) {
        Object unused = read.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void save() {
    try (RedisClient client = RedisClient.create(ground.redis().uri());
        var connection = client.connect()) {
      String unused = connection.sync().save();
    }
  }

  private void harm(Duration length) {
    RedisServer redis = ground.redis();
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
