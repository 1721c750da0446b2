package io.github.cacheaside.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subject under readers, writers and faults, in rounds: some seconds of traffic, then rest,
 * then every JVM reads every key.
 */
final class Traffic {
  private static final int HOT = 32;
  private static final int KEYS = 65_536;
  private static final int READERS = 4;
  private static final Duration ROUND = Duration.ofSeconds(4);
  private static final Duration LEASE = Duration.ofMillis(60);
  private static final Duration REST = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How a JVM takes part. */
  record Role(int writers, List<String> wrapper) {
    static final Role MIXED = new Role(2, List.of());
    static final Role READER = new Role(0, List.of());
  }

  private final String subject;
  private final Experiment.Plan plan;
  private final Rig rig;
  private final Faults faults;
  private final List<WorkerProcess> active = new ArrayList<>();
  private @Nullable WorkerProcess mortal;
  private int round;

  Traffic(String subject, Experiment.Plan plan, Rig rig, Faults faults) {
    this.subject = subject;
    this.plan = plan;
    this.rig = rig;
    this.faults = faults;
  }

  static Rig rig() throws Exception {
    return new Rig(KEYS);
  }

  /** Runs rounds until the time is over; the last role's JVM may be killed and is replaced. */
  void run(List<Role> roles, Duration time) throws Exception {
    for (Role role : roles) {
      active.add(start(role));
    }
    for (WorkerProcess worker : active) {
      worker.awaitReady();
    }
    for (Duration left = time; left.toMillis() > 0; left = left.minus(ROUND)) {
      replaceMortal(roles.get(roles.size() - 1));
      oneRound(left.compareTo(ROUND) < 0 ? left : ROUND);
    }
  }

  private WorkerProcess start(Role role) throws IOException {
    return rig.add(
        rig.setup()
            .with("job", Jobs.TRAFFIC)
            .with("subject", subject)
            .with("hot", HOT)
            .with("readers", READERS)
            .with("writers", role.writers())
            .with("writer-pause-micros", 6_000)
            .with("lease-millis", LEASE.toMillis())
            .with("seed", (int) plan.seed() * 100 + rig.workers().size()),
        role.wrapper());
  }

  private void oneRound(Duration time) throws Exception {
    round++;
    long end = System.nanoTime() + time.toNanos();
    active.forEach(worker -> worker.send("run " + time.toMillis()));
    faults.runUntil(end);
    for (WorkerProcess worker : active) {
      String answer = worker.answer(PATIENCE);
      if (worker != mortal && !"ran".equals(answer)) {
        throw new IllegalStateException("a worker of " + subject + " answers " + answer);
      }
    }
    Stalls.sleepMillis(REST.toMillis());
    rig.publishCommitted();
    for (WorkerProcess worker : active) {
      if (worker != mortal) {
        worker.ask("check", PATIENCE);
      }
    }
  }

  /** Kills the last JVM, which only reads; harm for every third round. */
  void killReader() throws InterruptedException {
    if (mortal == null && round % 3 == 2) {
      mortal = active.get(active.size() - 1);
      mortal.kill();
    }
  }

  /** Stops a JVM for longer than leases last. */
  void stopOne() throws Exception {
    WorkerProcess worker = active.get(faults.random().nextInt(active.size()));
    worker.pause();
    Stalls.sleepMillis(faults.random().nextLong(20, 4 * LEASE.toMillis()));
    worker.resume();
  }

  private void replaceMortal(Role role) throws Exception {
    if (mortal != null) {
      active.remove(mortal);
      WorkerProcess next = start(role);
      next.awaitReady();
      active.add(next);
      mortal = null;
    }
  }

  /** The figures that every experiment with traffic reports. */
  Result report(String experiment) {
    Board board = rig.board();
    Result result = new Result(experiment, subject);
    for (Count count :
        List.of(
            Count.READS,
            Count.WRITES,
            Count.LOADS,
            Count.ABSENT_READS,
            Count.OWN_READS,
            Count.STALE_AFTER_ACK,
            Count.STALE_AFTER_COMMIT,
            Count.STALE_ABSENT,
            Count.STALE_OWN,
            Count.CHECKED,
            Count.PERMANENT_STALE,
            Count.READ_ERRORS,
            Count.WRITE_ERRORS,
            Count.WRITE_RETRIES)) {
      result.with(count.name().toLowerCase(java.util.Locale.ROOT), board.total(count));
    }
    return result.with("faults", faults.done());
  }
}
