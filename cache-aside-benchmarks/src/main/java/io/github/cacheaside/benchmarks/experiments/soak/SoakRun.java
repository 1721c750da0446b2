package io.github.cacheaside.benchmarks.experiments.soak;

import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.benchmarks.experiments.outage.Callers;
import io.github.cacheaside.benchmarks.experiments.outage.CheckAtRest;
import io.github.cacheaside.benchmarks.experiments.outage.OutageSubjects;
import io.github.cacheaside.benchmarks.load.Hiccups;
import io.github.cacheaside.benchmarks.load.WriteLedger;
import io.github.cacheaside.benchmarks.servers.BusyDatabase;
import io.github.cacheaside.benchmarks.servers.HarmedServers;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.testkit.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Subjects under load and random faults, all of them at the same time, in rounds: some seconds of
 * faults, then rest, in which everything is looked at.
 */
final class SoakRun implements AutoCloseable {
  private static final int NODES = 2;
  private static final int KEYS = 320;
  private static final int QUIET = 64;
  private static final Duration LOAD = Duration.ofMillis(1);
  private static final Callers.Shape SHAPE =
      new Callers.Shape(8, 2, 24, KEYS - QUIET, 4_000, 10_000);
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(10);
  private static final int FEWEST_ROUNDS = 6;

  /** Looks at the process while everything is at rest. */
  @FunctionalInterface
  interface AtRest {
    void look(List<Callers> allCallers);
  }

  private final HarmedServers servers;
  private final List<Callers> allCallers = new ArrayList<>();
  private final SoakFaults faults;
  private final Hiccups hiccups = new Hiccups();

  SoakRun(List<String> subjects, long seed) throws Exception {
    this.servers = new HarmedServers(NODES);
    SplittableRandom random = new SplittableRandom(seed);
    for (String subject : subjects) {
      allCallers.add(callers(subject, random.nextLong()));
    }
    this.faults = new SoakFaults(servers, seed);
  }

  private Callers callers(String subject, long seed) throws Exception {
    WriteLedger ledger = new WriteLedger(KEYS);
    int threads = NODES * (SHAPE.readers() + SHAPE.writers());
    BusyDatabase database = new BusyDatabase(servers.schema(KEYS), threads, ledger, LOAD, true);
    SplittableRandom dice = new SplittableRandom(seed);
    OutageSubjects.Shared shared =
        new OutageSubjects.Shared(
            database, OriginLimiter.of(OutageSubjects.PLACES), () -> ttl(dice));
    List<Subject> nodes = new ArrayList<>();
    for (TcpProxy way : servers.ways()) {
      nodes.add(OutageSubjects.open(subject, way.uri(), shared));
    }
    return new Callers(SHAPE, ledger, database, nodes, seed);
  }

  /** Most values outlive the round; some expire under way. */
  private static Duration ttl(SplittableRandom dice) {
    synchronized (dice) {
      return dice.nextInt(10) == 0
          ? Duration.ofMillis(dice.nextInt(20, 500))
          : Duration.ofMinutes(10);
    }
  }

  List<Callers> allCallers() {
    return allCallers;
  }

  /** How often each kind of fault has happened. */
  Map<String, Integer> faults() {
    return faults.counts();
  }

  /** How long this process stood still, at most. */
  Hiccups hiccups() {
    return hiccups;
  }

  /** Runs rounds for that long, rests included; three at least, however slow the machine is. */
  void run(Duration time, AtRest atRest) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    Duration round = time.dividedBy(FEWEST_ROUNDS);
    round = round.compareTo(LONGEST_ROUND) > 0 ? LONGEST_ROUND : round;
    hiccups.start();
    allCallers.forEach(Callers::start);
    for (int rounds = 0; rounds < 3 || System.nanoTime() - end < 0; rounds++) {
      faults.runUntil(System.nanoTime() + round.toNanos());
      rest(0, atRest);
    }
    for (Callers callers : allCallers) {
      callers.stop();
    }
    hiccups.stop();
  }

  /** All callers come to rest, one within the other. */
  private void rest(int callers, AtRest atRest) {
    if (callers < allCallers.size()) {
      allCallers.get(callers).whileAtRest(() -> rest(callers + 1, atRest));
      return;
    }
    allCallers.parallelStream()
        .forEach(each -> new CheckAtRest(servers.redis().uri(), each).check());
    atRest.look(allCallers);
  }

  @Override
  public void close() throws IOException {
    faults.close();
    allCallers.forEach(Callers::close);
    servers.close();
  }
}
