package io.github.cacheaside.benchmarks.experiments.coherence;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.RedisFaults;
import io.github.cacheaside.benchmarks.workers.FakeTime;
import io.github.cacheaside.benchmarks.workers.ReplacedWorker;
import io.github.cacheaside.benchmarks.workers.TestBed;
import io.github.cacheaside.benchmarks.workers.WorkerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One subject under readers, writers and faults, in rounds: some seconds of traffic, then rest,
 * then every JVM reads every key.
 */
public final class TrafficRun {
  private static final int KEYS = 65_536;
  private static final Duration ROUND = Duration.ofSeconds(4);
  private static final Duration LEASE = Duration.ofMillis(60);
  private static final Duration MARGIN = Duration.ofMillis(400);

  /**
   * How a JVM takes part.
   *
   * @param hoursAhead by how much its clock is wrong
   */
  public record Role(int readers, int writers, int hoursAhead) {
    public static final Role MIXED = new Role(4, 2, 0);
    public static final Role READER = new Role(4, 0, 0);
    public static final Role WRITER = new Role(0, 3, 0);
  }

  /**
   * What the traffic is like.
   *
   * @param hot how many keys are read and written often
   * @param rare how many are read rarely
   * @param intent how long the mark of a write lasts
   * @param abandonedPercent how many writes end as in a crash after COMMIT
   */
  public record Shape(int hot, int rare, Duration intent, int abandonedPercent) {}

  private final String subject;
  private final Experiment.Plan plan;
  private final Shape shape;
  private final TestBed testBed;
  private final RedisFaults faults;
  private final List<ReplacedWorker> workers = new ArrayList<>();
  private Class<? extends TrafficJob> job = TrafficJob.class;
  private int kills;

  public TrafficRun(
      String subject, Experiment.Plan plan, Shape shape, TestBed testBed, RedisFaults faults) {
    this.subject = subject;
    this.plan = plan;
    this.shape = shape;
    this.testBed = testBed;
    this.faults = faults;
  }

  /** Sets what the JVMs do; by default it is {@link TrafficJob}. */
  public TrafficRun with(Class<? extends TrafficJob> jobOfWorkers) {
    this.job = jobOfWorkers;
    return this;
  }

  public static TestBed testBed() throws Exception {
    return new TestBed(KEYS);
  }

  /** Runs rounds until the time is over. */
  public void run(List<Role> roles, Duration time) throws Exception {
    for (Role role : roles) {
      workers.add(new ReplacedWorker(() -> start(role)));
    }
    for (ReplacedWorker worker : workers) {
      worker.awaitReady();
    }
    for (Role role : roles) {
      workers.get(roles.indexOf(role)).checkClock(role.hoursAhead());
    }
    for (Duration left = time; left.toMillis() > 0; left = left.minus(ROUND)) {
      oneRound(left.compareTo(ROUND) < 0 ? left : ROUND);
    }
  }

  private WorkerProcess start(Role role) throws java.io.IOException {
    return testBed.add(
        testBed
            .setup()
            .with("job", job.getName())
            .with("subject", subject)
            .with("hot", shape.hot())
            .with("rare", shape.rare())
            .with("readers", role.readers())
            .with("writers", role.writers())
            .with("writer-pause-micros", 6_000)
            .with("lease-millis", LEASE.toMillis())
            .with("intent-millis", shape.intent().toMillis())
            .with("abandoned-percent", shape.abandonedPercent())
            .with("seed", plan.seed() * 1_000 + testBed.started()),
        role.hoursAhead() == 0 ? List.of() : FakeTime.wrapper(role.hoursAhead()));
  }

  private void oneRound(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    workers.forEach(worker -> worker.run(end));
    faults.runUntil(end);
    for (ReplacedWorker worker : workers) {
      worker.awaitRan();
    }
    // until the marks of abandoned writes have expired
    Stalls.sleepMillis(shape.intent().plus(MARGIN).toMillis());
    testBed.publishCommitted();
    for (ReplacedWorker worker : workers) {
      worker.check();
    }
  }

  /** Kills one of the last JVMs. */
  public void killAmongLast(int count) throws InterruptedException {
    if (workers.get(workers.size() - 1 - faults.random().nextInt(count)).kill()) {
      kills++;
    }
  }

  public int kills() {
    return kills;
  }

  /** Stops one of the first JVMs, mostly for longer than leases last. */
  public void stopAmongFirst(int count) throws Exception {
    workers
        .get(faults.random().nextInt(count))
        .stopFor(faults.random().nextLong(20, 4 * LEASE.toMillis()));
  }

  /** The figures that every experiment with traffic reports. */
  public Result report(String experiment) {
    Result result = new Result(experiment, subject);
    for (Count count : Count.values()) {
      result.with(count.name().toLowerCase(Locale.ROOT), testBed.shared().total(count));
    }
    return result.with("kills", kills).with("faults", faults.done());
  }
}
